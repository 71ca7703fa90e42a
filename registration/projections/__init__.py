"""How events become rows: `own` in the transaction of the event, `catalogue` behind the line."""
