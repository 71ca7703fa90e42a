"""Records of a file as they stand there, whatever its kind; each with the line where it begins."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from project.imports.defects import Defect, Message, message

LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 300


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file's name, for messages, and its bytes."""

    name: str
    data: bytes


@dataclass(slots=True, kw_only=True)
class Records:
    """The records; `defects` grows while `rows` is read. In a spreadsheet rows have no length of
    their own, so a short one `is_padded`."""

    rows: Iterator[tuple[int, list[str]]] = field(default_factory=lambda: iter(()))
    defects: list[Defect] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    is_padded: bool = False


def too_large(file: File) -> Defect | None:
    """A defect if the file is larger than any real one."""
    if len(file.data) <= LARGEST_FILE:
        return None
    return Defect(
        file=file.name,
        reason=message(
            _("The file has {size} MB; at most {limit} MB are read."),
            size=len(file.data) >> 20,
            limit=LARGEST_FILE >> 20,
        ),
        fix=message(_("Split it into several files.")),
    )
