"""The plan as shown to its student before it is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from project.bus.sql import fetch
from project.events.vocabulary import Mode, OnFull
from registration.models import IdempotencyKey, Plan

_SECTIONS = """
SELECT c.id, c.term_id, t.name, c.module_id, c.module_code, c.code, m.title, c.credit_quarters,
       c.credit_quarters_max, c.intervals, c.meetings::json, c.seats, c.is_open
  FROM registration_section c
  JOIN registration_module m ON m.id = c.module_id
  JOIN registration_term t ON t.id = c.term_id
 WHERE {which}
 ORDER BY c.module_code, c.code, c.id"""
_PLANNED = _SECTIONS.format(which="c.id = ANY(%s)")
_OTHERS = _SECTIONS.format(
    which="(c.term_id, c.module_id) IN (SELECT term_id, module_id FROM registration_section"
    " WHERE id = ANY(%s)) AND c.id <> ALL(%s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSection:
    """A section of a plan, or an alternative to one."""

    section: int
    term: int
    term_name: str
    module_id: int
    module: str
    code: str
    title: str
    credit_quarters: int
    credit_quarters_max: int | None
    intervals: Sequence[int]
    meetings: Sequence[dict[str, Any]]
    seats: int | None
    is_open: bool

    @property
    def name(self) -> str:
        """The name of the section."""
        return f"{self.module} {self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState:
    """A plan: sections in the order of preference, the quarters of credits chosen for some of them,
    how to take them, and its key."""

    sections: tuple[int, ...]
    chosen_credits: Mapping[int, int]
    mode: Mode
    on_full: OnFull
    key: UUID


def get_plan(student: int) -> PlanState:
    """The student's plan; an empty one if there is none yet."""
    plan = Plan.objects.filter(student_id=student).first() or Plan(student_id=student)
    return PlanState(
        sections=tuple(plan.sections),
        chosen_credits=chosen_quarters(plan),
        mode=Mode(plan.mode),
        on_full=OnFull(plan.on_full),
        key=plan.key,
    )


def chosen_quarters(plan: Plan) -> dict[int, int]:
    """The quarters of credits chosen, by section; JSON has its keys as text."""
    return {int(section): quarters for section, quarters in plan.chosen_credits.items()}


def load_planned_sections(sections: Sequence[int]) -> list[PlannedSection]:
    """These sections of the catalogue, in the order given; unknown ones are left out."""
    found = {row[0]: _planned(row) for row in _rows(_PLANNED, [list(sections)])}
    return [found[section] for section in sections if section in found]


def load_alternative_sections(sections: Sequence[int]) -> list[PlannedSection]:
    """The other sections of the same modules in the same terms."""
    return [_planned(row) for row in _rows(_OTHERS, [list(sections), list(sections)])]


def get_registration_of_key(*, student: int, key: UUID) -> UUID | None:
    """The registration submitted with this key, or None."""
    made = IdempotencyKey.objects.filter(student_id=student, key=str(key))
    return made.values_list("registration_id", flat=True).first()


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    return fetch(sql, params) if params[0] else []


def _planned(row: tuple[Any, ...]) -> PlannedSection:
    section, term, term_name, module_id, module, code, title, least, most, intervals = row[:10]
    meetings, seats, is_open = row[10:]
    return PlannedSection(
        section=section,
        term=term,
        term_name=term_name,
        module_id=module_id,
        module=module,
        code=code,
        title=title,
        credit_quarters=least,
        credit_quarters_max=most,
        intervals=intervals,
        meetings=meetings,
        seats=seats,
        is_open=is_open,
    )
