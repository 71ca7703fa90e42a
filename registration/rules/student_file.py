"""The file of students: its columns, and what a row says of a student."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from project.accounts.person_columns import (
    EMAIL,
    FAMILY_NAME,
    FULL_NAME,
    GIVEN_NAME,
    LANGUAGE,
    USERNAME,
    person_number,
    whole_name,
)
from project.events.credits import QUARTERS
from project.imports.columns import Column
from project.imports.defects import message
from project.imports.tables import Row, Table
from project.imports.values import decimal_number, text, whole_number
from registration.rules.people import Admission

_GROUPS = re.compile(r"[|;]")
MOST_CREDITS = 999


def _(text: str) -> str:
    return text


def _credits(cell: str) -> int:
    number = decimal_number(0, MOST_CREDITS, step=Decimal(1) / QUARTERS)(cell)
    return int(number * QUARTERS)


def _groups(cell: str) -> tuple[str, ...]:
    return tuple(sorted({one.strip() for one in _GROUPS.split(cell)} - {""}))


NUMBER = Column(
    name="number",
    parse=person_number,
    meaning=_("The student's number; whoever has it is changed, anybody else is new."),
    aliases=("student_number", "student_id", "student_no"),
    is_required=True,
)
PROGRAMME = Column(
    name="programme",
    parse=text,
    meaning=_("Code of a programme."),
    aliases=("program", "programme_code", "major"),
    is_required=True,
)
YEAR = Column(
    name="year",
    parse=whole_number(1, 20),
    meaning=_("Year of study."),
    aliases=("year_of_study", "study_year"),
    is_required=True,
)
CREDIT_LIMIT = Column(
    name="credit_limit",
    parse=_credits,
    meaning=_("The most credits in a term, such as 20 or 17.5."),
    aliases=("max_credits",),
    is_required=True,
)
LEVEL = Column(name="level", parse=text, meaning=_("Code of a level."))
STANDING = Column(
    name="standing", parse=text, meaning=_("Code of a standing."), aliases=("academic_standing",)
)
CAMPUS = Column(name="campus", parse=text, meaning=_("Code of a campus."))
GROUPS = Column(
    name="groups",
    parse=_groups,
    meaning=_("Codes of groups, separated by | or ;."),
    aliases=("group", "cohorts"),
)
ADVISER = Column(
    name="adviser",
    parse=person_number,
    meaning=_("The adviser's staff number."),
    aliases=("advisor", "adviser_number"),
)
CREDITS_EARNED = Column(name="credits_earned", parse=_credits, meaning=_("Credits earned so far."))
COLUMNS = (
    *(NUMBER, FULL_NAME, GIVEN_NAME, FAMILY_NAME, EMAIL, USERNAME, LANGUAGE),
    *(PROGRAMME, YEAR, CREDIT_LIMIT, LEVEL, STANDING, CAMPUS, GROUPS, ADVISER, CREDITS_EARNED),
)

# Of somebody who is no student yet.
NO_ADMISSION = Admission(student=0, programme="", year=0, credit_limit_quarters=0, transcript=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentDetails:
    """A student as the registry's file has them; `admission` without the id and the transcript."""

    full_name: str
    email: str
    username: str
    language: str
    adviser: str
    admission: Admission


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentDraft:
    """A row that could be read."""

    row: Row
    number: str

    def details(self, before: StudentDetails | None) -> StudentDetails:
        """The student as the row has them. What the file has no column for stays as it was;
        who had left is back."""
        row = self.row
        had = before or _nobody(self.number)
        admission = replace(
            had.admission,
            has_left=False,
            programme=row.text(PROGRAMME),
            year=row.read(YEAR) or 0,
            credit_limit_quarters=row.read(CREDIT_LIMIT) or 0,
            level=row.text(LEVEL) if row.has(LEVEL) else had.admission.level,
            standing=row.text(STANDING) if row.has(STANDING) else had.admission.standing,
            campus=row.text(CAMPUS) if row.has(CAMPUS) else had.admission.campus,
            groups=row.read(GROUPS) or () if row.has(GROUPS) else had.admission.groups,
            credits_earned_quarters=row.read(CREDITS_EARNED) or 0
            if row.has(CREDITS_EARNED)
            else had.admission.credits_earned_quarters,
        )
        return StudentDetails(
            full_name=whole_name(row),
            email=row.read(EMAIL) or "",
            username=before.username if before else row.read(USERNAME) or self.number,
            language=row.read(LANGUAGE) or had.language,
            adviser=row.read(ADVISER) or "" if row.has(ADVISER) else had.adviser,
            admission=admission,
        )


def _nobody(number: str) -> StudentDetails:
    return StudentDetails(
        full_name="", email="", username=number, language="en", adviser="", admission=NO_ADMISSION
    )


def parse_students(table: Table) -> Iterator[StudentDraft]:
    """The rows with a number of their own; the others are defects."""
    seen: dict[str, int] = {}
    for row in table.rows:
        number = row.read(NUMBER)
        if not number:
            continue
        first = seen.setdefault(number.casefold(), row.line)
        if first != row.line:
            reason = _("This number stands in line {line} already.")
            row.add_defect(NUMBER, message(reason, line=first))
            continue
        yield StudentDraft(row=row, number=number)
