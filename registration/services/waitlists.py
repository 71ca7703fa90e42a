"""The job `close_waitlists`: who still waits after a term's deadline is told so, once."""

from itertools import groupby

from django.db import transaction

from project import live_news
from project.bus.store import append
from project.messages.registration import Ended, Refused
from registration.selectors.waitlists import Waitlisted, waitlisted_over
from registration.services.locking import students_lock

AT_MOST = 500
DEADLINE = "deadline"


def waitlists_close() -> int:
    """Refuse what is still waitlisted after its term's deadline, in portions; how many items.

    The seats' writer moves nobody up from then on. States are read again behind the student lock.
    """
    closed = 0
    while portion := _close_some():
        closed += portion
    return closed


def _close_some() -> int:
    with transaction.atomic():
        students = sorted({item.student for item in waitlisted_over(at_most=AT_MOST)})
        if not students:
            return 0
        students_lock(students)
        still = waitlisted_over(at_most=AT_MOST, students=students)
        refused = [_refused(list(items)) for _, items in groupby(still, key=_registration)]
        append(refused)
        live_news.tell(refused)
        return len(still)


def _registration(item: Waitlisted) -> str:
    return item.registration


def _refused(items: list[Waitlisted]) -> Refused:
    return Refused(
        registration=items[0].registration,
        student=items[0].student,
        items=tuple(Ended(section=item.section, was="queued", code=DEADLINE) for item in items),
    )
