"""A small university with realistic modules, for browser tests and screenshots."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from modules.rules.terms import Days
from modules.services.catalogue import module_save, section_save, term_save
from payments.services.rates import rate_set
from project.accounts.models import User
from project.events.credits import parse_credits
from project.events.modules import Clause, Meeting, ModuleChanged, SectionChanged
from project.testing.system.world import PROGRAMME, World

# Code, title, credits or their range, department, requirements: any of each group.
MODULES = """
CS 101|Introduction to Programming|6|Computer Science|
CS 110|Discrete Structures|5|Computer Science|
CS 201|Data Structures and Algorithms|6|Computer Science|CS 101 or CS 103; CS 110 or MATH 120
CS 103|Programming for Engineers|5|Computer Science|
CS 220|Databases|5|Computer Science|CS 101 or CS 103
CS 240|Operating Systems|6|Computer Science|CS 201
CS 310|Distributed Systems|6|Computer Science|CS 201 or CS 240; CS 220; MATH 120 or STAT 130
CS 330|Machine Learning|6|Computer Science|CS 201; MATH 210; STAT 130
MATH 101|Calculus I|6|Mathematics|
MATH 120|Linear Algebra|5|Mathematics|
MATH 210|Multivariable Calculus|5|Mathematics|MATH 101
STAT 130|Probability and Statistics|5|Mathematics|
PHYS 110|Mechanics and Waves|6|Physics|
PHYS 215|Thermodynamics|5|Physics|PHYS 110
CHEM 105|General Chemistry with Laboratory|6|Chemistry|
BIOL 120|Cells and Genetics|5|Biology|
ECON 101|Principles of Microeconomics|5|Economics|
ECON 230|Behavioural Economics|5|Economics|ECON 101
HIST 140|Cities of the Silk Road|4-6|Humanities|
PHIL 105|Logic and Argument|4|Humanities|
PHIL 220|Ethics of Technology|4|Humanities|
LING 110|The Structure of Language|4|Humanities|
MUS 115|Listening to Orchestras|3|Humanities|
GER 101|German for Beginners|4|Languages|
"""

# Module, section, seats, teacher, meetings: day 0 is Monday; kind and room.
SECTIONS = """
CS 101|01|60|Dr Amara Okafor|0 9:00-10:30 Lecture Hall 2; 2 9:00-10:30 Lecture Hall 2
CS 101|02|30|Dr Liu Wen|1 13:00-14:30 Lecture B 104; 3 13:00-14:30 Lecture B 104
CS 110|01|40|Prof. Henrik Dahl|1 10:00-11:30 Lecture C 12; 4 10:00-11:30 Lecture C 12
CS 201|01|2|Prof. Rosa Jiménez|0 11:00-12:30 Lecture Hall 1; 3 9:00-10:30 Exercise B 104
CS 201|02|25|Dr Liu Wen|2 14:00-15:30 Lecture B 110; 4 14:00-15:30 Exercise B 110
CS 103|01|35|Dr Tomasz Nowak|2 11:00-12:30 Lecture Hall 3
CS 220|01|30|Dr Ingrid Solberg|1 14:00-15:30 Lecture A 31; 3 14:00-15:30 Practical Lab 4
CS 220|02|1|Dr Ingrid Solberg|2 10:00-11:30 Lecture A 31; 4 10:00-11:30 Practical Lab 4
CS 240|01|30|Prof. Henrik Dahl|0 14:00-15:30 Lecture C 12; 2 14:00-15:30 Lecture C 12
CS 310|01|20|Prof. Rosa Jiménez|1 9:00-10:30 Lecture Hall 1; 4 9:00-10:30 Seminar D 2
CS 330|01|24|Dr Priya Raman|1 15:00-16:30 Lecture Hall 2; 3 15:00-16:30 Practical Lab 1
MATH 101|01|80|Prof. Émile Laurent|0 8:30-10:00 Lecture Hall 1; 2 8:30-10:00 Lecture Hall 1
MATH 120|01|50|Dr Sofia Conti|1 11:00-12:30 Lecture A 12; 3 11:00-12:30 Exercise A 12
MATH 210|01|35|Prof. Émile Laurent|0 13:00-14:30 Lecture A 12; 3 9:00-10:30 Exercise A 14
STAT 130|01|45|Dr Noor Haddad|2 11:00-12:30 Lecture Hall 2; 4 11:00-12:30 Practical Lab 1
PHYS 110|01|40|Prof. Kenji Mori|0 10:30-12:00 Lecture Hall 3; 2 14:00-17:00 Practical Physics 1
PHYS 215|01|18|Prof. Kenji Mori|1 8:30-10:00 Lecture Physics 3
CHEM 105|01|24|Dr Hannah Weiss|1 9:00-10:30 Lecture Hall 3; 4 13:00-16:00 Practical Chemistry 2
BIOL 120|01|30|Dr Kwame Boateng|2 9:00-10:30 Lecture Biology 1
ECON 101|01|120|Dr Clara Brandt|0 16:00-17:30 Lecture Hall 1; 2 16:00-17:30 Lecture Hall 1
ECON 230|01|20|Dr Clara Brandt|3 16:00-17:30 Seminar E 5
HIST 140|01|25|Dr Zainab Karimi|1 16:00-17:30 Lecture H 20; 3 10:30-12:00 Seminar H 21
PHIL 105|01|30|Prof. Miriam Adler|0 12:30-14:00 Lecture H 11; 2 12:30-14:00 Lecture H 11
PHIL 220|01|15|Prof. Miriam Adler|4 14:00-16:00 Seminar H 14
LING 110|01|30|Dr Mateo Vargas|2 13:00-14:30 Lecture H 20
MUS 115|01|||
GER 101|01|16|Jonas Keller|0 10:00-11:30 Class L 3; 4 12:00-13:30 Class L 3
"""

PEOPLE = (
    "Mei-Ling Chen", "Daniel Okoye", "Lea Fischer", "Arjun Mehta", "Sara Lindqvist",
    "Omar Haddad", "Julia Novak", "Tom Becker",
)  # fmt: skip
PASSED = ("CS 101", "MATH 101", "CS 110", "STAT 130")


@dataclass(slots=True, kw_only=True)
class University:
    """Sections by name (`CS 201-01`), modules by code, and students."""

    world: World
    sections: dict[str, int] = field(default_factory=dict)
    modules: dict[str, int] = field(default_factory=dict)
    students: list[int] = field(default_factory=list)

    def begin(self) -> None:
        """An open term, the catalogue, and students with some completed modules."""
        rate_set(programme=PROGRAMME, per_credit=120_00, limit=5_000_00)
        days = Days(date(2027, 2, 15), date(2027, 6, 11))
        term_save(code="T1", name="Spring 2027", term=self.world.term, days=days)
        for line in MODULES.strip().splitlines():
            self._add_module(*line.split("|"))
        for line in SECTIONS.strip().splitlines():
            self._add_section(*line.split("|"))
        self.students = self.world.students(len(PEOPLE), transcript=PASSED, year=2, credit_limit=30)
        for student, name in zip(self.students, PEOPLE, strict=True):
            User.objects.filter(pk=student).update(full_name=name)
        self.world.ready()

    def _add_module(self, code: str, title: str, credits: str, department: str, needs: str) -> None:
        requires = tuple(
            Clause(any_of=tuple(group.strip().split(" or "))) for group in needs.split(";") if group
        )
        module = ModuleChanged(
            module=0,
            code=code,
            title=title,
            **_credits(credits),
            department=department,
            requires=requires,
        )
        self.modules[code] = module_save(module=module)

    def _add_section(self, module: str, code: str, seats: str, who: str, when: str) -> None:
        section = SectionChanged(
            section=0,
            term=self.world.term,
            module=self.modules[module],
            module_code=module,
            code=code,
            seats=int(seats) if seats else None,
            **_credits(self._module_credits(module)),
            meetings=tuple(_meetings(when)),
            instructor=who,
        )
        self.sections[f"{module}-{code}"] = section_save(section=section)

    def _module_credits(self, module: str) -> str:
        line = next(one for one in MODULES.splitlines() if one.startswith(f"{module}|"))
        return line.split("|")[2]


def _credits(written: str) -> dict[str, Any]:
    """Parse `6`, or a range `4-6`."""
    least, _, most = written.partition("-")
    return {
        "credit_quarters": parse_credits(least),
        "credit_quarters_max": parse_credits(most) if most else None,
    }


def _meetings(when: str) -> Iterator[Meeting]:
    """Parse `0 9:00-10:30 Lecture Hall 2; …`."""
    for part in filter(None, when.split("; ")):
        day, hours, kind, room = part.split(" ", 3)
        start, end = (_minutes(clock) for clock in hours.split("-"))
        yield Meeting(kind=kind, start=start, end=end, day=int(day), room=room)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
