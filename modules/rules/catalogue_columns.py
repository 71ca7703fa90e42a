"""The columns of the catalogue's two files. docs/formats.md has the same table."""

from decimal import Decimal

from modules.rules.days import readings
from modules.rules.meetings import KINDS, parse_meetings
from project.events.credits import MOST, QUARTERS
from project.imports.columns import Column
from project.imports.defects import WrongCell, message
from project.imports.values import choice, day, decimal_number, text, whole_number

UNLIMITED = 9999
_LONGEST_CODE = 100
_WORDS = ("exact", "partial", "text_only", "none")


def _(text: str) -> str:
    return text


def parse_code(cell: str) -> str:
    """A code: a short text without the signs that join codes. Raises WrongCell."""
    if len(cell) > _LONGEST_CODE:
        reason = _("This code has {count} characters; at most {limit} are possible.")
        raise WrongCell(message(reason, count=len(cell), limit=_LONGEST_CODE))
    if ";" in cell or "|" in cell:
        raise WrongCell(message(_("A code cannot contain ; or |."), value=cell))
    return cell


def parse_name(cell: str) -> str:
    """A text that can stand within a meeting. Raises WrongCell."""
    if "|" in cell:
        raise WrongCell(message(_("It cannot contain |, which separates meetings.")))
    return cell


def parse_kind(cell: str) -> str:
    """A kind that is not taken for days in the notation of meetings. Raises WrongCell."""
    if cell not in KINDS and readings(cell):
        raise WrongCell(message(_("“{value}” may be a kind or days."), value=cell))
    return parse_name(cell)


def parse_seats(cell: str) -> int | None:
    """The number of seats; None is unlimited."""
    seats = whole_number(0, UNLIMITED)(cell)
    return None if seats == UNLIMITED else seats


def parse_credits(cell: str) -> int:
    """Quarters of credits."""
    return int(decimal_number(0, MOST, step=Decimal("0.25"))(cell) * QUARTERS)


def parse_requirements(cell: str) -> str:
    """`MATH 20A;CSE 11|CSE 8B`, with no code missing."""
    if not all(code.strip() for code in cell.replace(";", "|").split("|")):
        raise WrongCell(message(_("A module code is missing beside a ; or |.")))
    return cell


MODULE_CODE = Column(
    name="module_code",
    parse=parse_code,
    meaning=_("Code of the module, such as CSE 11."),
    aliases=("module", "course", "course_code"),
    is_required=True,
)
SECTION = Column(
    name="section",
    parse=parse_code,
    meaning=_("Code of the section within the module and term, such as A01."),
    aliases=("section_code",),
    is_required=True,
)
CAPACITY = Column(
    name="capacity",
    parse=parse_seats,
    meaning=_("Seats, 0 to 9998. 0 is closed, 9999 unlimited."),
    aliases=("seats", "max_enrollment", "max_enrolment"),
    is_required=True,
)
TERM = Column(name="term", parse=text, meaning=_("Code of the term, the same in every row."))
TITLE = Column(name="title", parse=text, meaning=_("Title of the module."))
CREDITS = Column(
    name="credits_min",
    parse=parse_credits,
    meaning=_("Credits in quarters: 4, 2.5 or 2,5, 0.25. Empty counts as 0."),
    aliases=("credits", "units"),
)
CREDITS_MAX = Column(
    name="credits_max",
    parse=parse_credits,
    meaning=_("The most credits, where a student chooses between credits_min and this."),
)
DEPARTMENT = Column(
    name="department", parse=text, meaning=_("Department of the module."), aliases=("subject",)
)
KIND = Column(
    name="kind",
    parse=parse_kind,
    meaning=_("Kind of the first weekly meeting, such as LE."),
    aliases=("type", "component"),
)
DAYS = Column(name="days", parse=text, meaning=_("Days of the first weekly meeting: TR, TuTh."))
START = Column(
    name="start",
    parse=text,
    meaning=_("Its start: 09:30, 9.30, 0930, 9:30 AM."),
    aliases=("start_time",),
)
END = Column(name="end", parse=text, meaning=_("Its end."), aliases=("end_time",))
ROOM = Column(name="room", parse=parse_name, meaning=_("Its room."), aliases=("location",))
START_DATE = Column(
    name="start_date",
    parse=day,
    meaning=_("First day of the section, where it is not the term's."),
    aliases=("starts_on", "first_day"),
)
END_DATE = Column(
    name="end_date",
    parse=day,
    meaning=_("Last day of the section; the file has both columns or neither."),
    aliases=("ends_on", "last_day"),
)
INSTRUCTOR = Column(
    name="instructor",
    parse=text,
    meaning=_("Who teaches the section, as students read it."),
    aliases=("instructors", "lecturer"),
)
MEETINGS = Column(
    name="meetings",
    parse=parse_meetings,
    meaning=_("All meetings; if it is given, it counts and the five columns of the first do not."),
)
PREREQ_TEXT = Column(
    name="prereq_text", parse=text, meaning=_("What the module requires, in words.")
)
PREREQ_CNF = Column(
    name="prereq_cnf",
    parse=parse_requirements,
    meaning=_("The same in codes: ; is and, | is or, which binds tighter."),
)
PREREQ_PARSE = Column(
    name="prereq_parse",
    parse=choice({word + note: word + note for word in _WORDS for note in ("", "+note")}),
    meaning=_("Whether the codes say everything: exact (then it is enforced), partial, text_only, "
              "none; with +note if the text adds something."),
)  # fmt: skip

_REQUIREMENTS = (PREREQ_TEXT, PREREQ_CNF, PREREQ_PARSE)
WEEKLY = (DAYS, START, END)
SECTION_COLUMNS = (
    MODULE_CODE, SECTION, CAPACITY, TERM, TITLE, CREDITS, CREDITS_MAX, DEPARTMENT, KIND, *WEEKLY,
    ROOM, START_DATE, END_DATE, INSTRUCTOR, MEETINGS, *_REQUIREMENTS,
)  # fmt: skip
MODULE_COLUMNS = (MODULE_CODE, TITLE, CREDITS, CREDITS_MAX, DEPARTMENT, *_REQUIREMENTS)
