"""One section while the allocator works: its free seats and its waitlist."""

import heapq
from bisect import insort
from collections.abc import Callable

from modules.rules.seat_snapshot import SectionCounts, SectionSnapshot, WaitlistEntry
from project.events.reasons import Reason


class SectionState:
    """Seats are taken and released, students join the waitlist and leave it."""

    def __init__(self, section: SectionSnapshot) -> None:
        self.section = section
        self._taken = section.taken
        self._waiting = section.waiting
        self._free = list(section.free)
        self._unnumbered = 0
        self._waitlist = sorted(section.waitlist_head)
        self._passed_over = list(section.passed_over)
        self._reconsidered: list[WaitlistEntry] = []
        self._unread = section.waiting - len(section.waitlist_head) - len(section.passed_over)
        self._last_read = self._waitlist[-1].position if self._waitlist else 0

    @property
    def counts(self) -> SectionCounts:
        """The seats taken, and the length of the whole waitlist, including the part not loaded."""
        return SectionCounts(taken=self._taken, waiting=self._waiting)

    @property
    def remaining(self) -> int | None:
        """How many seats are left; None if they are not counted."""
        return None if self.section.seats is None else self.section.seats - self._taken

    @property
    def has_seat(self) -> bool:
        """Whether a seat is free, regardless of the waitlist."""
        return self.remaining is None or self.remaining > 0

    @property
    def admits_newcomers(self) -> bool:
        """Whether a seat is free and no student on the waitlist can be offered it."""
        return self.has_seat and (self.section.is_over or not self._eligible)

    @property
    def owes_offer(self) -> bool:
        """Whether a seat is free and a student on the waitlist can be offered it. No waitlist of a
        closed section moves, none after the term's deadline, and none while the term is paused."""
        is_still = self.section.is_over or self.is_closed or self.section.is_paused
        return self.has_seat and self._eligible > 0 and not is_still

    @property
    def _eligible(self) -> int:
        return self._waiting - len(self._passed_over)

    @property
    def is_closed(self) -> bool:
        """Whether it admits nobody, not even to the waitlist."""
        return not self.section.is_open or self.section.seats == 0

    def rejection_code(self, *, may_wait: bool) -> Reason | None:
        """Why a newcomer, who may or may not be waitlisted, is rejected; None if admitted."""
        if self.is_closed:
            return Reason.CLOSED_SECTION
        if self.admits_newcomers:
            return None
        if not may_wait:
            return Reason.FULL
        return Reason.DEADLINE if self.section.is_over else None

    def take(self) -> int | None:
        """Take the lowest free seat number; None if seats are not counted, or if the released seat
        was allocated while they were not."""
        self._taken += 1
        if self.remaining is None:
            return None
        if self._unnumbered and not self._free:
            self._unnumbered -= 1
            return None
        return heapq.heappop(self._free)

    def release(self, seat: int | None) -> None:
        """Free that seat; a seat without a number is allocated again without one."""
        self._taken -= 1
        if self.remaining is None:
            return
        if seat is None:
            self._unnumbered += 1
        else:
            heapq.heappush(self._free, seat)

    def join(self, entry: WaitlistEntry) -> None:
        """Insert the entry by its position: a late submission comes before later ones."""
        insort(self._waitlist, entry)
        self._waiting += 1

    def leave(self, entry: WaitlistEntry) -> None:
        """Remove the entry from the waitlist, wherever it is."""
        self._waiting -= 1
        if entry in self._passed_over:
            self._passed_over.remove(entry)
        elif entry in self._waitlist:
            self._waitlist.remove(entry)
        else:
            self._unread -= 1

    def pass_over(self, entry: WaitlistEntry) -> None:
        """Restore its position; it is offered nothing until it is reconsidered."""
        self._passed_over.append(entry)
        self._waiting += 1

    def reconsider(self, is_meant: Callable[[WaitlistEntry], bool]) -> None:
        """Let these passed-over entries be offered a seat again, until `end_reconsidering`."""
        self._reconsidered = [entry for entry in self._passed_over if is_meant(entry)]
        for entry in self._reconsidered:
            self._passed_over.remove(entry)
            insort(self._waitlist, entry)

    def end_reconsidering(self) -> None:
        """Entries that were reconsidered and offered nothing stay passed over."""
        for entry in self._reconsidered:
            if entry in self._waitlist:
                self._waitlist.remove(entry)
                self._passed_over.append(entry)
        self._reconsidered = []

    def pop_first(self) -> WaitlistEntry:
        """Remove and return the first entry. Raises RuntimeError if it was not loaded that far."""
        head = self._waitlist
        if not head or (self._unread and head[0].position > self._last_read):
            raise RuntimeError(f"the waitlist of section {self.section.section} was read too short")
        self._waiting -= 1
        return head.pop(0)
