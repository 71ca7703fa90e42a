"""Check every invariant on live data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from django.db import connection

from project.bus.monitoring import get_consumer_lags
from project.bus.registry import Invariant, bus
from project.events.vocabulary import fill_words

HERE = Path(__file__).parent
SHOWN = 20
"""Rows shown of one broken invariant; of the rest only the number."""

HEADER = re.compile(
    r"-- name: (?P<name>.+)\n-- meaning: (?P<meaning>(?:.+\n)(?:-- (?!at rest:).+\n)*)"
    r"-- at rest: (?P<at_rest>yes|no)\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvariantResult:
    """The result of checking an invariant: the rows that break it, those that only a later change
    by staff explains, and how long it took."""

    invariant: Invariant
    rows: tuple[str, ...]
    changed_since: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InvariantBreach:
    """One row that breaks the invariant of that name."""

    invariant: str
    row: str


def run_invariants(*, at_rest: bool = True) -> list[InvariantBreach]:
    """Every row that breaks an invariant; `at_rest` adds those that hold once all is done."""
    return [
        InvariantBreach(invariant=result.invariant.name, row=row)
        for result in check_invariants(at_rest=at_rest)
        for row in result.rows
    ]


def check_invariants(*, at_rest: bool) -> Iterator[InvariantResult]:
    """Check each invariant in turn, and yield its result."""
    for invariant in invariants():
        if at_rest or not invariant.at_rest:
            began = perf_counter()
            found = check_invariant(invariant)
            yield InvariantResult(
                invariant=invariant,
                rows=found.broken,
                changed_since=found.changed_since,
                seconds=perf_counter() - began,
            )


def invariants() -> list[Invariant]:
    """The files of this folder, those registered by the apps and the bus, and the two below."""
    files = [_from_file(path) for path in sorted(HERE.glob("*.sql"))]
    return [*files, *bus.invariants, READERS, REDIS]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRows:
    """Rows that break an invariant, and rows that do not, because staff changed something since."""

    broken: tuple[str, ...]
    changed_since: tuple[str, ...] = ()


def check_invariant(invariant: Invariant) -> FoundRows:
    """Check the invariant now."""
    check = invariant.check
    return _rows(check) if isinstance(check, str) else FoundRows(broken=tuple(check()))


def broken_rows(invariant: Invariant) -> list[str]:
    """Rows that break the invariant now; none if it holds."""
    return list(check_invariant(invariant).broken)


def _from_file(path: Path) -> Invariant:
    text = path.read_text()
    header = HEADER.match(text)
    if header is None:
        raise ValueError(f"{path.name} does not begin with name, meaning and at rest")
    return Invariant(
        name=header["name"],
        meaning=header["meaning"].replace("\n-- ", " ").strip(),
        at_rest=header["at_rest"] == "yes",
        check=fill_words(text),
    )


def _rows(sql: str) -> FoundRows:
    """A row whose column `changed_since` is true breaks nothing and is listed apart."""
    broken: list[str] = []
    changed_since: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column.name for column in cursor.description]
        for row in cursor:
            values = dict(zip(names, row, strict=True))
            rows = changed_since if values.pop("changed_since", False) else broken
            rows.append(" · ".join(map(str, values.values())))
    return FoundRows(broken=_shown(broken), changed_since=_shown(changed_since))


def _shown(rows: Sequence[str]) -> tuple[str, ...]:
    more = len(rows) - SHOWN
    return (*rows[:SHOWN], f"… and {more} more") if more > 0 else tuple(rows)


def _readers_behind() -> list[str]:
    return [
        f"{lag.name} at {lag.position}: {lag.behind} events behind"
        for lag in get_consumer_lags()
        if lag.behind
    ]


def _redis_wrong() -> list[str]:
    """Rebuild twice: a key that is wrong the second time is one that a rebuild does not mend."""
    found: list[str] = []
    for rebuild in bus.rebuilds.values():
        rebuild.run()
        wrong = [f"{key} is wrong though it was just put right" for key in rebuild.run()]
        found += _shown(wrong)
    return found


READERS = Invariant(
    name="every reader has caught up",
    meaning="At rest no reader of the events has any left to read.",
    at_rest=True,
    check=_readers_behind,
)
REDIS = Invariant(
    name="Redis equals PostgreSQL after reconciliation",
    meaning="Locks and counts in Redis are those of the tables, once they were put right.",
    at_rest=True,
    check=_redis_wrong,
)
