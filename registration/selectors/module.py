"""One module with its sections in a term, and one section of it."""

from dataclasses import dataclass

from project.bus.sql import fetch
from project.events.modules import Clause
from registration.models import Attempt, Module
from registration.rules.people import COUNTING
from registration.selectors.section_rows import SECTION, SectionRow, seats_in, section_row
from registration.selectors.submission import clause_read

_SECTIONS = """
SELECT <section> FROM registration_section s
 WHERE s.module_id = %(module)s AND s.term_id = %(term)s ORDER BY s.code, s.id""".replace(
    "<section>", SECTION
)
_SECTION = """
SELECT <section>, s.module_id, s.term_id, s.module_code
  FROM registration_section s WHERE s.id = %s""".replace("<section>", SECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDetail:
    """A module as shown on its own page. `requirement_note` is a requirement in words that is not
    enforced."""

    id: int
    code: str
    title: str
    credit_quarters: int
    credit_quarters_max: int | None
    department: str
    requires: tuple[Clause, ...]
    requirement_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDetail:
    """A section with its module."""

    row: SectionRow
    module: int
    module_code: str
    term: int


def get_module(number: int) -> ModuleDetail | None:
    """The module with that number, or None."""
    row = Module.objects.filter(id=number).first()
    if row is None:
        return None
    return ModuleDetail(
        id=row.id,
        code=row.code,
        title=row.title,
        credit_quarters=row.credit_quarters,
        credit_quarters_max=row.credit_quarters_max,
        department=row.department,
        requires=tuple(clause_read(one) for one in row.requires),
        requirement_note=row.requirement_note,
    )


def load_sections(*, module: int, term: int) -> list[SectionRow]:
    """The module's sections in that term, with their seats now."""
    read = [row[0] for row in fetch(_SECTIONS, {"module": module, "term": term})]
    seats = seats_in(read)
    return [section_row(one, seats) for one in read]


def get_section(section: int) -> SectionDetail | None:
    """One section with its seats now, or None."""
    for read, module, term, code in fetch(_SECTION, [section]):
        row = section_row(read, seats_in([read]))
        return SectionDetail(row=row, module=module, module_code=code, term=term)
    return None


def modules_by_code(codes: frozenset[str]) -> dict[str, int]:
    """Numbers of the modules with these codes; codes missing from the catalogue are left out."""
    found = Module.objects.filter(code__in=codes).values_list("code", "id")
    return dict(found) if codes else {}


def modules_passed(student: int) -> frozenset[str]:
    """Codes of the modules that the student has passed, or takes now."""
    rows = Attempt.objects.filter(student_id=student, status__in=COUNTING)
    return frozenset(rows.values_list("module_code", flat=True))
