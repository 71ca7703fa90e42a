"""A section of the catalogue as one student sees it: its times, its seats, what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from registration.rules.meeting_words import Line, meeting_lines
from registration.selectors.module_rows import SectionRow
from registration.selectors.own import Own
from registration.views.words import CHIPS, Chip


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionShown:
    """`chip` says what the student has of it already; `clash`, which module of theirs meets at the
    same time; `has_other`, that they take the module already."""

    row: SectionRow
    module: str
    lines: tuple[Line, ...]
    chip: Chip | None
    clash: str
    is_planned: bool
    has_other: bool
    may_plan: bool


def sections_shown(
    rows: Iterable[SectionRow], *, module: str, own: Own
) -> tuple[SectionShown, ...]:
    """These sections of a module, beside what the student has."""
    return tuple(section_shown(row, module=module, own=own) for row in rows)


def section_shown(row: SectionRow, *, module: str, own: Own) -> SectionShown:
    """One section, beside what the student has."""
    state = own.held.get(row.id)
    is_planned = row.id in own.planned
    return SectionShown(
        row=row,
        module=module,
        lines=meeting_lines(row.meetings, gettext),
        chip=CHIPS[state] if state else None,
        clash="" if state else own.clash_with(row.id, row.slots),
        is_planned=is_planned,
        has_other=not state and not is_planned and module in own.modules,
        may_plan=own.is_student and not state,
    )
