"""Requests that the rules must refuse, one of each kind in turn. Pure."""

from collections.abc import Callable
from itertools import cycle

from benchmarks.surge.sampling import Sampler
from benchmarks.surge.section_pool import PooledSection, conflict

NOWHERE = 9_000_000_000
"""No section has this id."""

Request = tuple[str, tuple[int, ...], list[PooledSection]]


class InvalidRequests:
    """Draws intentionally invalid requests; kinds the catalogue does not allow are skipped."""

    def __init__(self, sampler: Sampler, *, max_sections: int) -> None:
        self.sampler, self.too_many = sampler, max_sections + 1
        makers: list[Callable[[], Request | None]] = [
            self._duplicate, self._unknown, self._too_many, self._unprepared, self._conflict,
        ]  # fmt: skip
        self.makers = cycle(makers)

    def make(self) -> Request:
        """The next possible kind. An unknown section is always possible."""
        for make_one in self.makers:
            made = make_one()
            if made is not None:
                return made
        raise AssertionError("the makers never end")

    def _duplicate(self) -> Request:
        """An allowed request that is sent a second time under another key."""
        chosen = self.sampler.pick_compatible(2)
        return "already_registered", _ids(chosen), chosen

    def _unknown(self) -> Request:
        chosen = self.sampler.pick_compatible(1)
        return "unknown_section", (*_ids(chosen), NOWHERE), chosen

    def _too_many(self) -> Request | None:
        if len(self.sampler.pool) < self.too_many:
            return None
        chosen = self.sampler.rng.sample(list(self.sampler.pool), self.too_many)
        return "too_many_sections", _ids(chosen), chosen

    def _unprepared(self) -> Request | None:
        """A module whose prerequisites are missing, requested alone."""
        demanding = [section for section in self.sampler.pool if section.requires]
        if not demanding:
            return None
        chosen = [self.sampler.rng.choice(demanding)]
        return "prerequisites", _ids(chosen), chosen

    def _conflict(self) -> Request | None:
        """Two modules that meet at the same time."""
        for _ in range(20):
            section = self.sampler.pick()
            for other in self.sampler.rng.sample(list(self.sampler.pool), len(self.sampler.pool)):
                if section.module != other.module and conflict(section, other):
                    return "time_conflict", _ids([section, other]), [section, other]
        return None


def _ids(chosen: list[PooledSection]) -> tuple[int, ...]:
    return tuple(section.id for section in chosen)
