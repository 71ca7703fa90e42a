"""Notices at the head of every page: what is paused at the moment.

The platform knows no app, so an app registers what it has to say in `AppConfig.ready()`.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import Error
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject

_log = logging.getLogger(__name__)
FRESH_SECONDS = 2.0
"""How long a process shows what it has read: a page that asks anew every time costs each reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text in the reader's language, and its values."""

    text: Promise
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.text) % self.values


Load = Callable[[], Sequence[Notice]]


class Notices:
    """What the apps have to say, as of a moment ago."""

    def __init__(self) -> None:
        self._loads: list[Load] = []
        self.forget()

    def register(self, load: Load) -> None:
        """Show what `load` returns on every page."""
        self._loads.append(load)

    def forget(self) -> None:
        """Read anew for the next page."""
        self._read_at, self._read = float("-inf"), list[Notice]()

    def now(self) -> list[Notice]:
        """The notices; those of a moment ago while the database is away."""
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            self._read_at = time.monotonic()
            try:
                self._read = [notice for load in self._loads for notice in load()]
            except Error as error:
                _log.warning("notices were not read error=%s", error)
        return self._read


notices = Notices()


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {"notices": SimpleLazyObject(notices.now)}
