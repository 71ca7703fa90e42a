"""The file of students as a file format."""

from project.imports.formats import FileFormat, Option, OptionKind
from registration.rules.student_file import COLUMNS
from registration.services.student_import import students_apply, students_compare


def _(text: str) -> str:
    return text


STUDENTS = FileFormat(
    name="students",
    title=_("Students"),
    columns=COLUMNS,
    compare=students_compare,
    apply=students_apply,
    options=(
        Option(
            name="partial",
            kind=OptionKind.FLAG,
            meaning=_("The file has only some students: nobody is missing from it."),
        ),
        Option(
            name="end_missing",
            kind=OptionKind.FLAG,
            meaning=_("End the studies of the students who are missing from the file."),
        ),
        Option(
            name="as_new",
            kind=OptionKind.FLAG,
            meaning=_("Numbers that look like others are other people's."),
        ),
    ),
)
