"""A surge of students inside the test run: threads submit and drop while something breaks."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from project.bus.sql import fetch
from project.ops.ids import uuid7
from project.testing.system.world import World
from project.testing.waiting import wait_until
from project.web.errors.base import Refusal

THREADS = 2
MOST_SECTIONS = 3
PRESSURE = 0.7
UNANSWERED = 0.2
DROPPING = 0.1
PATIENCE_SECONDS = 240


@dataclass(slots=True, kw_only=True)
class Surge:
    """Fewer seats than requests. `accepted` has student and sections of each accepted
    registration."""

    world: World
    size: int
    students: list[int] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    accepted: dict[UUID, tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Create sections and students, and wait until every service knows them."""
        count = max(self.size // 25, 5)
        seats = max(int(self.size * MOST_SECTIONS / 2 * PRESSURE / count), 1)
        self.sections = [self.world.section(seats=seats, credits=4) for _ in range(count)]
        self.students = self.world.students(self.size)
        self.world.ready()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """All submit; the block runs in the middle of it: half have submitted at once, the first
        seats are decided, and at least a fifth of the accepted registrations is undecided.
        Afterwards all have been accepted and some have dropped."""
        with ThreadPoolExecutor(THREADS) as pool:
            with self.world.system.paused(self.world.system.running["relay"]):
                runs = [pool.submit(self._submit_all, some) for some in self._shares()]
                self._wait(lambda: len(self.accepted) >= self.size / 2)
            self._wait(_is_begun)
            share = self.world.undecided() / len(self.accepted)
            assert share >= UNANSWERED, f"only {share:.0%} undecided: nothing would be shown"
            yield
            for run in runs:
                run.result()
        self._drop_some()

    def _shares(self) -> list[list[int]]:
        return [self.students[n::THREADS] for n in range(THREADS)]

    def _wait(self, is_so: Callable[[], bool]) -> None:
        wait_until(
            is_so,
            seconds=PATIENCE_SECONDS,
            why=lambda: f"{len(self.accepted)} of {self.size} accepted",
        )

    def _submit_all(self, students: Sequence[int]) -> None:
        try:
            for student in students:
                self._submit(student)
        finally:
            connection.close()

    def _submit(self, student: int) -> None:
        """Submit as a client does: after a lost connection it retries with the same key."""
        draw = random.Random(student)
        sections = tuple(draw.sample(self.sections, draw.randint(1, MOST_SECTIONS)))
        key, mode = str(uuid7()), draw.choice(("all", "any"))
        on_full = "waitlist" if draw.random() < 0.8 else "refuse"
        for _ in range(20):
            try:
                registration = self.world.submit(
                    student, *sections, mode=mode, on_full=on_full, key=key
                )
            except (OperationalError, InterfaceError):
                connection.close()
            else:
                self.accepted[registration] = (student, sections)
                return
        raise AssertionError("cut off twenty times")

    def _drop_some(self) -> None:
        chosen = random.Random(1).sample(sorted(self.accepted), int(self.size * DROPPING))
        for registration in chosen:
            student, sections = self.accepted[registration]
            with suppress(Refusal):  # it was refused or has expired: there is nothing to drop
                self.world.drop(student, registration, sections[0])

    def end(self) -> None:
        """Everything that was accepted exists and is decided."""
        assert len(self.accepted) == self.size
        self.world.system.drain(timeout=PATIENCE_SECONDS)
        assert self.world.answered() == set(self.accepted)


def _is_begun() -> bool:
    return bool(fetch("SELECT EXISTS (SELECT FROM modules_allocation)")[0][0])
