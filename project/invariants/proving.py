"""Prove every invariant on live data."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from django.db import connection

from project.bus.registry import bus
from project.bus.selectors import bus_lags

HERE = Path(__file__).parent
SHOWN = 20
"""Broken rows that are fetched of one invariant; more are only said to be there."""

HEADER = re.compile(
    r"-- name: (?P<name>.+)\n-- meaning: (?P<meaning>(?:.+\n)(?:-- (?!at rest:).+\n)*)"
    r"-- at rest: (?P<at_rest>yes|no)\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One invariant. `rows` names what breaks it."""

    name: str
    meaning: str
    at_rest: bool
    rows: Callable[[], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of one promise."""

    name: str
    meaning: str
    broken: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One row that breaks a promise."""

    invariant: str
    row: str


def run_invariants(*, at_rest: bool = True) -> list[Broken]:
    """Every row that breaks a promise. `at_rest` asks also what is only true once all is done."""
    return [
        Broken(invariant=proof.name, row=row)
        for proof in proofs(at_rest=at_rest)
        for row in proof.broken
    ]


def proofs(*, at_rest: bool) -> Iterable[Proof]:
    """Each promise with what breaks it, one after the other."""
    for promise in promises():
        if at_rest or not promise.at_rest:
            began = perf_counter()
            broken = tuple(promise.rows())
            yield Proof(
                name=promise.name,
                meaning=promise.meaning,
                broken=broken,
                seconds=perf_counter() - began,
            )


def promises() -> list[Promise]:
    """The files of this folder, what the apps registered, and the bus's readers."""
    files = [_from_file(path) for path in sorted(HERE.glob("*.sql"))]
    apps = [
        Promise(name=one.name, meaning="", at_rest=one.at_rest, rows=_query(one.sql))
        for one in bus.invariants
    ]
    return [*files, *apps, READERS, REDIS]


def _from_file(path: Path) -> Promise:
    text = path.read_text()
    header = HEADER.match(text)
    if header is None:
        raise ValueError(f"{path.name} does not begin with name, meaning and at rest")
    return Promise(
        name=header["name"],
        meaning=header["meaning"].replace("\n-- ", " ").strip(),
        at_rest=header["at_rest"] == "yes",
        rows=_query(text),
    )


def _query(sql: str) -> Callable[[], list[str]]:
    def rows() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetchmany(SHOWN)
            more = cursor.rowcount - len(found)
        return _shown([" · ".join(str(value) for value in row) for row in found], more=more)

    return rows


def _shown(rows: list[str], *, more: int) -> list[str]:
    return [*rows, f"… and {more} more"] if more > 0 else rows


def _readers_behind() -> list[str]:
    return [
        f"{lag.name} at {lag.position}: {lag.behind} facts behind"
        for lag in bus_lags()
        if lag.behind
    ]


def _redis_wrong() -> list[str]:
    """Reconcile, then look again: what is still wrong, reconciling does not put right."""
    found = []
    for rebuild in bus.rebuilds.values():
        rebuild.run()
        wrong = [f"{key} is wrong though it was just put right" for key in rebuild.run()]
        found += _shown(wrong[:SHOWN], more=len(wrong) - SHOWN)
    return found


READERS = Promise(
    name="every reader at the end of the line",
    meaning="At rest no reader of the line has facts before it.",
    at_rest=True,
    rows=_readers_behind,
)
REDIS = Promise(
    name="Redis equals PostgreSQL after reconciliation",
    meaning="Locks and counts in Redis are those of the tables, once they were put right.",
    at_rest=True,
    rows=_redis_wrong,
)
