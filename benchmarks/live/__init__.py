"""Thousands of open pages: real WebSockets, real changes, and what they cost.

`watch_plan` says who watches what. `client_pool` leads processes (`client_worker`) that hold the
pages (`client`, on a `websocket`). `run` is the load while they are open, `redis_listener` and
`site_client` know what was to be told, `delivery` counts what came, `reconnect_storm` cuts
everybody at once, `measurement` is the whole, `report` writes it down.
"""
