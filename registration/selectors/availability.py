"""Seats as pages show them: the capacity from the catalogue, the rest from the live counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from project.bus.sql import fetch
from project.live import seat_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The seats of one section. `capacity` None means unlimited; counts not known now are None."""

    capacity: int | None
    is_open: bool
    taken: int | None = None
    waiting: int | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it takes nobody, free seats or not."""
        return not self.is_open or self.capacity == 0

    @property
    def free(self) -> int | None:
        """How many seats are free; None where unlimited or not known now."""
        if self.capacity is None or self.taken is None:
            return None
        return max(0, self.capacity - self.taken)

    @property
    def may_be_free(self) -> bool:
        """Whether a student who asks now would likely get a seat. What is not known may be."""
        return not self.is_closed and self.free != 0


def load_availability(catalogue: Mapping[int, tuple[int | None, bool]]) -> dict[int, Availability]:
    """The seats of these sections, from what the catalogue says: capacity and whether it is open.

    Redis alone is asked, and only where there is something to count down from.
    """
    finite = [section for section, (capacity, _) in catalogue.items() if capacity]
    counts = seat_counts.read(finite) if finite else {}
    return {
        section: _seats(capacity, is_open, counts.get(section))
        for section, (capacity, is_open) in catalogue.items()
    }


def get_availability(sections: Sequence[int]) -> dict[int, Availability]:
    """The seats of these sections; those that nobody knows are left out."""
    rows = fetch(
        "SELECT id, seats, is_open FROM registration_section WHERE id = ANY(%s)", [list(sections)]
    )
    return load_availability({section: (seats, is_open) for section, seats, is_open in rows})


def _seats(capacity: int | None, is_open: bool, known: seat_counts.Counts | None) -> Availability:
    if known is None:
        return Availability(capacity=capacity, is_open=is_open)
    return Availability(
        capacity=capacity, is_open=is_open, taken=known.taken, waiting=known.waiting
    )
