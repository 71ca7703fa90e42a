"""Thousands of open pages: real WebSockets, real changes, and what they cost.

`watch_plan` decides which page watches what. `client_pool` starts processes (`client_worker`) that
hold the pages (`client`, on a `websocket`). `run` is the load while they are open, `redis_listener`
and `site_client` collect the expected updates, `delivery` counts those received, `reconnect_storm`
cuts all connections at once, `measurement` combines them, `report` writes the figures.
"""
