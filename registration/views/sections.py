"""A section of the catalogue for one student: its times, its seats, and what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from registration.rules.meeting_text import MeetingText, meeting_lines
from registration.selectors.schedule import StudentSchedule
from registration.selectors.section_rows import SectionRow
from registration.views.labels import BADGES, Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRowView:
    """`badge` is the student's state in it; `time_conflict` the module of theirs that meets at the
    same time; `has_other` that they already take the module."""

    row: SectionRow
    module: str
    lines: tuple[MeetingText, ...]
    badge: Badge | None
    conflict: str
    is_planned: bool
    has_other: bool
    may_plan: bool


def section_row_views(
    rows: Iterable[SectionRow], *, module: str, own: StudentSchedule
) -> tuple[SectionRowView, ...]:
    """These sections of a module, compared with the student's schedule."""
    return tuple(section_row_view(row, module=module, own=own) for row in rows)


def section_row_view(row: SectionRow, *, module: str, own: StudentSchedule) -> SectionRowView:
    """One section, compared with the student's schedule."""
    state = own.held.get(row.id)
    is_planned = row.id in own.planned
    return SectionRowView(
        row=row,
        module=module,
        lines=meeting_lines(row.meetings, gettext),
        badge=BADGES[state] if state else None,
        conflict="" if state else own.conflict_with(row.id, row.intervals),
        is_planned=is_planned,
        has_other=not state and not is_planned and module in own.modules,
        may_plan=own.is_student and not state,
    )
