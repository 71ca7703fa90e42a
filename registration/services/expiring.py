"""The job `expire`: a seat without an answer does not stay taken for ever."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction

from project import live_news
from project.bus import locks
from project.bus.store import Story, append, stories
from project.messages.modules import SeatsDecided
from project.messages.registration import Ended, Expired, Settled
from registration.selectors.items import Overdue, items_now, items_overdue
from registration.services.locking import students_try_lock

AT_MOST = 500


def items_expire() -> int:
    """Expire items that have had a seat, but no answer, for longer than the deadline.

    By the database's clock, counted from the moment the seat was given. Whoever settles them
    meanwhile holds the student lock: the states are read again behind it. Whose lock somebody holds
    longer, a forgotten transaction say, is left to the job's next run. Returns how many.
    """
    with transaction.atomic():
        locks.wait_at_most(locks.PATIENT_MS)
        overdue = items_overdue(seconds=settings.ANSWER_DEADLINE_SECONDS, at_most=AT_MOST)
        seated = _seated(overdue, stories(sorted({item.event_id for item in overdue})))
        free = students_try_lock(item.student for item in seated)
        still = _still_waiting([item for item in seated if item.student in free])
        expired = _expiries(still)
        append(expired)
        live_news.tell(expired)
        return len(still)


def _seated(overdue: Sequence[Overdue], told: Mapping[int, Story]) -> list[Overdue]:
    return [item for item in overdue if _has_seat(item, told[item.event_id])]


def _has_seat(item: Overdue, story: Story) -> bool:
    """Offered is seated; a pending item is once the seats' writer has said so long ago."""
    if item.state == "offered":
        return True
    if story.first(Settled) is not None:
        return False
    return any(
        at < item.line and decision.section == item.section and decision.outcome == "seated"
        for fact, at in zip(story.facts, story.times, strict=True)
        if isinstance(fact, SeatsDecided)
        for decision in fact.items
    )


def _still_waiting(seated: Sequence[Overdue]) -> list[Overdue]:
    now = items_now({item.registration for item in seated})
    states = {
        (registration, item.section): item.state
        for registration, items in now.items()
        for item in items
    }
    return [item for item in seated if states[item.registration, item.section] == item.state]


def _expiries(still: Sequence[Overdue]) -> list[Expired]:
    by_registration: dict[tuple[str, int], list[Ended]] = defaultdict(list)
    for item in still:
        was = "offered" if item.state == "offered" else "seated"
        ended = Ended(section=item.section, was=was, code="late")
        by_registration[item.registration, item.student].append(ended)
    return [
        Expired(registration=registration, student=student, items=tuple(items))
        for (registration, student), items in by_registration.items()
    ]
