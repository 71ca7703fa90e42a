"""A registration day as events: after it every projection of every app has written something."""

from collections.abc import Iterator
from uuid import UUID

from project.events.base import Event
from project.events.modules import (
    ModuleChanged,
    Period,
    RoomChanged,
    SeatDecision,
    SeatOffered,
    SeatReturn,
    SeatsDecided,
    SeatsReleased,
    SectionChanged,
    TermChanged,
)
from project.events.notifications import Announced, AnnouncedItem
from project.events.payments import (
    AccountChanged,
    AuthorisationItem,
    Authorised,
    Captured,
    MoneyItem,
    RateChanged,
    Refunded,
    Voided,
)
from project.events.reasons import Reason
from project.events.registration import (
    BlockChanged,
    CategoryChanged,
    Decided,
    DecidedItem,
    Dropped,
    DropRequested,
    EndedItem,
    Expired,
    MovedItem,
    OfferEvaluated,
    PassedOver,
    Refused,
    RequestedItem,
    SectionDescription,
    SectionsMoved,
    StudentChanged,
    StudentLeft,
    Submitted,
    WaitlistHalted,
    WindowChanged,
)
from project.events.vocabulary import (
    AnnouncementKind,
    ItemState,
    Mode,
    OfferOutcome,
    OnFull,
    Released,
    SeatOutcome,
)

TERM, PHYSICS, CHEMISTRY, ART = 3, 412, 413, 414
ANN, BEN = 70001, 70002
FEE = 48_000


def flow() -> Iterator[Event]:
    """All events, in order."""
    yield from _reference_data()
    yield from _a_full_section()
    yield from _a_seat_changes_hands()
    yield from _ends()


def _reference_data() -> Iterator[Event]:
    """Everything is created, then edited or removed."""
    for name in ("Autumn", "Autumn 2026"):
        yield TermChanged(
            term=TERM, code="2026-AUTUMN", name=name, starts_on="2026-09-07", ends_on="2026-12-18",
            breaks=(Period(name="Reading", starts_on="2026-10-19", ends_on="2026-10-23"),),
        )  # fmt: skip
    for title in ("Chemistry", "Organic chemistry"):
        yield ModuleChanged(module=41, code="CHEM 161", title=title, credit_quarters=16)
    for section in (PHYSICS, CHEMISTRY, ART):
        for seats in (1, None if section == ART else 2):
            yield SectionChanged(
                section=section, term=TERM, module=41, module_code="CHEM 161", code=f"A{section}",
                seats=seats, credit_quarters=16, starts_on="2026-09-07", ends_on="2026-10-30",
            )  # fmt: skip
    for capacity in (100, 120):
        yield RoomChanged(room=7, name="HALL 2", capacity=capacity)
    for per_credit in (11_000, 12_000):
        yield RateChanged(programme="BSc", per_credit=per_credit, limit=250_000)
    for name in ("Science", "Natural sciences"):
        yield CategoryChanged(category="programme:BSc", kind="programme", code="BSc", name=name)
    for student in (ANN, BEN):
        for limit in (20, 21):
            yield StudentChanged(
                student=student, programme="BSc", year=2, credit_limit_quarters=limit
            )
            yield AccountChanged(student=student, limit=limit * 10_000)
    yield StudentLeft(student=BEN)
    for window, hour, removed in ((8, 18, False), (9, 18, False), (9, 20, False), (9, 20, True)):
        yield WindowChanged(
            window=window, term=TERM, opens_at="2026-06-01T08:00:00+00:00",
            closes_at=f"2026-06-12T{hour}:00:00+00:00", removed=removed,
        )  # fmt: skip
    for block, lifted in ((57, False), (58, False), (58, False), (58, True)):
        yield BlockChanged(block=block, student=ANN, digest="5b1c", lifted=lifted)


class _Registration:
    """The events of one registration."""

    def __init__(self, number: int, student: int) -> None:
        self.registration, self.student = str(UUID(int=number)), student

    def submitted(self, *sections: int) -> Event:
        items = tuple(
            RequestedItem(section=section, module="CHEM 161", credit_quarters=16)
            for section in sections
        )
        return Submitted(
            registration=self.registration, student=self.student, programme="BSc", term=TERM,
            mode=Mode.ANY, on_full=OnFull.WAITLIST, items=items,
        )  # fmt: skip

    def seats_decided(self, *items: SeatDecision) -> Event:
        return SeatsDecided(registration=self.registration, student=self.student, items=items)

    def offered(self, section: int, seat: int, fencing_token: int) -> Iterator[Event]:
        yield SeatOffered(
            registration=self.registration, student=self.student, section=section, seat=seat,
            fencing_token=fencing_token,
        )  # fmt: skip
        yield OfferEvaluated(
            registration=self.registration, student=self.student, programme="BSc",
            section=section, credit_quarters=16, outcome=OfferOutcome.OFFERED,
        )  # fmt: skip

    def authorised(self, *sections: int) -> Event:
        items = tuple(AuthorisationItem(section=section, amount=FEE) for section in sections)
        return Authorised(registration=self.registration, student=self.student, items=items)

    def decided(self, *items: DecidedItem) -> Event:
        return Decided(registration=self.registration, student=self.student, items=items)

    def captured(self, section: int) -> Event:
        items = (MoneyItem(section=section, amount=FEE),)
        return Captured(registration=self.registration, student=self.student, items=items)

    def announced(self, section: int) -> Event:
        # The inbox stores items as announced, so this one leaves nothing to be filled in.
        items = (
            AnnouncedItem(
                section=section, state=ItemState.DROPPED, code=Reason.DROPPED_BY_STUDENT, amount=FEE
            ),
        )
        return Announced(
            registration=self.registration,
            student=self.student,
            kind=AnnouncementKind.DROPPED,
            items=items,
        )

    def over(
        self, kind: type[Dropped | Expired | Refused], section: int, was: str, code: str = ""
    ) -> Event:
        items = (
            EndedItem(section=section, was=ItemState(was), code=Reason(code) if code else None),
        )
        return kind(registration=self.registration, student=self.student, items=items)

    def released(self, *items: SeatReturn) -> Event:
        return SeatsReleased(registration=self.registration, student=self.student, items=items)

    def voided(self, section: int, amount: int = FEE) -> Event:
        items = (MoneyItem(section=section, amount=amount),)
        return Voided(registration=self.registration, student=self.student, items=items)

    def refunded(self, section: int) -> Event:
        items = (MoneyItem(section=section, amount=FEE),)
        return Refunded(registration=self.registration, student=self.student, items=items)

    def drop_requested(self, section: int) -> Event:
        return DropRequested(registration=self.registration, student=self.student, section=section)


def _seated(section: int, seat: int | None, fencing_token: int) -> SeatDecision:
    return SeatDecision(
        section=section, outcome=SeatOutcome.SEATED, seat=seat, fencing_token=fencing_token
    )


def _waitlisted(section: int, position: int) -> SeatDecision:
    return SeatDecision(section=section, outcome=SeatOutcome.WAITLISTED, position=position)


_ANNS, _BENS = _Registration(1, ANN), _Registration(2, BEN)


def _a_full_section() -> Iterator[Event]:
    """Ann gets a seat and waits for another, which Ben has."""
    yield _ANNS.submitted(PHYSICS, CHEMISTRY, ART)
    yield _BENS.submitted(CHEMISTRY)
    yield _ANNS.seats_decided(
        _seated(PHYSICS, 1, 1001),
        _waitlisted(CHEMISTRY, 4711),
        SeatDecision(section=ART, outcome=SeatOutcome.REFUSED, code=Reason.CLOSED_SECTION),
    )
    yield _BENS.seats_decided(_seated(CHEMISTRY, 1, 1002))
    yield _ANNS.authorised(PHYSICS)
    yield _BENS.authorised(CHEMISTRY)
    yield _ANNS.decided(
        DecidedItem(section=PHYSICS, state=ItemState.CONFIRMED),
        DecidedItem(section=CHEMISTRY, state=ItemState.WAITLISTED),
        DecidedItem(section=ART, state=ItemState.REFUSED, code=Reason.CLOSED_SECTION),
    )
    yield _BENS.decided(DecidedItem(section=CHEMISTRY, state=ItemState.CONFIRMED))
    yield _ANNS.captured(PHYSICS)
    yield _BENS.captured(CHEMISTRY)


def _a_seat_changes_hands() -> Iterator[Event]:
    """Ben drops his seat and Ann gets it; later Ben registers again, and gets the other."""
    yield _BENS.over(Dropped, CHEMISTRY, "confirmed")
    yield _BENS.released(
        SeatReturn(section=CHEMISTRY, was=Released.ALLOCATED, seat=1, fencing_token=1002)
    )
    yield from _ANNS.offered(CHEMISTRY, seat=1, fencing_token=1003)
    yield _BENS.refunded(CHEMISTRY)
    yield _BENS.announced(CHEMISTRY)
    again = _Registration(3, BEN)
    yield again.submitted(CHEMISTRY)
    yield again.seats_decided(_seated(CHEMISTRY, 2, 1004))
    yield again.drop_requested(CHEMISTRY)
    yield AccountChanged(student=BEN, limit=300_000)


def _ends() -> Iterator[Event]:
    """An item expires, one is refused, a waitlist entry is left, and a drop comes before its
    decision."""
    late = _Registration(4, ANN)
    yield late.submitted(ART)
    yield late.seats_decided(_seated(ART, None, 1005))
    yield late.authorised(ART)
    yield late.over(Expired, ART, "pending", "not_decided_in_time")
    yield late.released(
        SeatReturn(section=ART, was=Released.ALLOCATED, seat=None, fencing_token=1005)
    )
    yield late.voided(ART)
    refused = _Registration(5, BEN)
    yield refused.submitted(PHYSICS)
    yield refused.seats_decided(_waitlisted(PHYSICS, 4712))
    yield refused.over(Refused, PHYSICS, "pending")
    yield refused.released(SeatReturn(section=PHYSICS, was=Released.WAITING))
    passed = _Registration(7, BEN)
    yield passed.submitted(PHYSICS)
    yield passed.seats_decided(_waitlisted(PHYSICS, 4713))
    yield passed.decided(DecidedItem(section=PHYSICS, state=ItemState.WAITLISTED))
    yield SeatOffered(
        registration=passed.registration, student=BEN, section=PHYSICS, seat=2, fencing_token=1006
    )
    yield PassedOver(
        registration=passed.registration, student=BEN, section=PHYSICS, code=Reason.TIME_CONFLICT
    )
    yield passed.released(
        SeatReturn(section=PHYSICS, was=Released.PASSED_OVER, seat=2, fencing_token=1006)
    )
    for resumed in (False, True):
        yield WaitlistHalted(
            registration=passed.registration, student=BEN, section=PHYSICS, resumed=resumed
        )
    yield SectionsMoved(
        registration=passed.registration,
        student=BEN,
        items=(
            MovedItem(
                section=PHYSICS,
                state=ItemState.WAITLISTED,
                was=SectionDescription(name="CHEM 161 A412"),
                now=SectionDescription(name="CHEM 161 A413"),
            ),
        ),
    )
    early = _Registration(6, BEN)
    yield early.released(SeatReturn(section=ART, was=Released.NOTHING))
    yield early.voided(ART, amount=0)
