"""What Redis shall say, read from what is true."""

from dataclasses import dataclass

from modules.rules.allocation import Holding
from project.bus.sql import fetch

FENCES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A live allocation, and how many seconds its countdown has left; below zero, since when it
    is over."""

    holding: Holding
    seconds: int


def fence_last() -> int:
    """The highest fence that was used; whatever is drawn next is above it."""
    return int(fetch("SELECT coalesce(max(fence), 0) FROM modules_allocation")[0][0])


def section_counts() -> dict[int, tuple[int, int]]:
    """How many seats of each section are taken, and how many wait."""
    rows = fetch("SELECT id, taken, waiting FROM modules_section")
    return {section: (taken, waiting) for section, taken, waiting in rows}


_LOCKED = """
SELECT section_id, student_id, registration_id::text, seat, fence,
       ceil(extract(epoch FROM taken_at + make_interval(secs => %(seconds)s)
                               - statement_timestamp()))::int
  FROM modules_allocation
 WHERE state = 'live' AND seat IS NOT NULL
   AND taken_at > statement_timestamp() - make_interval(secs => %(seconds)s + %(over)s)"""


def seats_locked(*, seconds: int, over: int) -> list[Locked]:
    """Every allocation that is younger than that by the database's clock, and those whose
    countdown has been over for so many seconds at most."""
    return [
        Locked(
            holding=Holding(
                section=section, student=student, registration=registration, seat=seat, fence=fence
            ),
            seconds=left,
        )
        for section, student, registration, seat, fence, left in fetch(
            _LOCKED, {"seconds": seconds, "over": over}
        )
    ]
