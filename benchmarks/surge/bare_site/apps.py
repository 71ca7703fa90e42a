"""Registers the two tables with Django, without migrations: the surge creates and drops them."""

from django.apps import AppConfig


class BaselineConfig(AppConfig):
    """Installed only by the baseline's settings."""

    name = "benchmarks.surge.bare_site"
    label = "baseline"
