"""One module with its sections in a term, and one section of it."""

from dataclasses import dataclass

from project.events.modules import Clause
from registration.models import Attempt, Module
from registration.rules.people import COUNTING
from registration.selectors.catalogue_section import (
    OfferedSection,
    fetch_catalogue_sections,
    get_catalogue_section,
    with_seats,
)
from registration.selectors.submission import clause_read


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


def load_sections(*, module: int, term: int) -> list[OfferedSection]:
    """The module's sections in that term, with their seats now."""
    where = "c.module_id = %(module)s AND c.term_id = %(term)s"
    return with_seats(fetch_catalogue_sections(where, {"module": module, "term": term}))


def get_section(section: int) -> OfferedSection | None:
    """One section with its seats now, or None."""
    found = get_catalogue_section(section)
    return with_seats([found])[0] if found else None


def modules_by_code(codes: frozenset[str]) -> dict[str, int]:
    """Numbers of the modules with these codes; codes missing from the catalogue are left out."""
    found = Module.objects.filter(code__in=codes).values_list("code", "id")
    return dict(found) if codes else {}


def modules_passed(student: int) -> frozenset[str]:
    """Codes of the modules that the student has passed, or takes now."""
    rows = Attempt.objects.filter(student_id=student, status__in=COUNTING)
    return frozenset(rows.values_list("module_code", flat=True))
