"""A section of the catalogue for one student: its times, its seats, and what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from registration.rules.meeting_text import MeetingText, meeting_lines
from registration.selectors.availability import Availability
from registration.selectors.catalogue_section import CatalogueSection, OfferedSection
from registration.selectors.schedule import StudentSchedule
from registration.views.labels import BADGES, Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRowView:
    """`badge` is the student's state in it; `time_conflict` the module of theirs that meets at the
    same time; `has_other` that they already take the module."""

    section: CatalogueSection
    seats: Availability
    lines: tuple[MeetingText, ...]
    badge: Badge | None
    conflict: str
    is_planned: bool
    has_other: bool
    may_plan: bool


def section_row_views(
    offered: Iterable[OfferedSection], *, own: StudentSchedule
) -> tuple[SectionRowView, ...]:
    """These sections, compared with the student's schedule."""
    return tuple(section_row_view(one, own=own) for one in offered)


def section_row_view(offered: OfferedSection, *, own: StudentSchedule) -> SectionRowView:
    """One section, compared with the student's schedule."""
    section = offered.section
    state = own.held.get(section.id)
    is_planned = section.id in own.planned
    return SectionRowView(
        section=section,
        seats=offered.seats,
        lines=meeting_lines(section.meetings, gettext),
        badge=BADGES[state] if state else None,
        conflict="" if state else own.conflict_with(section.id, section.intervals),
        is_planned=is_planned,
        has_other=not state and not is_planned and section.module in own.modules,
        may_plan=own.is_student and not state,
    )
