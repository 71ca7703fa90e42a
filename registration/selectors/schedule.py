"""What a student has and plans in a term: the catalogue is shown against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from project.bus.sql import fetch
from registration.models import Student
from registration.rules.schedule import intervals_overlap
from registration.selectors.catalogue import BusyInterval

_OWN = """
SELECT s.id, s.module_code, s.intervals, i.state
  FROM registration_item i JOIN registration_section s ON s.id = i.section_id
 WHERE i.student_id = %(student)s AND s.term_id = %(term)s
   AND i.state IN ('pending', 'waitlisted', 'offered', 'confirmed')
UNION ALL
SELECT s.id, s.module_code, s.intervals, 'planned'
  FROM registration_plan p JOIN registration_section s ON s.id = ANY (p.sections)
 WHERE p.student_id = %(student)s AND s.term_id = %(term)s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledSection:
    """A section that the student has or plans."""

    section: int
    module: str
    intervals: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class StudentSchedule:
    """What one student has in a term. `held` says in which state, by section."""

    is_student: bool
    held: Mapping[int, str] = field(default_factory=dict)
    planned: frozenset[int] = frozenset()
    taken: tuple[ScheduledSection, ...] = ()

    @cached_property
    def modules(self) -> frozenset[str]:
        """Modules that the student takes, or plans to; those only waitlisted for are not among
        them."""
        return frozenset(one.module for one in self.taken)

    @cached_property
    def busy(self) -> tuple[BusyInterval, ...]:
        """The times that are taken."""
        return tuple(
            BusyInterval(section=one.section, start=start, end=end)
            for one in self.taken
            for start, end in zip(one.intervals[::2], one.intervals[1::2], strict=True)
        )

    def conflict_with(self, section: int, intervals: Sequence[int]) -> str:
        """The module that meets at the same time as this section; "" where none does."""
        others = (one for one in self.taken if one.section != section)
        return next(
            (one.module for one in others if intervals_overlap(one.intervals, intervals)), ""
        )


def load_schedule(*, student: int, term: int) -> StudentSchedule:
    """What the student has and plans in this term."""
    rows = fetch(_OWN, {"student": student, "term": term})
    return StudentSchedule(
        is_student=Student.objects.filter(id=student).exists(),
        held={section: state for section, _, _, state in rows if state != "planned"},
        planned=frozenset(section for section, _, _, state in rows if state == "planned"),
        taken=tuple(
            ScheduledSection(section=section, module=module, intervals=intervals)
            for section, module, intervals, state in rows
            if state != "waitlisted"
        ),
    )
