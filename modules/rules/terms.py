"""When a term is."""

from dataclasses import dataclass
from datetime import date

from project.messages.modules import TermChanged


class WrongDays(ValueError):
    """The days make no term; the message says why."""


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day of a term; both or neither. Raises WrongDays."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if (self.first is None) != (self.last is None):
            raise WrongDays("A term has a first day and a last day, or neither.")
        if self.first and self.last and self.last < self.first:
            raise WrongDays(f"A term cannot end on {self.last}, before it starts on {self.first}.")


def term_said(*, term: int, code: str, name: str, days: Days) -> TermChanged:
    """The term as a fact."""
    return TermChanged(
        term=term,
        code=code,
        name=name,
        starts_on=days.first.isoformat() if days.first else None,
        ends_on=days.last.isoformat() if days.last else None,
    )


def days_said(term: TermChanged) -> Days:
    """The days that a fact tells."""
    first, last = (
        date.fromisoformat(day) if day else None for day in (term.starts_on, term.ends_on)
    )
    return Days(first, last)
