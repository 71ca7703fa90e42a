"""What staff do to a whole term in one action: publish it, pause it, resume it."""

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction

from modules.selectors.catalogue import get_term_of_id
from modules.services.catalogue import LOCK
from project.bus import locks
from project.bus.store import append
from project.events.modules import TermChanged


@transaction.atomic
def term_publish(*, term: int) -> bool:
    """Show the term to students; False if it was no draft."""
    return _change(term, lambda one: replace(one, is_draft=False))


@transaction.atomic
def term_pause(*, term: int) -> bool:
    """Accept no registrations for the term, and make no offers; False if it is paused already."""
    return _change(term, lambda one: replace(one, is_paused=True))


@transaction.atomic
def term_resume(*, term: int) -> bool:
    """Go on: the seats' writer offers what has come free meanwhile. False if it is not paused."""
    return _change(term, lambda one: replace(one, is_paused=False))


def _change(term: int, change: Callable[[TermChanged], TermChanged]) -> bool:
    locks.acquire_transaction_lock(LOCK)
    old = get_term_of_id(term)
    if old is None:
        raise LookupError(f"there is no term {term}")
    new = change(old)
    if new == old:
        return False
    append([new])
    return True
