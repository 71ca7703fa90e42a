"""The job `watch_waitlists`: who still waits after a term's deadline, or for a section that was
closed meanwhile, is told so once."""

from collections.abc import Callable, Sequence
from itertools import groupby

from django.db import transaction

from project.bus.store import append
from project.events.base import RegistrationEvent
from project.events.registration import EndedItem, Refused, WaitlistHalted
from project.live import push
from registration.selectors.waitlist_notices import (
    Waitlisted,
    load_waitlisted_after_deadline,
    load_waitlisted_in_closed_sections,
)
from registration.services.student_locks import students_lock

AT_MOST = 500
DEADLINE = "deadline"


Find = Callable[..., list[Waitlisted]]
Say = Callable[[Sequence[Waitlisted]], list[RegistrationEvent]]


def waitlists_watch() -> int:
    """Refuse what is still waitlisted after its term's deadline: the seats' writer moves nobody up
    from then on. Note for who waits in a closed section that their waitlist halts, and for who
    waits in one that is open again that it moves. Returns for how many items there was news.
    """
    return _all(load_waitlisted_after_deadline, _refused) + _all(
        load_waitlisted_in_closed_sections, _halted
    )


def _all(find: Find, say: Say) -> int:
    done = 0
    while portion := _some(find, say):
        done += portion
    return done


def _some(find: Find, say: Say) -> int:
    """A portion, in a transaction of its own. States are read again behind the student lock."""
    with transaction.atomic():
        students = sorted({item.student for item in find(at_most=AT_MOST)})
        if not students:
            return 0
        students_lock(students)
        still = find(at_most=AT_MOST, students=students)
        events = say(still)
        append(events)
        push.push_events(events)
        return len(still)


def _refused(items: Sequence[Waitlisted]) -> list[RegistrationEvent]:
    return [
        Refused(
            registration=registration,
            student=student,
            items=tuple(
                EndedItem(section=one.section, was="waitlisted", code=DEADLINE) for one in some
            ),
        )
        for (student, registration), some in groupby(items, key=_whose)
    ]


def _whose(item: Waitlisted) -> tuple[int, str]:
    return item.student, item.registration


def _halted(items: Sequence[Waitlisted]) -> list[RegistrationEvent]:
    return [
        WaitlistHalted(
            registration=item.registration,
            student=item.student,
            section=item.section,
            resumed=item.resumes,
        )
        for item in items
    ]
