"""What a format says of each of its columns; the tables in docs/formats.md are made from it."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_BETWEEN = re.compile(r"[\s_\-.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """One column. `parse` gets a clean cell that is not empty and raises WrongCell; `meaning` is
    marked for translation. Of a required column no cell may be empty."""

    name: str
    parse: Callable[[str], T]
    meaning: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False


def fold_header(text: str) -> str:
    """A header as it is compared: `Module_Code`, `module code` and `MODULECODE` are one."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def columns_table(columns: Sequence[Column[Any]]) -> str:
    """The columns as a table of Markdown."""
    lines = ["| column | also called | required | meaning |", "|---|---|---|---|"]
    for one in columns:
        also = ", ".join(f"`{alias}`" for alias in one.aliases)
        meaning = one.meaning.replace("|", "\\|")
        lines.append(f"| `{one.name}` | {also} | {'yes' if one.is_required else ''} | {meaning} |")
    return "\n".join(lines)
