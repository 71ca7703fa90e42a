"""Projections: `registrations` run in the transaction of the event, `catalogue` asynchronously."""
