"""A file format of its own for tests of imports: things with a number, kept in a dictionary."""

from collections.abc import Mapping

from project.imports import values
from project.imports.columns import Column
from project.imports.defects import FileInvalid, message
from project.imports.differences import Missing, compare
from project.imports.formats import (
    Comparison,
    FileFormat,
    Option,
    OptionKind,
    Progress,
    Unconfirmed,
    Upload,
)
from project.imports.tables import read_table

CODE = Column(name="code", parse=values.text, meaning="m", is_required=True)
PLACES = Column(name="places", parse=values.whole_number(0, 9), meaning="m")


class Things:
    """What is there, and a format that changes it. A missing thing has to be confirmed."""

    def __init__(self, stored: Mapping[str, int]) -> None:
        self.stored = dict(stored)
        self.options: list[Mapping[str, str]] = []
        self.format = FileFormat(
            name="things",
            title="Things",
            columns=(CODE, PLACES),
            compare=self.compare,
            apply=self.apply,
            options=(
                Option(name="loud", meaning="Loud", kind=OptionKind.FLAG),
                Option(name="day", meaning="Day", kind=OptionKind.DAY),
            ),
        )

    def compare(self, upload: Upload) -> Comparison:
        """The difference to the file."""
        return self._compared(upload)[0]

    def apply(self, upload: Upload, is_confirmed: bool, on_progress: Progress) -> Comparison:
        """Take over what the file has."""
        done, wanted = self._compared(upload)
        if done.confirm and not is_confirmed:
            raise Unconfirmed(done)
        self.options.append(upload.texts)
        self.stored.update(wanted)
        on_progress(1, 1)
        return done

    def _compared(self, upload: Upload) -> tuple[Comparison, dict[str, int]]:
        table = read_table(upload.file, (CODE, PLACES))
        wanted = {row.text(CODE): row.read(PLACES) or 0 for row in table.rows}
        if table.defects:
            raise FileInvalid(table.defects)
        gone = [Missing(name=code, taken=self.stored[code]) for code in self.stored.keys() - wanted]
        found = compare(
            kind="things",
            stored=self.stored,
            wanted=wanted,
            name=str,
            show=lambda places: {"places": str(places)},
            missing=sorted(gone, key=lambda one: one.name),
        )
        confirm = (message("{count} things are missing.", count=len(gone)),) if gone else ()
        notes = tuple(table.notes)
        return Comparison(differences=(found,), notes=notes, confirm=confirm), wanted
