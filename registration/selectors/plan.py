"""The plan as shown to its student before it is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from project.events.vocabulary import Mode, OnFull
from registration.models import IdempotencyKey, Plan
from registration.selectors.catalogue_section import (
    CatalogueSection,
    fetch_catalogue_sections,
)

_ALTERNATIVES = """
(c.term_id, c.module_id) IN (
    SELECT term_id, module_id FROM registration_section WHERE id = ANY(%(sections)s))
AND c.id <> ALL(%(sections)s)"""


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


def load_planned_sections(sections: Sequence[int]) -> list[CatalogueSection]:
    """These sections of the catalogue, in the order given; unknown ones are left out."""
    found = {one.id: one for one in _load("c.id = ANY(%(sections)s)", sections)}
    return [found[section] for section in sections if section in found]


def load_alternative_sections(sections: Sequence[int]) -> list[CatalogueSection]:
    """The other sections of the same modules in the same terms."""
    return _load(_ALTERNATIVES, sections)


def get_registration_of_key(*, student: int, key: UUID) -> UUID | None:
    """The registration submitted with this key, or None."""
    made = IdempotencyKey.objects.filter(student_id=student, key=str(key))
    return made.values_list("registration_id", flat=True).first()


def _load(where: str, sections: Sequence[int]) -> list[CatalogueSection]:
    return fetch_catalogue_sections(where, {"sections": list(sections)}) if sections else []
