"""The file of transcripts: its columns, and the lines of each student."""

from collections import defaultdict
from collections.abc import Iterator

from project.imports.columns import Column
from project.imports.defects import message
from project.imports.tables import Row, Table
from project.imports.values import choice, text
from registration.rules.people import Status, TranscriptLine


def _(text: str) -> str:
    return text


NUMBER = Column(
    name="number",
    parse=text,
    meaning=_("The student's number. The file has the whole transcript of whoever is in it."),
    aliases=("student_number", "student_id", "student_no"),
    is_required=True,
)
MODULE = Column(
    name="module",
    parse=text,
    meaning=_("Code of the module, of this catalogue or of another."),
    aliases=("module_code", "course", "course_code"),
    is_required=True,
)
TERM = Column(name="term", parse=text, meaning=_("When it was taken."), aliases=("term_code",))
GRADE = Column(name="grade", parse=text, meaning=_("The grade, as people read it."))
STATUS = Column(
    name="status",
    parse=choice(
        {
            "completed": Status.COMPLETED,
            "passed": Status.COMPLETED,
            "in progress": Status.IN_PROGRESS,
            "in_progress": Status.IN_PROGRESS,
            "not passed": Status.NOT_PASSED,
            "not_passed": Status.NOT_PASSED,
            "failed": Status.NOT_PASSED,
        }
    ),
    meaning=_(
        "completed, in progress or not passed; without it completed where there is a grade, else "
        "in progress. What is completed or in progress counts as a prerequisite."
    ),
)
COLUMNS = (NUMBER, MODULE, TERM, GRADE, STATUS)
Transcripts = dict[str, tuple[TranscriptLine, ...]]


def parse_transcripts(table: Table) -> tuple[Transcripts, dict[str, Row]]:
    """The lines of each student by number, and the row where each student is first named."""
    lines: dict[str, dict[tuple[str, str], TranscriptLine]] = defaultdict(dict)
    first: dict[str, Row] = {}
    for row, number, line in _lines(table):
        first.setdefault(number, row)
        if (line.module, line.term) in lines[number]:
            reason = _("This module stands in this term of the student already.")
            row.add_defect(MODULE, message(reason))
        lines[number][line.module, line.term] = line
    return {number: tuple(sorted(some.values())) for number, some in lines.items()}, first


def _lines(table: Table) -> Iterator[tuple[Row, str, TranscriptLine]]:
    for row in table.rows:
        number, grade = row.text(NUMBER), row.text(GRADE)
        status = row.read(STATUS) or (Status.COMPLETED if grade else Status.IN_PROGRESS)
        line = TranscriptLine(
            module=row.text(MODULE), term=row.text(TERM), grade=grade, status=status
        )
        yield row, number.casefold(), line
