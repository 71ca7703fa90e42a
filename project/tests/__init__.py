"""Tests of the platform, and of all of it together."""

import os

# Tests are the same on every machine: nobody's `.env` has a say in them.
os.environ["ENV_FILE"] = os.devnull
