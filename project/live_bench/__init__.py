"""Ten thousand open pages in a bottle: real WebSockets, real changes, and what they cost.

`pages` is the crowd that watches (processes of its own; `link` and `page` are one of it), `clients`
leads these processes, `ear` and `truth` know what was due, `reckoning` counts what came, `storm`
cuts everybody at once, `run` is the whole, `report` writes it down.
"""
