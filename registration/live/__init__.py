"""The live door: pages keep a WebSocket open and are told what changes.

The client says `{"watch": [section, …]}`, and first `{"token": "…"}` if it came with neither a
session nor an Authorization header. The server says

    {"seats": {"12": [free or null, waiting]}}   at once, and when they change
    {"registration": "…"}                        one of your own has moved
    {"inbox": true}                              there is something new to read
    {"live": false}                              no news reach us now: look for yourself; with the
                                                 first message it says whether they do

Keys may come together. Whoever asks for the state again gets all of it: so a cut is resumed.

Whoever watches with `"times": true` is told `"times": [first, last]` with each message: when the
first and the last of its news were told, after their commit, in seconds since the epoch; and
`"moved"`: when that of the registration was.
"""

from registration.live.hub import LiveHub

rooms = {"/live/": LiveHub()}
