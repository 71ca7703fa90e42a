"""The whole system on real servers: every process of the Procfile, started for tests.

`slot` is what belongs to this test run alone, `servers` PostgreSQL, Redis and RabbitMQ,
`processes` the pools, `running` the system as a test sees it, `world` what a term needs,
`fixtures` hands all of it to tests.
"""
