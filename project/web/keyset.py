"""Keyset pagination: each row once and an end, forwards and backwards, whatever is added meanwhile.

A list has a total order: the last of its keys is unique. A cursor holds the keys of the row after
(or before) which a page begins, so no rows are counted and equal keys are safe.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from project.events.reasons import Reason
from project.web.errors.base import Refusal

M = TypeVar("M", bound=Model)
Read = Callable[[Any], Any]
_LONGEST = 4000


def number(value: Any) -> int:
    """A whole number from a cursor. Raises ValueError."""
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value


def text(value: Any) -> str:
    """A text from a cursor. Raises ValueError."""
    if type(value) is not str or "\x00" in value:
        raise ValueError(value)
    value.encode()
    return value


def uuid(value: Any) -> UUID:
    """A UUID from a cursor. Raises ValueError."""
    return UUID(text(value))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: beyond the row with these keys, or without keys at the end of the
    list."""

    keys: tuple[Any, ...] = ()
    is_backwards: bool = False

    def __str__(self) -> str:
        keys = [key if isinstance(key, int) else str(key) for key in self.keys]
        values = json.dumps([self.is_backwards, *keys], separators=(",", ":"))
        return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Order:
    """The total order of a list: its keys, "-" for descending, and what reads the value of each."""

    keys: tuple[str, ...]
    reads: tuple[Read, ...]

    def cursor(self, encoded: str) -> Cursor:
        """Parse the cursor of an address; "" is the beginning. Raises Refusal if it is not of this
        list."""
        if not encoded:
            return Cursor()
        try:
            is_backwards, *keys = _read(encoded)
            pairs = zip(self.reads, keys, strict=True) if keys else ()
            values = tuple([read(key) for read, key in pairs])
        except (ValueError, TypeError, RecursionError):
            raise Refusal(Reason.INVALID_CURSOR) from None
        return Cursor(values, is_backwards)

    def fields(self, *, is_backwards: bool = False) -> list[str]:
        """The keys for `order_by`."""
        return [_turned(key) if is_backwards else key for key in self.keys]

    def beyond(self, cursor: Cursor) -> Q:
        """Rows after the cursor's in the order, or before it if it goes backwards."""
        pairs = list(zip(self.fields(is_backwards=cursor.is_backwards), cursor.keys, strict=True))
        first, value = pairs[0]
        # Repeats the first key on its own, so that an index scan can start there.
        found, equal = Q(), Q(**{f"{_name(first)}__{_way(first)}e": value})
        for key, value in pairs:
            found |= equal & Q(**{f"{_name(key)}__{_way(key)}": value})
            equal &= Q(**{_name(key): value})
        return found

    def at(self, row: Model, *, is_backwards: bool = False) -> str:
        """The cursor for the rows beyond that row."""
        return str(Cursor(tuple(getattr(row, _name(key)) for key in self.keys), is_backwards))


def _read(encoded: str) -> list[Any]:
    if len(encoded) > _LONGEST:
        raise ValueError(encoded)
    found = json.loads(base64.b64decode(encoded + "=" * (-len(encoded) % 4), b"-_", validate=True))
    if not isinstance(found, list) or not found or type(found[0]) is not bool:
        raise TypeError(encoded)
    return found


def _name(key: str) -> str:
    return key.removeprefix("-")


def _way(key: str) -> str:
    return "lt" if key.startswith("-") else "gt"


def _turned(key: str) -> str:
    return _name(key) if key.startswith("-") else f"-{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[M]):
    """Some rows of a list, and the cursors of what comes after and before; None at an end."""

    rows: list[M]
    next: str | None
    previous: str | None


def page_of(rows: QuerySet[M], *, order: Order, cursor: str, size: int) -> Page[M]:
    """The page of the list at that cursor. Raises Refusal for an invalid cursor."""
    at = order.cursor(cursor)
    found = rows.order_by(*order.fields(is_backwards=at.is_backwards))
    read = list((found.filter(order.beyond(at)) if at.keys else found)[: size + 1])
    shown = read[:size]
    ahead = order.at(shown[-1], is_backwards=at.is_backwards) if len(read) > size else None
    behind = _behind(rows, order, at, shown)
    if at.is_backwards:
        return Page(rows=shown[::-1], next=behind, previous=ahead)
    return Page(rows=shown, next=ahead, previous=behind)


def _behind(rows: QuerySet[M], order: Order, at: Cursor, shown: list[M]) -> str | None:
    """The cursor towards the side that this one comes from."""
    if not at.keys:
        return None
    if not shown:  # the rows there are gone: go back to the end of the list
        return str(Cursor(is_backwards=not at.is_backwards)) if rows.exists() else None
    back = order.at(shown[0], is_backwards=not at.is_backwards)
    return back if rows.filter(order.beyond(order.cursor(back))).exists() else None
