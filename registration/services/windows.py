"""Registration windows: open, move, close for good."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import transaction

from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.registration import WindowChanged
from registration.selectors.students import get_window

WINDOW_IDS = "registration_window_id_seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Who may register for a term, and when; a category "" and year None mean everyone."""

    term: int
    opens_at: datetime
    closes_at: datetime
    programme: str = ""
    year: int | None = None
    level: str = ""
    campus: str = ""
    group: str = ""


def windows_open(openings: Sequence[Opening]) -> list[int]:
    """Create windows; returns their ids in the order of `openings`."""
    with transaction.atomic():
        ids = allocate_ids(sequence=WINDOW_IDS, count=len(openings))
        append([_event(*pair) for pair in zip(ids, openings, strict=True)])
    return ids


def window_change(*, window: int, opening: Opening) -> bool:
    """Move a window; False if nothing changed. Raises LookupError for an unknown window."""
    event = _event(window, opening)
    with transaction.atomic():
        known = _known(window)
        if known == event:
            return False
        append([event])
    return True


def window_close(*, window: int) -> None:
    """Close a window for good. Raises LookupError for an unknown window."""
    with transaction.atomic():
        append([replace(_known(window), removed=True)])


def _known(window: int) -> WindowChanged:
    known = get_window(window)
    if known is None:
        raise LookupError(f"there is no window {window}")
    return known


def _event(window: int, opening: Opening) -> WindowChanged:
    return WindowChanged(
        window=window,
        term=opening.term,
        opens_at=opening.opens_at.astimezone(UTC).isoformat(),
        closes_at=opening.closes_at.astimezone(UTC).isoformat(),
        programme=opening.programme,
        year=opening.year,
        level=opening.level,
        campus=opening.campus,
        group=opening.group,
    )
