"""Parse a catalogue's rows into drafts of modules and sections; what is not understood is a defect
of its cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from modules.rules import catalogue_columns as c
from modules.rules.days import Dialect, parse_days
from modules.rules.meetings import Schedule, parse_columns, parse_meetings
from modules.rules.requirements import SourceRequirement
from modules.rules.times import check_time, is_to_arrange
from project.events.credits import format_credits
from project.events.modules import Meeting
from project.imports.columns import Column
from project.imports.defects import WrongCell, message
from project.imports.tables import Row, Table


def _(text: str) -> str:
    return text


Held = tuple[str | None, str | None]
"""First and last day of a section, None for the term's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDraft:
    """A module as a file states it; None for a missing column or an empty cell."""

    code: str
    line: int = 0
    title: str | None = None
    credit_quarters: int | None = None
    credit_quarters_max: int | None = None
    department: str | None = None
    stated: SourceRequirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """A section as a file states it; None for a missing column. `to_arrange` are meetings without
    a day or time; `contradicts` says that the columns of the first meeting are none of them."""

    line: int
    module_code: str
    code: str
    seats: int | None
    credit_quarters: int | None = None
    credit_quarters_max: int | None = None
    meetings: tuple[Meeting, ...] | None = None
    instructor: str | None = None
    held: Held | None = None
    to_arrange: tuple[str, ...] = ()
    contradicts: bool = False
    has_blank_credits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """The parsed rows, the terms that they name, and modules of which rows say different things."""

    sections: Sequence[SectionDraft] = ()
    modules: Sequence[ModuleDraft] = ()
    terms: frozenset[str] = field(default_factory=frozenset)
    contradicted: frozenset[str] = field(default_factory=frozenset)


def parse_sections(table: Table, dialect: Dialect = Dialect.EITHER) -> Drafts:
    """A draft of each section, and of each module they belong to."""
    _blame_doubles(table.rows, (c.MODULE_CODE, c.SECTION))
    _blame_other_terms(table.rows)
    sections = [_section(row, dialect) for row in table.rows]
    mentioned = [_module(row) for row in table.rows]
    return Drafts(
        sections=sections,
        modules=_merged(mentioned),
        terms=frozenset(row.text(c.TERM) for row in table.rows) - {""},
        contradicted=_contradicted(mentioned),
    )


def parse_modules(table: Table) -> list[ModuleDraft]:
    """A draft of each module of a module list."""
    _blame_doubles(table.rows, (c.MODULE_CODE,))
    return [_module(row) for row in table.rows]


def _blame_doubles(rows: Iterable[Row], columns: tuple[Column[str], ...]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        line = first.setdefault(key, row.line)
        if all(key) and line != row.line:
            reason = message(_("{code} is already on line {line}."), code=" ".join(key), line=line)
            row.add_defect(columns[-1], reason, message(_("Delete one of the two rows.")))


def _blame_other_terms(rows: Iterable[Row]) -> None:
    first = ""
    for row in rows:
        term = row.text(c.TERM)
        first = first or term
        if term and term != first:
            reason = _("This is of {term}, but the rows before are of {first}.")
            row.add_defect(
                c.TERM,
                message(reason, term=term, first=first),
                message(_("Import one term at a time.")),
            )


def _section(row: Row, dialect: Dialect) -> SectionDraft:
    seats, (least, most) = row.read(c.CAPACITY), _credits(row)
    schedule, contradicts = _schedule(row, dialect)
    return SectionDraft(
        line=row.line,
        module_code=row.read(c.MODULE_CODE) or "",
        code=row.read(c.SECTION) or "",
        seats=seats,
        credit_quarters=(least or 0) if row.has(c.CREDITS) else None,
        credit_quarters_max=most,
        meetings=None if schedule is None else schedule.meetings,
        instructor=row.text(c.INSTRUCTOR) if row.has(c.INSTRUCTOR) else None,
        held=_held(row),
        to_arrange=() if schedule is None else schedule.to_arrange,
        contradicts=contradicts,
        has_blank_credits=row.has(c.CREDITS) and not row.text(c.CREDITS),
    )


def _credits(row: Row) -> tuple[int | None, int | None]:
    """The least and the most that a student may choose; no most where there is no choice."""
    least, most = row.read(c.CREDITS), row.read(c.CREDITS_MAX)
    if most is None or most == least:
        return least, None
    if not row.text(c.CREDITS):
        row.add_defect(c.CREDITS, message(_("It is empty, but there are most credits.")))
    elif least is not None and most < least:
        reason = _("This is less than the least credits, {least}.")
        row.add_defect(c.CREDITS_MAX, message(reason, least=format_credits(least)))
    return least, most


def _held(row: Row) -> Held | None:
    """The days of the section, None if the file has no such columns."""
    columns = (c.START_DATE, c.END_DATE)
    if not any(row.has(one) for one in columns):
        return None
    for one in columns:
        if not row.has(one):
            reason = message(_("Columns start_date and end_date belong together."))
            row.table.add_defect(1, reason, column=one.name)
    first, last = (row.read(one) for one in columns)
    if first and last and last < first:
        row.add_defect(c.END_DATE, message(_("It is before the first day, {day}."), day=str(first)))
    return (first.isoformat() if first else None, last.isoformat() if last else None)


def _schedule(row: Row, dialect: Dialect) -> tuple[Schedule | None, bool]:
    """The meetings, None if no column has any; and whether the columns contradict them."""
    weekly = _weekly(row, dialect)
    if not row.text(c.MEETINGS):
        has_columns = any(row.has(column) for column in (c.MEETINGS, *c.WEEKLY))
        return (weekly if has_columns else None), False
    try:
        schedule = parse_meetings(row.text(c.MEETINGS), dialect)
    except WrongCell as wrong:
        row.add_defect(c.MEETINGS, wrong.reason, wrong.fix)
        return Schedule(), False
    times = {(one.day, one.start, one.end) for one in schedule.meetings}
    return schedule, any((one.day, one.start, one.end) not in times for one in weekly.meetings)


def _weekly(row: Row, dialect: Dialect) -> Schedule:
    """The first meeting, which has columns of its own."""
    days, start, end = (row.text(column) for column in c.WEEKLY)
    if not (days or start or end):
        return Schedule()
    try:
        column: Column[str] = c.DAYS
        if days and not is_to_arrange(days):
            parse_days(days, dialect)
        for column in (c.START, c.END):
            check_time(row.text(column))
        return parse_columns(
            kind=row.read(c.KIND) or "", days=days, start=start, end=end,
            room=row.read(c.ROOM) or "", dialect=dialect,
        )  # fmt: skip
    except WrongCell as wrong:
        row.add_defect(column, wrong.reason, wrong.fix)
        return Schedule()


def _module(row: Row) -> ModuleDraft:
    least, most = _credits(row)
    return ModuleDraft(
        code=row.read(c.MODULE_CODE) or "",
        line=row.line,
        title=row.text(c.TITLE) or None,
        credit_quarters=least,
        credit_quarters_max=most,
        department=row.text(c.DEPARTMENT) or None,
        stated=_stated(row),
    )


def _stated(row: Row) -> SourceRequirement | None:
    parse, cnf = row.read(c.PREREQ_PARSE), row.read(c.PREREQ_CNF) or ""
    if not any(row.has(one) for one in (c.PREREQ_PARSE, c.PREREQ_CNF, c.PREREQ_TEXT)):
        return None
    return SourceRequirement(cnf=cnf, parse=parse or "none", text=row.text(c.PREREQ_TEXT))


def _merged(drafts: Iterable[ModuleDraft]) -> list[ModuleDraft]:
    """One draft per module; the first value given for a field counts."""
    merged: dict[str, ModuleDraft] = {}
    for draft in drafts:
        merged[draft.code] = merge_drafts(merged.get(draft.code), draft)
    return list(merged.values())


def _contradicted(drafts: Iterable[ModuleDraft]) -> frozenset[str]:
    """Modules of which two rows say different things; credits are the section's, and may differ."""
    given: dict[tuple[str, str], object] = {}
    found = set()
    for draft in drafts:
        for name in ("title", "department", "stated"):
            value = getattr(draft, name)
            if value is not None and given.setdefault((draft.code, name), value) != value:
                found.add(draft.code)
    return frozenset(found)


def merge_drafts(first: ModuleDraft | None, second: ModuleDraft | None) -> ModuleDraft:
    """`first`, with the fields it lacks taken from `second`. At least one must be given."""
    if first is None or second is None:
        return first or second or ModuleDraft(code="")
    credits = second if first.credit_quarters is None else first
    return ModuleDraft(
        code=first.code,
        line=first.line,
        title=first.title or second.title,
        credit_quarters=credits.credit_quarters,
        credit_quarters_max=credits.credit_quarters_max,
        department=first.department or second.department,
        stated=first.stated or second.stated,
    )
