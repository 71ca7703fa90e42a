"""Modules and sections as rows of the catalogue's pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registration.selectors.availability import Availability, load_availability

# What `section_row` reads of a section `s`.
SECTION = (
    "json_build_array(s.id, s.code, s.seats, s.is_open, s.meetings, s.instructor, s.intervals,"
    " s.credit_quarters, s.credit_quarters_max)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """A section with its availability; `meetings` and `intervals` as stored in the catalogue."""

    id: int
    code: str
    seats: Availability
    meetings: Sequence[dict[str, Any]]
    instructor: str
    intervals: Sequence[int]
    credit_quarters: int
    credit_quarters_max: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRow:
    """A module and some of its sections."""

    id: int
    code: str
    title: str
    credit_quarters: int
    credit_quarters_max: int | None
    sections: tuple[SectionRow, ...]

    @property
    def with_seats(self) -> int:
        """How many of the sections likely have a free seat."""
        return sum(section.seats.may_be_free for section in self.sections)


def seats_in(sections: Sequence[Sequence[Any]]) -> dict[int, Availability]:
    """Availability of these sections, each read as `SECTION`: one query to Redis for all."""
    return load_availability({one[0]: (one[2], one[3]) for one in sections})


def section_row(read: Sequence[Any], seats: Mapping[int, Availability]) -> SectionRow:
    """Build the row of a section read as `SECTION`."""
    number, code, _seats, _is_open, meetings, instructor, intervals, least, most = read
    return SectionRow(
        id=number,
        code=code,
        seats=seats[number],
        meetings=meetings,
        instructor=instructor,
        intervals=intervals,
        credit_quarters=least,
        credit_quarters_max=most,
    )
