"""Makes the two tables known to Django; no migration: the surge makes and drops them."""

from django.apps import AppConfig


class BaselineConfig(AppConfig):
    """Only in the baseline's own settings."""

    name = "benchmarks.surge.bare_site"
    label = "baseline"
