"""What is wrong with a file: where it stands, what stands there, why, and what to do.

`_` only marks a text for translation; a reader's `translate` turns it into a language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Translate = Callable[[str], str]
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with its values, in no language yet."""

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def read(self, translate: Translate = str) -> str:
        """The sentence in a language; English by default."""
        return translate(self.text).format(**dict(self.values))

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "values": dict(self.values)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Message":
        """From JSON."""
        return cls(data["text"], tuple(data["values"].items()))


def message(text: str, **values: object) -> Message:
    """A message with its values by name."""
    return Message(text, tuple(values.items()))


NOTHING = Message("")


def _joined(reason: Message, fix: Message, translate: Translate) -> str:
    return " ".join(one.read(translate) for one in (reason, fix) if one.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something in a file that cannot be understood. `line` counts from 1, the header; 0 is the
    file as a whole, and then `column` and `value` are empty."""

    file: str
    reason: Message
    fix: Message = NOTHING
    line: int = 0
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        return self.read()

    def read(self, translate: Translate = str) -> str:
        """Reason and fix in one line."""
        return _joined(self.reason, self.fix, translate)

    @property
    def shown(self) -> str:
        """The value, short enough for a table."""
        start = "".join(
            one if one.isprintable() else "\ufffd" for one in self.value[:_LONGEST_SHOWN]
        )
        return f"{start}…" if len(self.value) > _LONGEST_SHOWN else start

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": self.shown,
            "reason": self.reason.to_data(),
            "fix": self.fix.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Defect":
        """From JSON."""
        messages = {name: Message.from_data(data[name]) for name in ("reason", "fix")}
        return cls(**{**data, **messages})


class WrongCell(ValueError):
    """A cell cannot be understood: why, and what to write instead."""

    def __init__(self, reason: Message, fix: Message = NOTHING) -> None:
        super().__init__(_joined(reason, fix, str))
        self.reason, self.fix = reason, fix

    def read(self, translate: Translate = str) -> str:
        """Reason and fix in one line."""
        return _joined(self.reason, self.fix, translate)


class FileInvalid(Exception):
    """Nothing was imported: `defects` says why, by file and line."""

    def __init__(self, defects: Sequence[Defect]) -> None:
        super().__init__(f"{len(defects)} defects")
        files = list(dict.fromkeys(one.file for one in defects))
        self.defects = tuple(sorted(defects, key=lambda one: (files.index(one.file), one.line)))
