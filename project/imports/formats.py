"""The file formats that apps offer: columns, options, and the services that compare and apply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from project.imports.columns import Column
from project.imports.defects import Message
from project.imports.differences import Difference
from project.imports.records import File

Progress = Callable[[int, int], None]


class OptionKind(StrEnum):
    """What is given for an option."""

    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    FILE = "file"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something besides the file: `--name` of the command, a field of the page. `meaning` is marked
    for translation; a text has at most `longest` printable characters."""

    name: str
    meaning: str
    kind: OptionKind = OptionKind.TEXT
    is_required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file with its options, by name: `texts` as typed, a flag that is set as "yes"."""

    file: File
    texts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text option, stripped; "" if it was not given."""
        return self.texts.get(name, "").strip()

    def has(self, name: str) -> bool:
        """Whether a flag is set."""
        return bool(self.text(name))

    def day(self, name: str) -> date | None:
        """A day, checked by command and page."""
        return date.fromisoformat(self.text(name)) if self.text(name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What files change or, once applied, changed. `confirm` is what a person has to agree to
    first; `notes` is what else there is to know; `last_event` is the id of the last event."""

    differences: tuple[Difference, ...]
    notes: tuple[Message, ...] = ()
    confirm: tuple[Message, ...] = ()
    last_event: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return all(one.is_empty for one in self.differences)

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "differences": [one.to_data() for one in self.differences],
            "notes": [one.to_data() for one in self.notes],
            "confirm": [one.to_data() for one in self.confirm],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Comparison":
        """From JSON."""
        return cls(
            differences=tuple(Difference.from_data(one) for one in data["differences"]),
            notes=tuple(Message.from_data(one) for one in data["notes"]),
            confirm=tuple(Message.from_data(one) for one in data["confirm"]),
        )


class Unconfirmed(Exception):
    """Nothing was changed: a person has to agree to what `comparison.confirm` says."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(" ".join(one.read() for one in comparison.confirm))
        self.comparison = comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A format: `import_<name>` is its command. `compare` changes nothing. `apply` does everything
    in one transaction or nothing; without `is_confirmed` it raises Unconfirmed where needed. Both
    raise FileInvalid. `title` is marked for translation."""

    name: str
    title: str
    columns: tuple[Column[Any], ...]
    compare: Callable[[Upload], Comparison]
    apply: Callable[[Upload, bool, Progress], Comparison]
    options: tuple[Option, ...] = ()


@dataclass(slots=True)
class Formats:
    """What the apps registered, by name."""

    by_name: dict[str, FileFormat] = field(default_factory=dict)

    def register(self, *formats: FileFormat) -> None:
        """Offer formats."""
        self.by_name.update({one.name: one for one in formats})


formats = Formats()
