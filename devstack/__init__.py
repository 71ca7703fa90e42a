"""Everything a checkout needs to run: private servers, `.venv/`, and processes under supervisor.

`servers` are PostgreSQL, Redis and RabbitMQ (`postgres`, `redis`, `rabbitmq`), found or installed
by `install`. `processes` are those of the Procfile, in the numbers of `scale`: `supervisor` keeps
them running, `child` starts each, `records` lists them. `translations` and `texts` need `.venv/`,
the rest needs only the standard library.
"""
