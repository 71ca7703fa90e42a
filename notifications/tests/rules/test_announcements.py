"""What is announced, and in which words, as tables."""

import pytest

from notifications.rules import texts
from notifications.rules.announcements import announcement
from notifications.rules.retry import wait_seconds
from project.events.base import Event
from project.events.modules import SeatOffered, TermChanged
from project.events.notifications import AnnouncedItem
from project.events.payments import Captured, MoneyItem, Refunded
from project.events.reasons import Reason
from project.events.registration import (
    Decided,
    DecidedItem,
    Dropped,
    EndedItem,
    Expired,
    OfferEvaluated,
    Refused,
    RequestedItem,
    Submitted,
    WaitlistHalted,
)
from project.events.vocabulary import ItemState, Mode, OfferOutcome, OnFull

R = "0190f5a0-0000-7000-8000-000000000001"
SUBMITTED = Submitted(
    registration=R,
    student=7,
    programme="CS",
    term=1,
    mode=Mode.ANY,
    on_full=OnFull.WAITLIST,
    items=(RequestedItem(section=1, module="A", credit_quarters=4),),
)
OFFERED = SeatOffered(registration=R, student=7, section=1, seat=1, fencing_token=1)


def decided(state: str, code: str = "") -> Decided:
    decided = DecidedItem(section=1, state=ItemState(state), code=Reason(code) if code else None)
    return Decided(registration=R, student=7, items=(decided,))


def ended(kind: type[Dropped | Expired | Refused], was: str, code: str) -> Event:
    return kind(
        registration=R,
        student=7,
        items=(EndedItem(section=1, was=ItemState(was), code=Reason(code) if code else None),),
    )


GIVEN_UP = ended(Dropped, "confirmed", "dropped_by_student")
NOT_REFUNDED = ended(Dropped, "confirmed", "no_refund")


def considered(code: str) -> OfferEvaluated:
    return OfferEvaluated(
        registration=R,
        student=7,
        programme="CS",
        section=1,
        credit_quarters=4,
        outcome=OfferOutcome.PASSED_OVER,
        code=Reason(code) if code else None,
    )


def halted(*, resumed: bool) -> WaitlistHalted:
    return WaitlistHalted(registration=R, student=7, section=1, resumed=resumed)


CAPTURED = Captured(registration=R, student=7, items=(MoneyItem(section=1, amount=500),))
REFUNDED = Refunded(registration=R, student=7, items=(MoneyItem(section=1, amount=500),))


@pytest.mark.parametrize(
    ("root", "events", "kind", "item"),
    [
        (SUBMITTED, [decided("confirmed"), CAPTURED], "decided", ("confirmed", None, 500)),
        (SUBMITTED, [decided("waitlisted")], "decided", ("waitlisted", None, 0)),
        (SUBMITTED, [decided("refused", "full")], "decided", ("refused", "full", 0)),
        (OFFERED, [decided("confirmed"), CAPTURED], "moved_up", ("confirmed", None, 500)),
        (
            OFFERED,
            [decided("refused", "time_conflict")],
            "refused",
            ("refused", "time_conflict", 0),
        ),
        (
            OFFERED,
            [decided("dropped", "drop_requested")],
            "dropped",
            ("dropped", "drop_requested", 0),
        ),
        (GIVEN_UP, [REFUNDED], "dropped", ("dropped", "dropped_by_student", 500)),
        (GIVEN_UP, [], "dropped", ("dropped", "dropped_by_student", 0)),
        (
            ended(Expired, "seated", "not_decided_in_time"),
            [],
            "expired",
            ("expired", "not_decided_in_time", 0),
        ),
        (NOT_REFUNDED, [], "dropped", ("dropped", "no_refund", 0)),
        (OFFERED, [considered("time_conflict")], "passed_over", ("waitlisted", "time_conflict", 0)),
        (
            OFFERED,
            [considered("closed_section")],
            "passed_over",
            ("waitlisted", "closed_section", 0),
        ),
        (
            ended(Refused, "waitlisted", "deadline"),
            [],
            "waitlist_closed",
            ("refused", "deadline", 0),
        ),
        (halted(resumed=False), [], "waitlist_halted", ("waitlisted", "closed_section", 0)),
        (halted(resumed=True), [], "waitlist_resumed", ("waitlisted", "resumed", 0)),
    ],
)
def test_flow_is_announced_by_its_kind(
    root: Event, events: list[Event], kind: str, item: tuple[str, str, int]
) -> None:
    announced = announcement(root, events)
    assert announced is not None
    assert (announced.kind, announced.registration, announced.student) == (kind, R, 7)
    assert [(found.state, found.code, found.amount) for found in announced.items] == [item]


@pytest.mark.parametrize(
    ("root", "events"),
    [
        (SUBMITTED, []),
        (OFFERED, []),
        (SUBMITTED, [Decided(registration=R, student=7, items=())]),
        (ended(Refused, "seated", "account_limit"), []),
        (ended(Dropped, "authorised", "drop_requested"), []),
    ],
)
def test_what_is_undecided_or_announced_already_is_not_announced(
    root: Event, events: list[Event]
) -> None:
    assert announcement(root, events) is None


def test_event_that_begins_no_flow_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no flow begins with"):
        announcement(TermChanged(term=1, code="A", name="A"), [])


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (
            AnnouncedItem(section=1, state=ItemState.CONFIRMED, amount=123_450),
            "You have a seat in CS 1 (A). The fee of 1,234.50 is on your account.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.CONFIRMED),
            "You have a seat in CS 1 (A). There is no fee.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.DROPPED, code=Reason.NO_REFUND),
            "CS 1 (A): You dropped it after the refund deadline, so its fee is not paid back.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.REFUSED, code=Reason.DEADLINE),
            "You did not get CS 1 (A). Registration for the term is over, so no waitlist moves any "
            "more. Nothing was charged. Ask the registry if you still need a seat.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.WAITLISTED, code=Reason.TIME_CONFLICT),
            "CS 1 (A): A seat came free and went to the next: the section meets at the same time "
            "as one you have. You keep your place on the waitlist. Drop the other one, and the "
            "next free seat can be yours.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.WAITLISTED, code=Reason.CLOSED_SECTION),
            "CS 1 (A): The section was closed, so nobody is moved up now. You keep your place on "
            "the waitlist. If it opens again, the waitlist moves on.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.WAITLISTED, code=Reason.RESUMED),
            "CS 1 (A): The section is open again. You have kept your place on its waitlist.",
        ),
        (
            AnnouncedItem(section=2, state=ItemState.WAITLISTED),
            "Section 2 is full. You are on its waitlist: a free seat goes to the first on it.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.REFUSED, code=Reason.FULL),
            "You did not get CS 1 (A). Every seat is taken. Ask to be waitlisted, or choose another"
            " section.",
        ),
        (
            AnnouncedItem(section=1, state=ItemState.REFUSED, code=Reason("moon")),
            "You did not get CS 1 (A). The reason has the code moon. The registry can tell you "
            "more.",
        ),
        (AnnouncedItem(section=1, state=ItemState.DROPPED), "You dropped CS 1 (A)."),
        (
            AnnouncedItem(section=1, state=ItemState.DROPPED, amount=5),
            "You dropped CS 1 (A). The fee of 0.05 was paid back to your account.",
        ),
    ],
)
def test_each_state_has_its_full_sentence(item: AnnouncedItem, sentence: str) -> None:
    assert texts.sentences([item], {1: "CS 1 (A)"}, str) == [sentence]


def test_email_is_whole_and_every_text_goes_through_the_translation() -> None:
    german = {
        texts.SUBJECTS["decided"]: "Ihre Anmeldung",
        texts.GREETING: "Guten Tag %(name)s,",
        texts.MORE: "Alles steht unter %(site)s.",
        texts.GOODBYE: "Die Verwaltung",
    }
    email = texts.email_text(
        kind="decided",
        lines=["Eins.", "Zwei."],
        reader="Ada",
        site="http://registration.test",
        translate=german.__getitem__,
    )
    assert email == texts.EmailText(
        subject="Ihre Anmeldung",
        body="Guten Tag Ada,\n\nEins.\n\nZwei.\n\n"
        "Alles steht unter http://registration.test.\n\nDie Verwaltung\n",
    )


@pytest.mark.parametrize(("tries", "seconds"), [(1, 10), (2, 20), (5, 160), (10, 3600), (99, 3600)])
def test_waiting_doubles_up_to_an_hour(tries: int, seconds: int) -> None:
    assert wait_seconds(tries) == seconds
