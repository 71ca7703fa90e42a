"""A student's schedule and plan in a term, which the catalogue is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from project.bus.sql import fetch_records
from project.events.vocabulary import ItemState, fill_words
from registration.models import Student
from registration.rules.schedule import STEP, ScheduleEntry, Slots, intervals_overlap
from registration.selectors.catalogue import BusyInterval

_OWN = fill_words("""
SELECT s.id AS section, s.module_code AS module, i.credit_quarters, s.intervals, i.state, t.teaching
  FROM registration_item i JOIN registration_section s ON s.id = i.section_id
  JOIN registration_term t ON t.id = s.term_id
 WHERE i.student_id = %(student)s AND s.term_id = %(term)s
   AND i.state IN <LIVE_STATES>
UNION ALL
SELECT s.id, s.module_code, s.credit_quarters, s.intervals, NULL, t.teaching
  FROM registration_plan p JOIN registration_section s ON s.id = ANY (p.sections)
  JOIN registration_term t ON t.id = s.term_id
 WHERE p.student_id = %(student)s AND s.term_id = %(term)s""")


@dataclass(frozen=True, kw_only=True)
class StudentSchedule:
    """One student's schedule in a term. `held` maps sections to their states."""

    is_student: bool
    held: Mapping[int, ItemState] = field(default_factory=dict)
    planned: frozenset[int] = frozenset()
    taken: tuple[ScheduleEntry, ...] = ()
    teaching: Slots = ()

    @cached_property
    def modules(self) -> frozenset[str]:
        """Modules that the student takes or plans; waitlisted ones do not count."""
        return frozenset(one.module for one in self.taken)

    @cached_property
    def busy(self) -> tuple[BusyInterval, ...]:
        """The busy times."""
        return tuple(
            BusyInterval(one.section, *one.intervals[n : n + STEP])
            for one in self.taken
            for n in range(0, len(one.intervals), STEP)
        )

    def conflict_with(self, section: int, intervals: Sequence[int]) -> str:
        """The module that has a time conflict with this section; "" if none has."""
        others = (one for one in self.taken if one.section != section)
        return next(
            (
                one.module
                for one in others
                if intervals_overlap(one.intervals, intervals, self.teaching)
            ),
            "",
        )


def load_schedule(*, student: int, term: int) -> StudentSchedule:
    """The student's schedule and plan in this term."""
    records = fetch_records(_OWN, {"student": student, "term": term})
    teaching = [record.pop("teaching") for record in records]
    states = [(record.pop("state"), ScheduleEntry(**record)) for record in records]
    return StudentSchedule(
        is_student=Student.objects.filter(id=student).exists(),
        held={entry.section: ItemState(state) for state, entry in states if state},
        planned=frozenset(entry.section for state, entry in states if not state),
        taken=tuple(entry for state, entry in states if state != ItemState.WAITLISTED),
        teaching=teaching[0] if teaching else (),
    )
