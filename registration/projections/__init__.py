"""How facts become rows: `own` in the transaction of the fact, `catalogue` behind the line."""
