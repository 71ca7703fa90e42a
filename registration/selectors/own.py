"""What a student has and plans in a term: the catalogue is shown against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from project.bus.sql import fetch
from registration.models import Student
from registration.rules.schedule import slots_overlap
from registration.selectors.catalogue import Busy

_OWN = """
SELECT s.id, s.module_code, s.slots, i.state
  FROM registration_item i JOIN registration_section s ON s.id = i.section_id
 WHERE i.student_id = %(student)s AND s.term_id = %(term)s
   AND i.state IN ('pending', 'queued', 'offered', 'confirmed')
UNION ALL
SELECT s.id, s.module_code, s.slots, 'planned'
  FROM registration_plan p JOIN registration_section s ON s.id = ANY (p.sections)
 WHERE p.student_id = %(student)s AND s.term_id = %(term)s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A section that the student has or plans."""

    section: int
    module: str
    slots: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Own:
    """What one student has in a term. `held` says in which state, by section."""

    is_student: bool
    held: Mapping[int, str] = field(default_factory=dict)
    planned: frozenset[int] = frozenset()
    taken: tuple[Taken, ...] = ()

    @cached_property
    def modules(self) -> frozenset[str]:
        """Modules that the student takes, or plans to; those only queued for are not among them."""
        return frozenset(one.module for one in self.taken)

    @cached_property
    def busy(self) -> tuple[Busy, ...]:
        """The times that are taken."""
        return tuple(
            Busy(section=one.section, start=start, end=end)
            for one in self.taken
            for start, end in zip(one.slots[::2], one.slots[1::2], strict=True)
        )

    def clash_with(self, section: int, slots: Sequence[int]) -> str:
        """The module that meets at the same time as this section; "" where none does."""
        others = (one for one in self.taken if one.section != section)
        return next((one.module for one in others if slots_overlap(one.slots, slots)), "")


def own_in(*, student: int, term: int) -> Own:
    """What the student has and plans in this term."""
    rows = fetch(_OWN, {"student": student, "term": term})
    return Own(
        is_student=Student.objects.filter(id=student).exists(),
        held={section: state for section, _, _, state in rows if state != "planned"},
        planned=frozenset(section for section, _, _, state in rows if state == "planned"),
        taken=tuple(
            Taken(section=section, module=module, slots=slots)
            for section, module, slots, state in rows
            if state != "queued"
        ),
    )
