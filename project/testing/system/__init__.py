"""The whole system on real servers: every process of the Procfile, started for tests.

`slot` holds the names of this run's own stores, `servers` PostgreSQL, Redis and RabbitMQ,
`processes` the pools, `running` the system as a test sees it, `world` the data of a term,
`fixtures` hands all of it to tests.
"""
