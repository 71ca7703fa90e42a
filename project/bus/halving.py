"""Do many facts in one transaction: halve on failure, park the culprit, put off what is locked."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from project.bus import locks
from project.bus.parking import park
from project.bus.works import Work
from project.locked import is_locked

# The step cannot work at all: not the item's fault.
DOWN = (OperationalError, InterfaceError)

Name = Callable[[int], str]


class Halving:
    """One run of a work. What another transaction holds the rows of is late, and with it, where the
    work's order counts, whatever comes after it and touches the same: `held_up`."""

    def __init__(self, work: Work, *, name: Name, held_up: set[Any]) -> None:
        self.late: list[int] = []
        self._work = work
        self._name = name
        self._held_up = held_up

    def do(self, causes: Sequence[int], *, is_second_try: bool = False) -> None:
        """Do the facts in savepoints, in order; one that fails alone is parked, under the name
        that `name` gives it."""
        free = self._without_held_up(causes)
        if not free:
            return
        try:
            with transaction.atomic():
                late = list(self._work.handler(free) or ())
        except Exception as error:
            self._after(error, free, is_second_try)
        else:
            self._put_off(late)

    def _after(self, error: Exception, causes: list[int], is_second_try: bool) -> None:
        is_held = is_locked(error)
        if is_held:
            locks.wait_at_most(locks.BRIEF_MS)
        elif isinstance(error, DOWN):
            raise error
        if len(causes) > 1:
            middle = len(causes) // 2
            self.do(causes[:middle])
            self.do(causes[middle:])
        elif is_held:
            self._put_off(causes)
        elif isinstance(error, IntegrityError) and not is_second_try:
            # Another pool was quicker to say something on that stream: by now it can be seen.
            self.do(causes, is_second_try=True)
        else:
            park(task=self._name(causes[0]), cause=causes[0], error=error)

    def _put_off(self, causes: Sequence[int]) -> None:
        self.late += causes
        if causes and self._work.touches is not None:
            self._held_up.update(*self._work.touches(causes).values())

    def _without_held_up(self, causes: Sequence[int]) -> list[int]:
        if not self._held_up or self._work.touches is None:
            return list(causes)
        free = []
        for cause, touched in self._work.touches(causes).items():
            if self._held_up.isdisjoint(touched):
                free.append(cause)
            else:
                self.late.append(cause)
                self._held_up.update(touched)
        return free
