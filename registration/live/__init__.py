"""Live updates: pages keep a WebSocket open and receive what changes.

The client sends `{"watch": [section, …]}`, and before it `{"token": "…"}` if it came with neither a
session nor an Authorization header. The server sends

    {"seats": {"12": [free or null, waiting]}}   at once, and when they change
    {"registration": "…"}                        one of the student's own registrations changed
    {"inbox": true}                              there is a new email in the inbox
    {"live": false}                              no updates reach this process: poll instead; the
                                                 first message carries the current value

Keys may come together. Watching again sends the full state, so a client resumes by reconnecting.

A client that watches with `"times": true` receives `"times": [first, last]` with each message: the
earliest and the latest time its updates were published at, after their commit, in seconds since the
epoch; and `"moved"`: the same of the registration's first update.
"""

from registration.live.hub import LiveHub

rooms = {"/live/": LiveHub()}
