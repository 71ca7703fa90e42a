"""Defects and differences as lines of text, for a terminal and for a file to download."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from textwrap import shorten

from project.imports.defects import Defect, Translate
from project.imports.differences import Difference
from project.imports.formats import Comparison

_WIDEST = 60


def _(text: str) -> str:
    return text


_HEADERS = (_("file"), _("line"), _("column"), _("value"), _("what is wrong"))


def defect_lines(defects: Sequence[Defect], translate: Translate = str) -> Iterator[str]:
    """The defects as a table, and how many."""
    rows = [
        (one.file, str(one.line or ""), one.column, one.shown, one.read(translate))
        for one in defects
    ]
    yield from _table([tuple(translate(name) for name in _HEADERS), *rows])
    yield translate(_("Nothing was imported. Defects: {count}.")).format(count=len(defects))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [min(max(map(len, cells)), _WIDEST) for cells in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row[:-1], widths, strict=False)
        yield "  ".join([*(cell.ljust(width) for cell, width in cells), row[-1]]).rstrip()


def comparison_lines(
    comparison: Comparison, translate: Translate = str, *, limit: int | None = None
) -> Iterator[str]:
    """Everything that a file changes; of each list at most `limit` lines, then how many more."""
    for one in comparison.notes:
        yield one.read(translate)
    for difference in comparison.differences:
        yield from _difference_lines(difference, translate, limit)
    for one in comparison.confirm:
        yield one.read(translate)


def _difference_lines(
    difference: Difference, translate: Translate, limit: int | None
) -> Iterator[str]:
    counts = _("{kind}: {new} new, {changed} changed, {missing} missing, {unchanged} unchanged")
    yield translate(counts).format(
        kind=translate(difference.kind),
        new=len(difference.new),
        changed=len(difference.changed),
        missing=len(difference.missing),
        unchanged=difference.unchanged,
    )
    yield from _some((f"  + {name}" for name in difference.new), len(difference.new), limit)
    changes = (
        f"  ~ {one.name}: {translate(f.field)} {_value(f.old)} → {_value(f.new)}"
        for one in difference.changed
        for f in one.fields
    )
    yield from _some(changes, sum(len(one.fields) for one in difference.changed), limit)
    gone = (
        translate(_("  - {name} ({taken} taken)")).format(name=one.name, taken=one.taken)
        if one.taken
        else f"  - {one.name}"
        for one in difference.missing
    )
    yield from _some(gone, len(difference.missing), None)


def _some(lines: Iterable[str], count: int, limit: int | None) -> Iterator[str]:
    yield from islice(lines, limit)
    if limit is not None and count > limit:
        yield f"  … +{count - limit}"


def _value(text: str) -> str:
    return shorten(text, _WIDEST, placeholder="…") or "—"
