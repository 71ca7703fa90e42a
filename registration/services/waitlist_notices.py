"""The job `watch_waitlists`: notify once each student who is still waitlisted after the term's
deadline or for a section that was closed."""

from collections.abc import Callable, Sequence
from itertools import groupby

from django.db import transaction

from project.bus.store import append
from project.events.base import RegistrationEvent
from project.events.reasons import Reason
from project.events.registration import EndedItem, Refused, WaitlistHalted
from project.events.vocabulary import ItemState
from project.live import push
from registration.selectors.waitlist_notices import (
    Waitlisted,
    load_waitlisted_after_deadline,
    load_waitlisted_in_closed_sections,
)
from registration.services.student_locks import students_lock

AT_MOST = 500
Find = Callable[..., list[Waitlisted]]
Say = Callable[[Sequence[Waitlisted]], list[RegistrationEvent]]


def waitlists_watch() -> int:
    """Refuse what is still waitlisted after its term's deadline: no seats are offered from then on.
    Record that the waitlist of a closed section has halted, and that the one of a reopened section
    has resumed. Returns the number of items affected.
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
    """One batch in its own transaction. States are read again under the student lock."""
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
                EndedItem(section=one.section, was=ItemState.WAITLISTED, code=Reason.DEADLINE)
                for one in some
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
