"""Credits in whole quarters, as events and tables have them, and as people write them."""

import re
from decimal import Decimal

QUARTERS = 4
MOST = Decimal("99.75")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class WrongCredits(ValueError):
    """A text that is no number of credits. The message says what to write."""


def parse_credits(text: str) -> int:
    """The quarters in a text such as "3.5". Raises WrongCredits."""
    if not _NUMBER.fullmatch(text) or Decimal(text) > MOST:
        raise WrongCredits(f'"{text}" is not a number from 0 to {MOST}')
    quarters = Decimal(text) * QUARTERS
    below = int(quarters)
    if quarters != below:
        nearest = f"{format_credits(below)} or {format_credits(below + 1)}"
        raise WrongCredits(f'"{text}" is no whole quarter of a credit: write {nearest}')
    return below


def format_credits(quarters: int, most: int | None = None) -> str:
    """Credits for people: 4, 3.5, 0.25; a range up to `most` with a dash."""
    if most is None or most == quarters:
        return f"{credits_number(quarters)}"
    return f"{credits_number(quarters)}\N{EN DASH}{credits_number(most)}"


def credits_number(quarters: int) -> int | float:
    """Credits as a JSON number: 4, 3.5, 0.25. Exact, as every quarter is a binary fraction."""
    whole, rest = divmod(quarters, QUARTERS)
    return quarters / QUARTERS if rest else whole
