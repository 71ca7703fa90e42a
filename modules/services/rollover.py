"""Make the next term from one that is there: one event for the term and one for each section."""

from collections.abc import Callable

from django.db import transaction

from modules.rules.rollover import shift_section, shift_term
from modules.selectors.catalogue import get_term, get_term_of_id, load_sections
from modules.services.catalogue import LOCK, SECTION_IDS, TERM_IDS
from project.bus import locks
from project.bus.sequences import allocate_ids
from project.bus.store import append
from project.events.reasons import Reason
from project.web.campus_time import campus_zone
from project.web.errors.base import Refusal

CHUNK = 500
Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Nobody is shown how far it is."""


@transaction.atomic
def term_roll_over(
    *, source: int, code: str, name: str, weeks: int, progress: Progress = _silent
) -> int:
    """Make a draft of the source's sections, so many weeks later; returns its id. All or nothing.

    Raises Refusal where there is a term of that code, LookupError for an unknown source.
    """
    locks.acquire_transaction_lock(LOCK)
    old = get_term_of_id(source)
    if old is None:
        raise LookupError(f"there is no term {source}")
    if get_term(code=code) is not None:
        raise Refusal(Reason.TERM_EXISTS, code=code)
    number = allocate_ids(sequence=TERM_IDS, count=1)[0]
    zone = campus_zone()
    append([shift_term(old, number=number, code=code, name=name, weeks=weeks, zone=zone)])
    sections = list(load_sections(term=source).values())
    ids = allocate_ids(sequence=SECTION_IDS, count=len(sections)) if sections else []
    for begin in range(0, len(sections), CHUNK):
        pairs = zip(ids[begin:], sections[begin : begin + CHUNK], strict=False)
        append([shift_section(one, number=n, term=number, weeks=weeks) for n, one in pairs])
        progress(min(begin + CHUNK, len(sections)), len(sections))
    return number
