"""The project's settings with one more URL and two more tables."""

from project.settings import *  # noqa: F403 -- the same server in all else
from project.settings import INSTALLED_APPS as PROJECT_APPS

INSTALLED_APPS = [*PROJECT_APPS, "benchmarks.surge.bare_site"]
ROOT_URLCONF = "benchmarks.surge.bare_site.urls"
