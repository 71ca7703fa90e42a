"""Weighted draws of compatible sections. Pure."""

import random
from collections.abc import Sequence
from itertools import accumulate

from benchmarks.surge.section_pool import PooledSection, conflict, transcript_for

TRIES = 200


class Sampler:
    """Weighted draws of compatible sections."""

    def __init__(
        self, pool: Sequence[PooledSection], *, credit_limit_quarters: int, rng: random.Random
    ) -> None:
        self.pool = pool
        self.weights = list(accumulate(section.weight for section in pool))
        self.credit_limit_quarters, self.rng = credit_limit_quarters, rng

    def pick(self) -> PooledSection:
        """One section, popular ones more often."""
        return self.rng.choices(self.pool, cum_weights=self.weights)[0]

    def pick_compatible(self, count: int) -> list[PooledSection]:
        """Up to `count` sections of different modules, redrawn until they are compatible."""
        chosen: list[PooledSection] = []
        for _ in range(TRIES):
            if len(chosen) == count:
                break
            drawn = self.pick()
            if self.fits(chosen, drawn):
                chosen.append(drawn)
        return chosen

    def fits(self, chosen: Sequence[PooledSection], drawn: PooledSection) -> bool:
        """Whether a section may be requested with the chosen ones."""
        return (
            all(drawn.module != other.module and not conflict(drawn, other) for other in chosen)
            and sum(other.credit_quarters for other in chosen) + drawn.credit_quarters
            <= self.credit_limit_quarters
            and transcript_for([*chosen, drawn]) is not None
        )
