"""The contents of the plan's page: the week, each section, and all current violations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext

from project.events.reasons import Explanation
from project.web.campus_time import format_time
from registration.rules.eligibility import (
    EligibilityContext,
    Stage,
    check_eligibility,
    violation_text,
)
from registration.rules.meeting_text import MeetingText, meeting_lines
from registration.rules.schedule import Slots, intervals_overlap
from registration.rules.timetable import Standing, TimetableCourse
from registration.rules.window_status import TermWindow, WindowStatus, window_status
from registration.selectors.availability import Availability
from registration.selectors.catalogue_section import CatalogueSection, seats_of
from registration.selectors.my_registrations import StudentItemRow, load_items
from registration.selectors.plan import (
    PlanState,
    get_plan,
    load_alternative_sections,
    load_planned_sections,
)
from registration.selectors.submission import preview
from registration.views.timetable_layout import TimetableLayout, course_held, timetable_layout

_COUNTED_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeSection:
    """A section that might replace a planned one."""

    planned: CatalogueSection
    seats: Availability
    lines: tuple[MeetingText, ...]
    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A section of the plan, the credits that it counts, and its alternatives."""

    planned: CatalogueSection
    credit_quarters: int
    seats: Availability
    lines: tuple[MeetingText, ...]
    others: tuple[AlternativeSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingRule:
    """A rule that is violated now, and the sections of the plan that it concerns."""

    words: Explanation
    rows: tuple[CatalogueSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWindow:
    """When the student may register, by the server's clock."""

    is_open: bool
    at: datetime
    seconds_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """Everything on the page. `status` is None while no section determines the term."""

    plan: PlanState
    status: WindowStatus | None
    rows: tuple[PlanRow, ...]
    against: tuple[BlockingRule, ...]
    opening: PlanWindow | None
    credit_quarters: int
    credit_quarters_after: int
    credit_limit_quarters: int
    picture: TimetableLayout
    made_at: datetime


def plan_page(student: int) -> PlanPage | None:
    """The page of this student's plan; None for a user who is not a student."""
    plan = get_plan(student)
    view = preview(
        student=student,
        key=str(plan.key),
        sections=plan.sections,
        chosen_credits=plan.chosen_credits,
    )
    if view is None:
        return None
    planned = load_planned_sections(plan.sections)
    held = load_items(student)
    own = sum(section.credit_quarters for section in view.context.requested)
    return PlanPage(
        plan=plan,
        status=_status(view.context) if planned else None,
        rows=_rows(planned, view.context),
        against=_against(view.context, planned),
        opening=_opening(view.context),
        credit_quarters=own,
        credit_quarters_after=own + sum(entry.credit_quarters for entry in view.context.schedule),
        credit_limit_quarters=view.context.credit_limit_quarters,
        picture=timetable_layout(_courses(planned, held), view.context.teaching),
        made_at=view.context.now,
    )


def _against(
    context: EligibilityContext, planned: Sequence[CatalogueSection]
) -> tuple[BlockingRule, ...]:
    violations = check_eligibility(context, Stage.SUBMISSION) if planned else []
    return tuple(
        BlockingRule(
            words=violation_text(violation, gettext, format_time),
            rows=tuple(one for one in planned if one.id in violation.details.sections),
        )
        for violation in violations
    )


def _status(context: EligibilityContext) -> WindowStatus:
    windows = [
        TermWindow(term="", opens_at=one.opens_at, closes_at=one.closes_at)
        for one in context.windows
    ]
    return window_status(windows, context.now)


def _opening(context: EligibilityContext) -> PlanWindow | None:
    """The open window, else the next one, if less than a day is left: then seconds are counted."""
    is_now = [w.closes_at for w in context.windows if w.opens_at <= context.now < w.closes_at]
    to_come = [w.opens_at for w in context.windows if w.opens_at > context.now]
    if not is_now and not to_come:
        return None
    at = max(is_now) if is_now else min(to_come)
    left = ceil((at - context.now).total_seconds())
    if left > _COUNTED_SECONDS:
        return None
    return PlanWindow(is_open=bool(is_now), at=at, seconds_left=left)


def _courses(
    planned: Iterable[CatalogueSection], held: Iterable[StudentItemRow]
) -> list[TimetableCourse]:
    """The planned sections, and the student's schedule in the same terms."""
    these = list(planned)
    terms = {one.term for one in these}
    courses = [course_held(one) for one in held if one.section.term in terms or not terms]
    have = {one.section for one in courses}
    return courses + [_course(one) for one in these if one.id not in have]


def _course(planned: CatalogueSection) -> TimetableCourse:
    return TimetableCourse(
        section=planned.id,
        module=planned.module,
        code=planned.code,
        standing=Standing.PLANNED,
        meetings=planned.meetings,
    )


def _rows(planned: Sequence[CatalogueSection], context: EligibilityContext) -> tuple[PlanRow, ...]:
    instead = load_alternative_sections([one.id for one in planned])
    seats = seats_of([*planned, *instead])
    schedule = [entry.intervals for entry in context.schedule]
    counted = {section.section: section.credit_quarters for section in context.requested}
    return tuple(
        PlanRow(
            planned=one,
            credit_quarters=counted[one.id],
            seats=seats[one.id],
            lines=meeting_lines(one.meetings, gettext),
            others=_others(
                one, instead, seats, [*schedule, *_beside(one, planned)], context.teaching
            ),
        )
        for one in planned
    )


def _beside(one: CatalogueSection, planned: Sequence[CatalogueSection]) -> list[Slots]:
    return [other.intervals for other in planned if other.id != one.id]


def _others(
    one: CatalogueSection,
    instead: Sequence[CatalogueSection],
    seats: Mapping[int, Availability],
    taken: Sequence[Slots],
    teaching: Slots,
) -> tuple[AlternativeSection, ...]:
    return tuple(
        AlternativeSection(
            planned=other,
            seats=seats[other.id],
            lines=meeting_lines(other.meetings, gettext),
            fits=not any(intervals_overlap(other.intervals, these, teaching) for these in taken),
        )
        for other in instead
        if (other.term, other.module_id) == (one.term, one.module_id)
    )
