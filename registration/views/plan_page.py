"""What the plan's page shows: the week, each section, and all that would speak against it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext

from registration.rules.eligibility import (
    EligibilityContext,
    Stage,
    check_eligibility,
    violation_words,
)
from registration.rules.meeting_words import Line, meeting_lines
from registration.rules.schedule import Slots, slots_overlap
from registration.rules.timetable import Course
from registration.rules.window_status import TermWindow, WindowStatus, window_status
from registration.rules.words import Words
from registration.selectors.door import door_look
from registration.selectors.mine import Held, items_held
from registration.selectors.plan import (
    Planned,
    PlanNow,
    plan_now,
    sections_instead,
    sections_planned,
)
from registration.selectors.seats import Seats, seats_live
from registration.views.pictures import Picture, course_held, picture_of

_COUNTED_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A section that might be taken instead."""

    planned: Planned
    seats: Seats
    lines: tuple[Line, ...]
    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A section of the plan, and what it could be changed for."""

    planned: Planned
    seats: Seats
    lines: tuple[Line, ...]
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A rule that would say no now, and the sections of the plan that it is about."""

    words: Words
    rows: tuple[Planned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When the student may register, by the server's clock."""

    is_open: bool
    at: datetime
    seconds_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """Everything on the page. `status` is known where sections say which term it is about."""

    plan: PlanNow
    status: WindowStatus | None
    rows: tuple[Row, ...]
    against: tuple[Against, ...]
    opening: Opening | None
    credits: int
    credits_after: int
    credit_limit: int
    picture: Picture
    made_at: datetime


def plan_page(student: int) -> PlanPage | None:
    """The page of this student's plan; None for somebody who is no student."""
    plan = plan_now(student)
    view = door_look(student=student, key=str(plan.key), sections=plan.sections)
    if view is None:
        return None
    planned = sections_planned(plan.sections)
    held = items_held(student)
    own = sum(one.credits for one in planned)
    return PlanPage(
        plan=plan,
        status=_status(view.context) if planned else None,
        rows=_rows(planned, view.context),
        against=_against(view.context, planned),
        opening=_opening(view.context),
        credits=own,
        credits_after=own + sum(entry.credits for entry in view.context.schedule),
        credit_limit=view.context.credit_limit,
        picture=picture_of(_courses(planned, held)),
        made_at=view.context.now,
    )


def _against(context: EligibilityContext, planned: Sequence[Planned]) -> tuple[Against, ...]:
    violations = check_eligibility(context, Stage.SUBMISSION) if planned else []
    return tuple(
        Against(
            words=violation_words(violation, gettext),
            rows=tuple(one for one in planned if one.section in violation.details.sections),
        )
        for violation in violations
    )


def _status(context: EligibilityContext) -> WindowStatus:
    windows = [
        TermWindow(term="", opens_at=one.opens_at, closes_at=one.closes_at)
        for one in context.windows
    ]
    return window_status(windows, context.now)


def _opening(context: EligibilityContext) -> Opening | None:
    """The window that is open, else the next one, on its last day: then seconds are counted."""
    is_now = [w.closes_at for w in context.windows if w.opens_at <= context.now < w.closes_at]
    to_come = [w.opens_at for w in context.windows if w.opens_at > context.now]
    if not is_now and not to_come:
        return None
    at = max(is_now) if is_now else min(to_come)
    left = ceil((at - context.now).total_seconds())
    if left > _COUNTED_SECONDS:
        return None
    return Opening(is_open=bool(is_now), at=at, seconds_left=left)


def _courses(planned: Iterable[Planned], held: Iterable[Held]) -> list[Course]:
    """What is planned, and what the student has in the same terms."""
    these = list(planned)
    terms = {one.term for one in these}
    courses = [course_held(one) for one in held if one.term in terms or not terms]
    have = {one.section for one in courses}
    return courses + [_course(one) for one in these if one.section not in have]


def _course(planned: Planned) -> Course:
    return Course(
        section=planned.section,
        module=planned.module,
        code=planned.code,
        standing="planned",
        meetings=planned.meetings,
    )


def _rows(planned: Sequence[Planned], context: EligibilityContext) -> tuple[Row, ...]:
    instead = sections_instead([one.section for one in planned])
    seats = seats_live({one.section: (one.seats, one.is_open) for one in (*planned, *instead)})
    schedule = [entry.slots for entry in context.schedule]
    return tuple(
        Row(
            planned=one,
            seats=seats[one.section],
            lines=meeting_lines(one.meetings, gettext),
            others=_others(one, instead, seats, [*schedule, *_beside(one, planned)]),
        )
        for one in planned
    )


def _beside(one: Planned, planned: Sequence[Planned]) -> list[Slots]:
    return [other.slots for other in planned if other.section != one.section]


def _others(
    one: Planned,
    instead: Sequence[Planned],
    seats: dict[int, Seats],
    taken: Sequence[Slots],
) -> tuple[Other, ...]:
    return tuple(
        Other(
            planned=other,
            seats=seats[other.section],
            lines=meeting_lines(other.meetings, gettext),
            fits=not any(slots_overlap(other.slots, slots) for slots in taken),
        )
        for other in instead
        if (other.term, other.module_id) == (one.term, one.module_id)
    )
