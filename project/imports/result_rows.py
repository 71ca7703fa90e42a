"""The result of an import as rows, for a page and for a file to download."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from project.imports.defects import Defect, Translate
from project.imports.differences import Difference
from project.imports.formats import Comparison

_SHOWN = 100
_FORMULA = ("=", "+", "-", "@")
Row = tuple[str, ...]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDifference:
    """A difference for a page: counts, and the first rows of each kind with how many more."""

    kind: str
    difference: Difference
    new: Sequence[str]
    changed: Sequence[Row]
    missing: Sequence[tuple[str, int]]

    @property
    def is_cut(self) -> bool:
        """Whether there is more than what is shown."""
        return max(len(self.difference.new), self.changes, len(self.difference.missing)) > _SHOWN

    @property
    def changes(self) -> int:
        """The number of changed fields."""
        return sum(len(one.fields) for one in self.difference.changed)


def shown_differences(comparison: Comparison, translate: Translate) -> list[ShownDifference]:
    """Each kind of record, for a page."""
    return [
        ShownDifference(
            kind=translate(one.kind),
            difference=one,
            new=one.new[:_SHOWN],
            changed=list(_changes(one, translate))[:_SHOWN],
            missing=[(gone.name, gone.taken) for gone in one.missing[:_SHOWN]],
        )
        for one in comparison.differences
    ]


def _changes(difference: Difference, translate: Translate) -> Iterator[Row]:
    for one in difference.changed:
        for field in one.fields:
            yield one.name, translate(field.field), field.old, field.new


def comparison_rows(comparison: Comparison, translate: Translate) -> Iterator[Row]:
    """Everything that changes, a row for each field, and the notes."""
    header = (_("what"), _("kind of record"), _("name"), _("field"), _("old"), _("new"))
    yield tuple(translate(text) for text in header)
    for one in comparison.differences:
        kind = translate(one.kind)
        for name in one.new:
            yield _safe(translate(_("new")), kind, name, "", "", "")
        for change in _changes(one, translate):
            yield _safe(translate(_("changed")), kind, *change)
        for gone in one.missing:
            yield _safe(translate(_("missing")), kind, gone.name, "", str(gone.taken or ""), "")
    for note in comparison.notes:
        yield _safe(translate(_("note")), "", note.read(translate), "", "", "")


def defect_rows(defects: Sequence[Defect], translate: Translate) -> Iterator[Row]:
    """A row for each defect."""
    header = (_("file"), _("line"), _("column"), _("value"), _("what is wrong"))
    yield tuple(translate(text) for text in header)
    for one in defects:
        yield _safe(one.file, str(one.line or ""), one.column, one.shown, one.read(translate))


def _safe(*cells: str) -> Row:
    """A spreadsheet must take no cell for a formula."""
    return tuple(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
