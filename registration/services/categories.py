"""Categories of students: programmes, levels, standings, campuses, groups."""

from collections.abc import Sequence

from django.db import transaction

from project.bus import locks
from project.bus.store import append
from project.events.reasons import Reason
from project.events.registration import CategoryChanged
from project.web.errors.base import Refusal
from registration.rules.people import Category, alike_code, category_id
from registration.selectors.audience import load_categories

_LOCK = "registration.categories"


@transaction.atomic
def categories_set(rows: Sequence[Category]) -> int:
    """Add, rename or retire categories; one event for each that changes. Returns how many. Raises
    Refusal for a code that differs from another's only in its capitals."""
    locks.acquire_transaction_lock(_LOCK)
    known = dict(load_categories())
    changed = []
    for row in rows:
        if same := alike_code(row.kind, row.code, known):
            raise Refusal(Reason.CATEGORY_EXISTS, kind=row.kind, same=same, code=row.code)
        if known.get((row.kind, row.code)) != row:
            known[row.kind, row.code] = row
            changed.append(row)
    append([_event(row) for row in changed])
    return len(changed)


def _event(row: Category) -> CategoryChanged:
    return CategoryChanged(
        category=category_id(row.kind, row.code),
        kind=row.kind.value,
        code=row.code,
        name=row.name,
        years=row.years,
        retired=row.is_retired,
    )
