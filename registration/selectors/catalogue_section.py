"""The read model of a section: the one shape in which pages get it from the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project.bus.sql import Params, fetch_records
from registration.selectors.availability import Availability, load_availability

# The fields of a `CatalogueSection` by their names, of sections `c`.
CATALOGUE_SECTIONS = """
SELECT c.id, c.term_id AS term, t.name AS term_name, c.module_id, c.module_code AS module, c.code,
       m.title, c.credit_quarters, c.credit_quarters_max, c.seats AS capacity, c.is_open,
       c.instructor, c.meetings::json AS meetings, c.intervals
  FROM registration_section c
  JOIN registration_module m ON m.id = c.module_id
  JOIN registration_term t ON t.id = c.term_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSection:
    """A section with its module and its term, as the catalogue has them. `capacity` None means
    unlimited; with `credit_quarters_max` a student chooses from `credit_quarters` to it.

    Eligibility has shapes of its own, `RequestedSection` and `ScheduleEntry`: they hold what counts
    for a student, such as the credits chosen, and a submission reads no more than the rules need.
    """

    id: int
    term: int
    term_name: str
    module_id: int
    module: str
    code: str
    title: str
    credit_quarters: int
    credit_quarters_max: int | None
    capacity: int | None
    is_open: bool
    instructor: str
    meetings: Sequence[dict[str, Any]]
    intervals: Sequence[int]

    @property
    def name(self) -> str:
        """The name of the section."""
        return f"{self.module} {self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSection:
    """A section with its seats now, which only Redis knows."""

    section: CatalogueSection
    seats: Availability


def fetch_catalogue_sections(where: str, params: Params) -> list[CatalogueSection]:
    """The sections `c` for which `where` holds, by their codes."""
    sql = f"{CATALOGUE_SECTIONS} WHERE {where} ORDER BY c.module_code, c.code, c.id"
    return [CatalogueSection(**record) for record in fetch_records(sql, params)]


def get_catalogue_section(section: int) -> CatalogueSection | None:
    """One section that students may see, or None."""
    found = fetch_catalogue_sections("c.id = %s AND NOT t.is_draft", [section])
    return found[0] if found else None


def with_seats(sections: Sequence[CatalogueSection]) -> list[OfferedSection]:
    """These sections with their seats now: one query to Redis for all."""
    seats = seats_of(sections)
    return [OfferedSection(section=one, seats=seats[one.id]) for one in sections]


def seats_of(sections: Sequence[CatalogueSection]) -> Mapping[int, Availability]:
    """The seats of these sections now, by section."""
    return load_availability({one.id: (one.capacity, one.is_open) for one in sections})
