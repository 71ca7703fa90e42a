"""The days of a term, and its deadlines for adding, dropping and refunds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from project.events.modules import Period, TermChanged


class WrongDays(ValueError):
    """The days are not valid for a term; the message says why."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Until when waitlists move, students may drop, and a drop is refunded."""

    add_until: datetime | None = None
    drop_until: datetime | None = None
    refund_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Days on which no weekly meeting is held, and parts that sections may follow."""

    breaks: tuple[Period, ...] = ()
    parts: tuple[Period, ...] = ()


NO_PERIODS = Periods()


def term_event(
    *,
    term: int,
    code: str,
    name: str,
    days: Days,
    deadlines: Deadlines | None = None,
    periods: Periods = NO_PERIODS,
) -> TermChanged:
    """The term as an event."""
    until = deadlines or Deadlines()
    return TermChanged(
        term=term,
        code=code,
        name=name,
        starts_on=days.first.isoformat() if days.first else None,
        ends_on=days.last.isoformat() if days.last else None,
        add_until=_instant(until.add_until),
        drop_until=_instant(until.drop_until),
        refund_until=_instant(until.refund_until),
        breaks=periods.breaks,
        parts=periods.parts,
    )


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
