"""The catalogue as a file format: its columns, options and services."""

from modules.rules.catalogue_columns import SECTION_COLUMNS
from modules.services.catalogue_import import catalogue_apply, catalogue_compare
from project.imports.formats import FileFormat, Option, OptionKind


def _(text: str) -> str:
    return text


CATALOGUE = FileFormat(
    name="catalogue",
    title=_("Catalogue: sections of a term"),
    columns=SECTION_COLUMNS,
    compare=catalogue_compare,
    apply=catalogue_apply,
    options=(
        Option(
            name="term",
            meaning=_("Code of the term; made where it is missing."),
            is_required=True,
            longest=32,
        ),
        Option(name="name", meaning=_("What the term is called; else its code."), longest=80),
        Option(
            name="modules",
            kind=OptionKind.FILE,
            meaning=_("A second file with modules and what they require."),
        ),
        Option(name="starts", kind=OptionKind.DAY, meaning=_("The term's first day.")),
        Option(name="ends", kind=OptionKind.DAY, meaning=_("The term's last day.")),
        Option(
            name="days",
            kind=OptionKind.CHOICE,
            choices=("letters", "names"),
            meaning=_(
                "How FR, SU and TU are read: as letters (F and R: Friday, Thursday) or as names "
                "(Friday). Without it they are refused."
            ),
        ),
        Option(
            name="as_new",
            kind=OptionKind.FLAG,
            meaning=_("Codes that look like others are new ones."),
        ),
        Option(
            name="close_missing",
            kind=OptionKind.FLAG,
            meaning=_("Close the sections of the term that the file does not have."),
        ),
    ),
)
