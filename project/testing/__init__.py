"""The testing kit: what tests of all apps share. Nothing but tests imports it.

`received_events` stores events of another service, `in_process` does the whole flow in this
process, `system` runs it in processes of its own, `browser` drives pages. Each app has its own
factories in its `tests/factories.py`.
"""

import os

# Tests are the same on every machine: they ignore `.env`.
os.environ["ENV_FILE"] = os.devnull
