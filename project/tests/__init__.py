"""Tests of the platform and of the whole system."""

import os

# Tests are the same on every machine: they ignore `.env`.
os.environ["ENV_FILE"] = os.devnull
