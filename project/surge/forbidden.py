"""Requests that the rules must refuse, one of each kind in turn. Pure."""

from collections.abc import Callable
from itertools import cycle

from project.surge.draw import Draw
from project.surge.offers import Offer, clash

NOWHERE = 9_000_000_000
"""No section has this id."""

Drawn = tuple[str, tuple[int, ...], list[Offer]]


class Forbidden:
    """Draws what is forbidden on purpose; a kind that the catalogue cannot make is left out."""

    def __init__(self, draw: Draw, *, max_sections: int) -> None:
        self.draw, self.too_many = draw, max_sections + 1
        makers: list[Callable[[], Drawn | None]] = [
            self._duplicate, self._unknown, self._too_many, self._unprepared, self._clash,
        ]  # fmt: skip
        self.makers = cycle(makers)

    def drawn(self) -> Drawn:
        """The next kind that can be made. An unknown section always can."""
        for make in self.makers:
            made = make()
            if made is not None:
                return made
        raise AssertionError("the makers never end")

    def _duplicate(self) -> Drawn:
        """An allowed request that is sent a second time under another key."""
        chosen = self.draw.together(2)
        return "already_registered", _ids(chosen), chosen

    def _unknown(self) -> Drawn:
        chosen = self.draw.together(1)
        return "unknown_section", (*_ids(chosen), NOWHERE), chosen

    def _too_many(self) -> Drawn | None:
        if len(self.draw.offers) < self.too_many:
            return None
        chosen = self.draw.rng.sample(list(self.draw.offers), self.too_many)
        return "too_many_sections", _ids(chosen), chosen

    def _unprepared(self) -> Drawn | None:
        """A module whose prerequisites are missing, asked for alone."""
        demanding = [offer for offer in self.draw.offers if offer.requires]
        if not demanding:
            return None
        chosen = [self.draw.rng.choice(demanding)]
        return "prerequisites", _ids(chosen), chosen

    def _clash(self) -> Drawn | None:
        """Two modules that meet at the same time."""
        for _ in range(20):
            one = self.draw.one()
            for other in self.draw.rng.sample(list(self.draw.offers), len(self.draw.offers)):
                if one.module != other.module and clash(one, other):
                    return "clash", _ids([one, other]), [one, other]
        return None


def _ids(chosen: list[Offer]) -> tuple[int, ...]:
    return tuple(offer.section for offer in chosen)
