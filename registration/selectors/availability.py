"""Availability of sections: capacity from the catalogue, live counts from Redis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from project.live import seat_counts
from registration.models import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The seats of one section. `capacity` None means unlimited; unknown counts are None."""

    capacity: int | None
    is_open: bool
    taken: int | None = None
    waiting: int | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the section accepts nobody, free seats or not."""
        return not self.is_open or self.capacity == 0

    @property
    def free(self) -> int | None:
        """The number of free seats; None if unlimited or unknown."""
        if self.capacity is None or self.taken is None:
            return None
        return max(0, self.capacity - self.taken)

    @property
    def may_be_free(self) -> bool:
        """Whether a request made now would likely get a seat. Unknown counts as likely."""
        return not self.is_closed and self.free != 0


def load_availability(catalogue: Mapping[int, tuple[int | None, bool]]) -> dict[int, Availability]:
    """Availability of these sections, given capacity and whether they are open.

    Queries Redis only, and only for sections with a limited capacity.
    """
    finite = [section for section, (capacity, _) in catalogue.items() if capacity]
    counts = seat_counts.read(finite) if finite else {}
    return {
        section: _seats(capacity, is_open, counts.get(section))
        for section, (capacity, is_open) in catalogue.items()
    }


def get_availability(sections: Sequence[int]) -> dict[int, Availability]:
    """Availability of these sections; unknown ones are left out."""
    found = Section.objects.filter(id__in=sections).only("id", "seats", "is_open")
    return load_availability({row.id: (row.seats, row.is_open) for row in found})


def _seats(capacity: int | None, is_open: bool, known: seat_counts.Counts | None) -> Availability:
    if known is None:
        return Availability(capacity=capacity, is_open=is_open)
    return Availability(
        capacity=capacity, is_open=is_open, taken=known.taken, waiting=known.waiting
    )
