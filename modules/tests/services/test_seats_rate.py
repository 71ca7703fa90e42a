"""How many registrations a second the single writer of seats decides: the figure of decision 25.

It is measured and printed, so no default run includes it. Only the size of the load is asserted.

    .venv/bin/python -m pytest -m rates -n 0 modules/tests/services/test_seats_rate.py
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction

from modules.tests import factories
from project.bus.consumers import CONSUMERS
from project.bus.runner import run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.events.base import to_json
from project.events.modules import SeatsDecided
from project.events.registration import Submitted
from project.testing import terminal_summary

BATCH, BATCHES, WARM_UP = 200, 50, 5
SECTIONS, ITEMS, WAITLISTED = 1000, 3, 0.10

pytestmark = [pytest.mark.rates, pytest.mark.usefixtures("seats")]


@dataclass(slots=True)
class Spent:
    """Seconds of wall time, and of CPU in this process and in its PostgreSQL backend, which must be
    on this machine."""

    backend: int
    wall: float = 0.0
    python: float = 0.0
    postgresql: float = 0.0

    @contextmanager
    def counting(self) -> Iterator[None]:
        before = self._clocks()
        yield
        parts = zip(self._clocks(), before, strict=True)
        wall, python, postgresql = (now - then for now, then in parts)
        self.wall += wall
        self.python += python
        self.postgresql += postgresql

    def _clocks(self) -> tuple[float, float, float]:
        nanoseconds = Path(f"/proc/{self.backend}/schedstat").read_text().split()[0]
        return time.perf_counter(), time.process_time(), int(nanoseconds) / 1e9


def test_how_many_registrations_a_second_one_writer_decides(
    record_property: Callable[[str, object], None],
) -> None:
    requests = draw_requests(BATCH * (WARM_UP + BATCHES))
    sections = make_sections(requests)
    spent = Spent(backend=as_in_the_pool())
    for round_ in range(WARM_UP + BATCHES):
        students = range(round_ * BATCH, (round_ + 1) * BATCH)
        batch = feed({n: [sections[rank] for rank in requests[n]] for n in students})
        with spent.counting() if round_ >= WARM_UP else nullcontext():
            run_cursor(CONSUMERS["modules.lock"], batch=batch, is_redelivered=False)
    connection.close()
    assert decided() == len(requests)
    assert waitlisted() == pytest.approx(WAITLISTED, abs=0.01)
    record_property(terminal_summary.NAME, format_rate(spent, BATCH * BATCHES))


def as_in_the_pool() -> int:
    """Let PostgreSQL plan as for the pools; returns its process id."""
    run("SET enable_seqscan = off; SET jit = off")
    return int(fetch("SELECT pg_backend_pid()")[0][0])


def format_rate(spent: Spent, registrations: int) -> str:
    processor = spent.python + spent.postgresql
    return (
        f"one writer of seats: {registrations} registrations of {ITEMS} sections in batches of"
        f" {BATCH}: {registrations / spent.wall:.0f} a second by the clock,"
        f" {registrations / processor:.0f} a second of processor;"
        f" {1000 * spent.python / registrations:.3f} ms Python,"
        f" {1000 * spent.postgresql / registrations:.3f} ms PostgreSQL for each"
    )


def draw_requests(count: int) -> list[list[int]]:
    """Ranks of the sections that each student requests: a few are in high demand."""
    rng = random.Random(1)
    weights = [1 / (rank + 10) for rank in range(SECTIONS)]
    return [_distinct(rng, weights) for _ in range(count)]


def _distinct(rng: random.Random, weights: Sequence[float]) -> list[int]:
    drawn: dict[int, None] = {}
    while len(drawn) < ITEMS:
        drawn[rng.choices(range(SECTIONS), weights)[0]] = None
    return list(drawn)


def make_sections(requests: Sequence[Sequence[int]]) -> list[int]:
    """Sections of one size, such that in the end a tenth of all items is waitlisted."""
    demand = Counter(rank for request in requests for rank in request)
    at_most = WAITLISTED * len(requests) * ITEMS
    sizes = range(1, len(requests))
    seats = next(n for n in sizes if sum(max(0, d - n) for d in demand.values()) <= at_most)
    sections = [factories.section(seats, code=f"{rank:04}") for rank in range(SECTIONS)]
    factories.work()
    return sections


_STORE = """
WITH event AS (
    INSERT INTO bus_event (stream, version, type, data)
    SELECT stream, 1, %(type)s, data::jsonb
      FROM unnest(%(streams)s::text[], %(data)s::text[]) WITH ORDINALITY AS r(stream, data, n)
     ORDER BY n
    RETURNING id)
INSERT INTO bus_outbox (event_id) SELECT id FROM event"""


def feed(requests: Mapping[int, Sequence[int]]) -> int:
    """Store these students' submissions as one batch, half of them all or nothing."""
    events = [
        factories.submission(student, *sections, mode="all" if student % 2 else "any")
        for student, sections in requests.items()
    ]
    stored = {
        "type": Submitted.type,
        "streams": [event.stream for event in events],
        "data": [to_json(event) for event in events],
    }
    with transaction.atomic():
        run(_STORE, stored)
    (batch,) = [sequenced.batch for sequenced in sequence_outbox() if sequenced.steps]
    return batch


def decided() -> int:
    """How many submissions have their seats decided."""
    type_ = SeatsDecided.type
    return int(fetch("SELECT count(*) FROM bus_event WHERE type = %s", [type_])[0][0])


def waitlisted() -> float:
    """The share of all items that is waitlisted."""
    share = "SELECT sum(waiting)::float / sum(waiting + taken) FROM modules_section"
    return float(fetch(share)[0][0])
