"""The file of categories: programmes, levels, standings, campuses, groups."""

from project.imports.columns import Column
from project.imports.defects import WrongCell, message
from project.imports.tables import Table
from project.imports.values import choice, text, whole_number, yes_no
from registration.rules.people import Category, Kind, alike_code


def _(text: str) -> str:
    return text


def _code(cell: str) -> str:
    if ":" in cell or "|" in cell or ";" in cell:
        raise WrongCell(message(_("“{value}” has a colon, | or ; in it."), value=cell))
    return cell


KIND = Column(
    name="kind",
    parse=choice({kind.value: kind for kind in Kind}),
    meaning=_("programme, level, standing, campus or group."),
    is_required=True,
)
CODE = Column(
    name="code", parse=_code, meaning=_("The code, unique in its kind."), is_required=True
)
NAME = Column(name="name", parse=text, meaning=_("The name that people read."), is_required=True)
YEARS = Column(
    name="years", parse=whole_number(1, 20), meaning=_("How many years a programme has.")
)
RETIRED = Column(
    name="retired", parse=yes_no, meaning=_("Whether nobody can be put into it any more.")
)
COLUMNS = (KIND, CODE, NAME, YEARS, RETIRED)
ByCode = dict[tuple[Kind, str], Category]


def parse_categories(table: Table, known: ByCode) -> ByCode:
    """The categories of the file. One that differs from another only in its capitals is a
    defect."""
    wanted: ByCode = {}
    for row in table.rows:
        kind, code, years = row.read(KIND), row.read(CODE), row.read(YEARS)
        retired = row.read(RETIRED)
        if kind is None or code is None:
            continue
        same = code if (kind, code) in wanted else alike_code(kind, code, {**known, **wanted})
        if same:
            row.add_defect(CODE, message(_("There is {code} of this kind already."), code=same))
        wanted[kind, code] = Category(
            kind=kind,
            code=code,
            name=row.text(NAME),
            years=years,
            is_retired=retired or False,
        )
    return wanted
