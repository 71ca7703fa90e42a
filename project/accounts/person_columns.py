"""Columns that every file of people has."""

import re

from project.imports.columns import Column
from project.imports.defects import WrongCell, message
from project.imports.tables import Row

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_NAME, _LONGEST_NUMBER, _LONGEST_LANGUAGE = 200, 32, 12


def _(text: str) -> str:
    return text


def person_number(cell: str) -> str:
    """The number of a student or of a member of staff."""
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


def whole_name(row: Row) -> str:
    """The name, from one column or two; a missing one is a defect."""
    if name := row.read(FULL_NAME):
        return name
    given, family = row.read(GIVEN_NAME) or "", row.read(FAMILY_NAME) or ""
    if not (given or family):
        row.add_defect(FULL_NAME, message(_("The name is missing.")))
    is_joined = bool(given and family) and ord(family[0]) > 0x2E7F
    return f"{family}{given}" if is_joined else f"{given} {family}".strip()
