"""Process many events in one transaction: on failure split them in halves, store the one that
fails as a dead letter, and defer those whose rows are locked."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from project.bus import locks
from project.bus.consumers import Consumer
from project.bus.dead_letters import store_dead_letter
from project.ops.locked import is_locked

# The database is down: no fault of the item.
DOWN = (OperationalError, InterfaceError)

Name = Callable[[int], str]


class Bisection:
    """One run of a consumer. An event whose rows another transaction holds is late, and so are
    later ones that touch the same keys (`held_up`), if the consumer's order matters."""

    def __init__(self, consumer: Consumer, *, name: Name, held_up: set[Any]) -> None:
        self.late: list[int] = []
        self._consumer = consumer
        self._name = name
        self._held_up = held_up

    def do(self, flow_ids: Sequence[int], *, is_second_try: bool = False) -> None:
        """Process the events in savepoints, in order; one that fails alone becomes a dead letter of
        the task `name(flow_id)`."""
        free = self._without_held_up(flow_ids)
        if not free:
            return
        try:
            with transaction.atomic():
                late = list(self._consumer.handler(free) or ())
        except Exception as error:
            self._after(error, free, is_second_try)
        else:
            self._defer(late)

    def _after(self, error: Exception, flow_ids: list[int], is_second_try: bool) -> None:
        is_held = is_locked(error)
        if is_held:
            locks.wait_at_most(locks.BRIEF_MS)
        elif isinstance(error, DOWN):
            raise error
        if len(flow_ids) > 1:
            middle = len(flow_ids) // 2
            self.do(flow_ids[:middle])
            self.do(flow_ids[middle:])
        elif is_held:
            self._defer(flow_ids)
        elif isinstance(error, IntegrityError) and not is_second_try:
            # Another pool appended to that stream first; its event is visible by now.
            self.do(flow_ids, is_second_try=True)
        else:
            store_dead_letter(task=self._name(flow_ids[0]), flow_id=flow_ids[0], error=error)

    def _defer(self, flow_ids: Sequence[int]) -> None:
        self.late += flow_ids
        if flow_ids and self._consumer.touches is not None:
            self._held_up.update(*self._consumer.touches(flow_ids).values())

    def _without_held_up(self, flow_ids: Sequence[int]) -> list[int]:
        if not self._held_up or self._consumer.touches is None:
            return list(flow_ids)
        free = []
        for flow_id, touched in self._consumer.touches(flow_ids).items():
            if self._held_up.isdisjoint(touched):
                free.append(flow_id)
            else:
                self.late.append(flow_id)
                self._held_up.update(touched)
        return free
