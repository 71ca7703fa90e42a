"""Who gets which seat: one pure function over free seats, waitlists and events in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from modules.rules.seat_snapshot import (
    Allocation,
    ReleaseEvent,
    SeatEvent,
    SeatSnapshot,
    SectionCounts,
    WaitlistEntry,
)
from modules.rules.section_state import SectionState
from project.events.base import Event
from project.events.modules import (
    SeatDecision,
    SeatOffered,
    SeatReturn,
    SeatsDecided,
    SeatsReleased,
    SectionChanged,
)
from project.events.reasons import Reason
from project.events.registration import PassedOver, StudentChanged, Submitted
from project.events.vocabulary import Mode, OnFull, Released, SeatOutcome

IsMeant = Callable[[WaitlistEntry], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationResult:
    """What `allocate` decided.

    `events` are to be appended in this order; `flow_ids[i]` is the flow of `events[i]`, None if it
    begins one. `freed` are the seats that were released, `taken` those that were allocated and not
    released again, both in order. `counts` are those of each section afterwards.
    """

    events: tuple[Event, ...] = ()
    flow_ids: tuple[int | None, ...] = ()
    taken: tuple[Allocation, ...] = ()
    freed: tuple[Allocation, ...] = ()
    counts: Mapping[int, SectionCounts]


def allocate(
    *, snapshot: SeatSnapshot, events: Sequence[SeatEvent], fencing_tokens: Iterable[int]
) -> AllocationResult:
    """Decide these events, in position order.

    A newcomer never overtakes students on the waitlist, except those who were passed over. A seat
    that is released or added is offered to the first on the waitlist at once; no seat stays free
    while students wait, unless the section is closed, the term is paused or its deadline has
    passed: then no waitlist moves.

    Raises RuntimeError if there are more allocations than fencing tokens.
    """
    allocator = Allocator(snapshot, fencing_tokens)
    # First, seats that were added since: `SectionChanged` has been projected by now.
    changed = {e.event.section for e in events if isinstance(e.event, SectionChanged)}
    for section in snapshot.sections:
        allocator.offer([section.section], _everybody if section.section in changed else _nobody)
    for event in events:
        allocator.decide(event)
    return allocator.result()


class Allocator:
    """Processes the events one at a time and collects the decisions."""

    def __init__(self, snapshot: SeatSnapshot, fencing_tokens: Iterable[int]) -> None:
        self._sections = {section.section: SectionState(section) for section in snapshot.sections}
        self._allocations = {(seat.section, seat.student): seat for seat in snapshot.allocations}
        self._waitlisted = {(entry.section, entry.student): entry for entry in snapshot.waitlisted}
        self._passed_over: dict[int, set[int]] = {}
        for entry in (e for section in snapshot.sections for e in section.passed_over):
            self._note_passed_over(entry)
        self._offered = {(entry.section, entry.student): entry for entry in snapshot.offered}
        self._ended, self._moved = set(snapshot.ended), snapshot.moved
        self._fencing_tokens = iter(fencing_tokens)
        self._events: list[Event] = []
        self._causes: list[int | None] = []
        self._taken: dict[int, Allocation] = {}
        self._freed: list[Allocation] = []

    def result(self) -> AllocationResult:
        """The decisions so far."""
        return AllocationResult(
            events=tuple(self._events),
            flow_ids=tuple(self._causes),
            taken=tuple(self._taken.values()),
            freed=tuple(self._freed),
            counts={section: state.counts for section, state in self._sections.items()},
        )

    def decide(self, event: SeatEvent) -> None:
        """Process one event."""
        about = event.event
        if isinstance(about, Submitted):
            self.seat_or_waitlist(event, about)
        elif isinstance(about, ReleaseEvent):
            self.release(event, about)
        elif isinstance(about, PassedOver):
            self.pass_over(event, about)
        elif isinstance(about, SectionChanged):
            for student in sorted(s for section, s in self._moved if section == about.section):
                self.reconsider(student)
        elif isinstance(about, StudentChanged):
            self.reconsider(about.student)

    def seat_or_waitlist(self, event: SeatEvent, request: Submitted) -> None:
        """Decide each requested section: a seat, a waitlist entry, or a refusal."""
        sections = tuple(dict.fromkeys(item.section for item in request.items))
        codes = {section: self._rejection_code(request, section) for section in sections}
        if request.mode == Mode.ALL and any(codes.values()):
            codes = {section: code or Reason.ALL_OR_NOTHING for section, code in codes.items()}
        items = tuple(self._decide(event, request, section, codes[section]) for section in sections)
        decided = SeatsDecided(
            registration=request.registration, student=request.student, items=items
        )
        self._record(decided, flow_id=event.flow_id)

    def release(self, event: SeatEvent, end: ReleaseEvent) -> None:
        """Release seats and waitlist entries; free seats are offered at once."""
        sections = tuple(dict.fromkeys(item.section for item in end.items))
        items = tuple(self._release_item(end, section) for section in sections)
        released = SeatsReleased(registration=end.registration, student=end.student, items=items)
        self._record(released, flow_id=event.flow_id)
        self.offer([item.section for item in items if item.was == Released.ALLOCATED], _everybody)
        self.reconsider(end.student)

    def pass_over(self, event: SeatEvent, passed: PassedOver) -> None:
        """Release the offered seat and offer it to the next; the entry keeps its position."""
        key = (passed.section, passed.student)
        seat, entry = self._allocations.get(key), self._offered.pop(key, None)
        item = SeatReturn(section=passed.section, was=Released.NOTHING)
        if seat is not None and entry is not None and seat.registration == passed.registration:
            item = replace(self._free_seat(seat), was=Released.PASSED_OVER)
            self._note_passed_over(entry)
            self._sections[passed.section].pass_over(entry)
        released = SeatsReleased(
            registration=passed.registration, student=passed.student, items=(item,)
        )
        self._record(released, flow_id=event.flow_id)
        if entry is not None:
            self.offer([passed.section], lambda other: other.position > entry.position)

    def reconsider(self, student: int) -> None:
        """The student's schedule has changed: offer again what they were passed over for."""
        sections = sorted(self._passed_over.get(student, ()))
        self.offer(sections, lambda entry: entry.student == student)

    def offer(self, sections: Iterable[int], is_meant: IsMeant) -> None:
        """Offer each free seat of these sections to the first on the waitlist. Entries that were
        passed over are reconsidered only if `is_meant` accepts them."""
        for section in sections:
            if section in self._sections:
                self._offer(self._sections[section], is_meant)

    def _offer(self, state: SectionState, is_meant: IsMeant) -> None:
        state.reconsider(is_meant)
        while state.owes_offer:
            self._offer_to(state.pop_first())
        state.end_reconsidering()

    def _note_passed_over(self, entry: WaitlistEntry) -> None:
        self._waitlisted[entry.section, entry.student] = entry
        self._passed_over.setdefault(entry.student, set()).add(entry.section)

    def _record(self, event: Event, *, flow_id: int | None) -> None:
        self._events.append(event)
        self._causes.append(flow_id)

    def _rejection_code(self, request: Submitted, section: int) -> Reason | None:
        """The code of the reason to reject that section; None if there is none."""
        key, state = (section, request.student), self._sections.get(section)
        if state is None:
            return Reason.UNKNOWN_SECTION
        if (request.registration, section) in self._ended:
            return Reason.ALREADY_OVER
        if key in self._allocations or key in self._waitlisted:
            return Reason.ALREADY_REGISTERED
        return state.rejection_code(may_wait=request.on_full == OnFull.WAITLIST)

    def _decide(
        self, event: SeatEvent, request: Submitted, section: int, code: Reason | None
    ) -> SeatDecision:
        if code:
            return SeatDecision(section=section, outcome=SeatOutcome.REFUSED, code=code)
        entry = WaitlistEntry(
            position=event.position,
            section=section,
            registration=request.registration,
            student=request.student,
        )
        if not self._sections[section].admits_newcomers:
            self._sections[section].join(entry)
            self._waitlisted[section, request.student] = entry
            return SeatDecision(
                section=section, outcome=SeatOutcome.WAITLISTED, position=event.position
            )
        given = self._give_seat(entry)
        return SeatDecision(
            section=section,
            outcome=SeatOutcome.SEATED,
            seat=given.seat,
            fencing_token=given.fencing_token,
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
            return SeatReturn(section=section, was=Released.WAITING)
        # A tombstone: if the submission comes later, it finds this and takes nothing.
        self._ended.add((end.registration, section))
        return SeatReturn(section=section, was=Released.NOTHING)

    def _free_seat(self, freed: Allocation) -> SeatReturn:
        del self._allocations[freed.section, freed.student]
        self._taken.pop(freed.fencing_token, None)
        self._freed.append(freed)
        self._sections[freed.section].release(freed.seat)
        return SeatReturn(
            section=freed.section,
            was=Released.ALLOCATED,
            seat=freed.seat,
            fencing_token=freed.fencing_token,
        )

    def _offer_to(self, entry: WaitlistEntry) -> None:
        given = self._give_seat(entry)
        self._waitlisted.pop((entry.section, entry.student), None)
        offered = SeatOffered(
            registration=given.registration,
            student=given.student,
            section=given.section,
            seat=given.seat,
            fencing_token=given.fencing_token,
        )
        self._record(offered, flow_id=None)


def _everybody(entry: WaitlistEntry) -> bool:
    return True


def _nobody(entry: WaitlistEntry) -> bool:
    return False
