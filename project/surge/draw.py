"""Weighted draws of sections that go together. Pure."""

import random
from collections.abc import Sequence
from itertools import accumulate

from project.surge.offers import Offer, clash, transcript_for

TRIES = 200


class Draw:
    """Weighted draws of sections that go together."""

    def __init__(self, offers: Sequence[Offer], *, credit_limit: int, rng: random.Random) -> None:
        self.offers = offers
        self.weights = list(accumulate(offer.weight for offer in offers))
        self.credit_limit, self.rng = credit_limit, rng

    def one(self) -> Offer:
        """One section, popular ones more often."""
        return self.rng.choices(self.offers, cum_weights=self.weights)[0]

    def together(self, count: int) -> list[Offer]:
        """Up to `count` sections of different modules, redrawn until they go together."""
        chosen: list[Offer] = []
        for _ in range(TRIES):
            if len(chosen) == count:
                break
            drawn = self.one()
            if self.fits(chosen, drawn):
                chosen.append(drawn)
        return chosen

    def fits(self, chosen: Sequence[Offer], drawn: Offer) -> bool:
        """Whether a section may be asked for beside the chosen ones."""
        return (
            all(drawn.module != other.module and not clash(drawn, other) for other in chosen)
            and sum(other.credits for other in chosen) + drawn.credits <= self.credit_limit
            and transcript_for([*chosen, drawn]) is not None
        )
