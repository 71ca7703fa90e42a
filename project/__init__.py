"""Student module registration: the platform its services stand on."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Give `celery -A project` its app, without making `project.events` import Celery."""
    if name == "app":
        from project.celery import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
