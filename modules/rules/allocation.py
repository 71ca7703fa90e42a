"""Who gets which seat: one pure function over free seats, waitlists and events in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modules.rules.seat_snapshot import (
    Allocation,
    ReleaseEvent,
    SeatEvent,
    SeatSnapshot,
    SectionCounts,
    WaitlistEntry,
)
from modules.rules.section_state import SectionState
from project.messages.fact import Fact
from project.messages.modules import (
    SeatDecision,
    SeatOffered,
    SeatReturn,
    SeatsDecided,
    SeatsReleased,
)
from project.messages.registration import Submitted


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationResult:
    """What `allocate` decided.

    `events` are to be appended in this order; `causes[i]` is the event that events[i] answers,
    None where it begins a flow. `freed` are the seats that were released, `taken` those that were
    given and not released again, both in order. `counts` are those of each section afterwards.
    """

    events: tuple[Fact, ...] = ()
    causes: tuple[int | None, ...] = ()
    taken: tuple[Allocation, ...] = ()
    freed: tuple[Allocation, ...] = ()
    counts: Mapping[int, SectionCounts]


def allocate(
    *, snapshot: SeatSnapshot, events: Sequence[SeatEvent], fencing_tokens: Iterable[int]
) -> AllocationResult:
    """Decide these events, in position order.

    A newcomer never passes the waitlist. A seat that comes free, or is added, goes to the first on
    it at once; no seat is left over while someone waits, unless the section is closed or the term's
    deadline is over: then no waitlist moves. Raises RuntimeError if there are more
    allocations than fencing tokens.
    """
    allocator = Allocator(snapshot, fencing_tokens)
    # First of all: seats that were added since, for `SectionChanged` has been projected by now.
    allocator.offer(section.section for section in snapshot.sections)
    for event in events:
        if isinstance(event.event, Submitted):
            allocator.seat_or_waitlist(event, event.event)
        elif isinstance(event.event, ReleaseEvent):
            allocator.release(event, event.event)
    return allocator.result()


class Allocator:
    """Works through the events, one at a time, and keeps what it decides."""

    def __init__(self, snapshot: SeatSnapshot, fencing_tokens: Iterable[int]) -> None:
        self._sections = {section.section: SectionState(section) for section in snapshot.sections}
        self._allocations = {(seat.section, seat.student): seat for seat in snapshot.allocations}
        self._waitlisted = {(entry.section, entry.student): entry for entry in snapshot.waitlisted}
        self._ended = set(snapshot.ended)
        self._fencing_tokens = iter(fencing_tokens)
        self._events: list[Fact] = []
        self._causes: list[int | None] = []
        self._taken: dict[int, Allocation] = {}
        self._freed: list[Allocation] = []

    def result(self) -> AllocationResult:
        """What was decided so far."""
        return AllocationResult(
            events=tuple(self._events),
            causes=tuple(self._causes),
            taken=tuple(self._taken.values()),
            freed=tuple(self._freed),
            counts={section: state.counts for section, state in self._sections.items()},
        )

    def seat_or_waitlist(self, event: SeatEvent, request: Submitted) -> None:
        """Give each section that is asked for: a seat, a waitlist entry, or a refusal."""
        sections = tuple(dict.fromkeys(item.section for item in request.items))
        codes = {section: self._rejection_code(request, section) for section in sections}
        if request.mode == "all" and any(codes.values()):
            codes = {section: code or "together" for section, code in codes.items()}
        items = tuple(self._decide(event, request, section, codes[section]) for section in sections)
        decided = SeatsDecided(
            registration=request.registration, student=request.student, items=items
        )
        self._record(decided, cause=event.cause)

    def release(self, event: SeatEvent, end: ReleaseEvent) -> None:
        """Take seats and waitlist entries back; what comes free is offered at once."""
        sections = tuple(dict.fromkeys(item.section for item in end.items))
        items = tuple(self._release_item(end, section) for section in sections)
        released = SeatsReleased(registration=end.registration, student=end.student, items=items)
        self._record(released, cause=event.cause)
        self.offer(sections)

    def offer(self, sections: Iterable[int]) -> None:
        """Offer each free seat of these sections to the first on the waitlist."""
        for section in sections:
            state = self._sections.get(section)
            while state is not None and state.owes_offer:
                self._offer_to(state.pop_first())

    def _record(self, event: Fact, *, cause: int | None) -> None:
        self._events.append(event)
        self._causes.append(cause)

    def _rejection_code(self, request: Submitted, section: int) -> str:
        """The code of what rejects that section; "" if nothing does."""
        key, state = (section, request.student), self._sections.get(section)
        if state is None:
            return "unknown_section"
        if (request.registration, section) in self._ended:
            return "ended"
        if key in self._allocations or key in self._waitlisted:
            return "already_registered"
        return state.rejection_code(may_wait=request.on_full == "queue")

    def _decide(
        self, event: SeatEvent, request: Submitted, section: int, code: str
    ) -> SeatDecision:
        if code:
            return SeatDecision(section=section, outcome="refused", code=code)
        entry = WaitlistEntry(
            position=event.position,
            section=section,
            registration=request.registration,
            student=request.student,
        )
        if not self._sections[section].admits_newcomers:
            self._sections[section].join(entry)
            self._waitlisted[section, request.student] = entry
            return SeatDecision(section=section, outcome="queued", position=event.position)
        given = self._give_seat(entry)
        return SeatDecision(
            section=section, outcome="seated", seat=given.seat, fence=given.fencing_token
        )

    def _give_seat(self, entry: WaitlistEntry) -> Allocation:
        given = Allocation(
            section=entry.section,
            student=entry.student,
            registration=entry.registration,
            seat=self._sections[entry.section].take(),
            fencing_token=self._next_fencing_token(),
        )
        self._allocations[given.section, given.student] = given
        self._taken[given.fencing_token] = given
        return given

    def _next_fencing_token(self) -> int:
        try:
            return next(self._fencing_tokens)
        except StopIteration:
            raise RuntimeError("more seats at once than fencing tokens were drawn") from None

    def _release_item(self, end: ReleaseEvent, section: int) -> SeatReturn:
        key = (section, end.student)
        seat, entry = self._allocations.get(key), self._waitlisted.get(key)
        if seat is not None and seat.registration == end.registration:
            return self._free_seat(seat)
        if entry is not None and entry.registration == end.registration:
            del self._waitlisted[key]
            self._sections[section].leave(entry)
            return SeatReturn(section=section, was="waiting")
        # A tombstone: should the submission come later, it finds this and takes nothing.
        self._ended.add((end.registration, section))
        return SeatReturn(section=section, was="nothing")

    def _free_seat(self, freed: Allocation) -> SeatReturn:
        del self._allocations[freed.section, freed.student]
        self._taken.pop(freed.fencing_token, None)
        self._freed.append(freed)
        self._sections[freed.section].release(freed.seat)
        return SeatReturn(
            section=freed.section, was="allocated", seat=freed.seat, fence=freed.fencing_token
        )

    def _offer_to(self, entry: WaitlistEntry) -> None:
        given = self._give_seat(entry)
        self._waitlisted.pop((entry.section, entry.student), None)
        offered = SeatOffered(
            registration=given.registration,
            student=given.student,
            section=given.section,
            seat=given.seat,
            fence=given.fencing_token,
        )
        self._record(offered, cause=None)
