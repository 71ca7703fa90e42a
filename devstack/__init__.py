"""What a checkout needs to run: private servers, `.venv/`, and its processes under supervisor.

`servers` are PostgreSQL, Redis and RabbitMQ (`postgres`, `redis`, `rabbitmq`), which `install`
finds. `processes` are those of the Procfile, as many as `scale` says: `supervisor` keeps them
running, `child` starts each, `records` knows them. `translations` and `texts` need `.venv/`, the
rest needs the standard library alone.
"""
