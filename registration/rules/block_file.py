"""The file of blocks: its columns, and the blocks of each student."""

from project.imports.columns import Column
from project.imports.defects import message
from project.imports.tables import Row, Table
from project.imports.values import text


def _(text: str) -> str:
    return text


NUMBER = Column(
    name="number",
    parse=text,
    meaning=_("The student's number."),
    aliases=("student_number", "student_id", "student_no"),
    is_required=True,
)
REASON = Column(
    name="reason", parse=text, meaning=_("Why; the student reads it."), is_required=True
)
OFFICE = Column(
    name="office",
    parse=text,
    meaning=_("Whom to see about it. A file speaks for the offices that it names."),
    is_required=True,
    aliases=("whom_to_see",),
)
COLUMNS = (NUMBER, REASON, OFFICE)
# Student number without capitals, and office: one block each.
Key = tuple[str, str]


def parse_blocks(table: Table) -> dict[Key, tuple[str, Row]]:
    """The reason of each block, and its row; one twice is a defect."""
    found: dict[Key, tuple[str, Row]] = {}
    for row in table.rows:
        key = (row.text(NUMBER).casefold(), row.text(OFFICE))
        if key in found and all(key):
            reason = _("The student has a block of this office in the file already.")
            row.add_defect(NUMBER, message(reason))
        found[key] = (row.text(REASON), row)
    return found
