"""The file of students: its columns, and what a row says of a student."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from project.events.credits import QUARTERS
from project.imports.columns import Column
from project.imports.defects import WrongCell, message
from project.imports.tables import Row, Table
from project.imports.values import decimal_number, text, whole_number
from registration.rules.people import Admission

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_GROUPS = re.compile(r"[|;]")
_LONGEST_NAME, _LONGEST_NUMBER, _LONGEST_LANGUAGE = 200, 32, 12
MOST_CREDITS = 999


def _(text: str) -> str:
    return text


def _number(cell: str) -> str:
    if len(cell) > _LONGEST_NUMBER or " " in cell:
        reason = _("“{value}” is no number of a person: at most {limit} characters, no spaces.")
        raise WrongCell(message(reason, value=cell, limit=_LONGEST_NUMBER))
    return cell


def _name(cell: str) -> str:
    if len(cell) > _LONGEST_NAME:
        raise WrongCell(message(_("A name has at most {limit} characters."), limit=_LONGEST_NAME))
    return cell


def _email(cell: str) -> str:
    if not _EMAIL.fullmatch(cell) or len(cell) > 254:
        raise WrongCell(message(_("“{value}” is no email address."), value=cell))
    return cell


def _username(cell: str) -> str:
    if not _USERNAME.fullmatch(cell):
        reason = _("“{value}” is no user name: letters, digits and . @ + - _ only.")
        raise WrongCell(message(reason, value=cell))
    return cell


def _language(cell: str) -> str:
    if not _LANGUAGE.fullmatch(cell) or len(cell) > _LONGEST_LANGUAGE:
        reason = _("“{value}” is no language such as en or zh-Hant.")
        raise WrongCell(message(reason, value=cell))
    return cell


def _credits(cell: str) -> int:
    number = decimal_number(0, MOST_CREDITS, step=Decimal(1) / QUARTERS)(cell)
    return int(number * QUARTERS)


def _groups(cell: str) -> tuple[str, ...]:
    return tuple(sorted({one.strip() for one in _GROUPS.split(cell)} - {""}))


NUMBER = Column(
    name="number",
    parse=_number,
    meaning=_("The student's number; whoever has it is changed, anybody else is new."),
    aliases=("student_number", "student_id", "student_no"),
    is_required=True,
)
FULL_NAME = Column(
    name="full_name",
    parse=_name,
    meaning=_("The whole name, or its parts in the next two columns."),
    aliases=("name", "student_name"),
)
GIVEN_NAME = Column(
    name="given_name", parse=_name, meaning=_("Given names."), aliases=("first_name", "forename")
)
FAMILY_NAME = Column(
    name="family_name", parse=_name, meaning=_("Family name."), aliases=("last_name", "surname")
)
EMAIL = Column(
    name="email",
    parse=_email,
    meaning=_("The address that the link for a password is sent to."),
    aliases=("email_address", "mail", "e-mail"),
    is_required=True,
)
USERNAME = Column(
    name="username",
    parse=_username,
    meaning=_("For signing in; without it the number. It never changes."),
    aliases=("login", "user_name"),
)
LANGUAGE = Column(
    name="language", parse=_language, meaning=_("Language of emails, such as en or zh-Hant.")
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
    parse=_number,
    meaning=_("The adviser's staff number."),
    aliases=("advisor", "adviser_number"),
)
CREDITS_EARNED = Column(name="credits_earned", parse=_credits, meaning=_("Credits earned so far."))
COLUMNS = (
    *(NUMBER, FULL_NAME, GIVEN_NAME, FAMILY_NAME, EMAIL, USERNAME, LANGUAGE),
    *(PROGRAMME, YEAR, CREDIT_LIMIT, LEVEL, STANDING, CAMPUS, GROUPS, ADVISER, CREDITS_EARNED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentFacts:
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

    def facts(self, before: StudentFacts | None) -> StudentFacts:
        """The student as the row has them. What the file has no column for stays as it was."""
        row = self.row
        had = before or _nobody(self.number)
        admission = replace(
            had.admission,
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
        return StudentFacts(
            full_name=_whole_name(row),
            email=row.read(EMAIL) or "",
            username=before.username if before else row.read(USERNAME) or self.number,
            language=row.read(LANGUAGE) or had.language,
            adviser=row.read(ADVISER) or "" if row.has(ADVISER) else had.adviser,
            admission=admission,
        )


def _nobody(number: str) -> StudentFacts:
    admission = Admission(student=0, programme="", year=0, credit_limit_quarters=0, transcript=None)
    return StudentFacts(
        full_name="", email="", username=number, language="en", adviser="", admission=admission
    )


def _whole_name(row: Row) -> str:
    if name := row.read(FULL_NAME):
        return name
    given, family = row.read(GIVEN_NAME) or "", row.read(FAMILY_NAME) or ""
    if not (given or family):
        row.add_defect(FULL_NAME, message(_("The name is missing.")))
    is_joined = bool(given and family) and ord(family[0]) > 0x2E7F
    return f"{family}{given}" if is_joined else f"{given} {family}".strip()


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
