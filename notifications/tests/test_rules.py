"""What is told, and in which words, as tables."""

import pytest

from notifications.rules import words
from notifications.rules.news import announcement
from notifications.rules.post import wait_seconds
from project.messages.fact import Fact
from project.messages.modules import SeatOffered, TermChanged
from project.messages.notifications import News
from project.messages.payments import Amount, Captured, Refunded
from project.messages.registration import (
    Asked,
    Considered,
    Dropped,
    Ended,
    Expired,
    QueueHalted,
    Refused,
    Settled,
    Submitted,
    Verdict,
)

R = "0190f5a0-0000-7000-8000-000000000001"
SUBMITTED = Submitted(
    registration=R,
    student=7,
    programme="CS",
    term=1,
    mode="any",
    on_full="queue",
    items=(Asked(section=1, module="A", credits=1),),
)
OFFERED = SeatOffered(registration=R, student=7, section=1, seat=1, fence=1)


def settled(state: str, code: str = "") -> Settled:
    verdict = Verdict(section=1, state=state, code=code)
    return Settled(registration=R, student=7, items=(verdict,))


def ended(kind: type[Dropped | Expired | Refused], was: str, code: str) -> Fact:
    return kind(registration=R, student=7, items=(Ended(section=1, was=was, code=code),))


GIVEN_UP = ended(Dropped, "confirmed", "given_up")
NOT_REFUNDED = ended(Dropped, "confirmed", "no_refund")


def considered(code: str) -> Considered:
    return Considered(
        registration=R,
        student=7,
        programme="CS",
        section=1,
        credits=1,
        outcome="passed_over",
        code=code,
    )


def halted(*, resumed: bool) -> QueueHalted:
    return QueueHalted(registration=R, student=7, section=1, resumed=resumed)


CAPTURED = Captured(registration=R, student=7, items=(Amount(section=1, amount=500),))
REFUNDED = Refunded(registration=R, student=7, items=(Amount(section=1, amount=500),))


@pytest.mark.parametrize(
    ("root", "facts", "kind", "news"),
    [
        (SUBMITTED, [settled("confirmed"), CAPTURED], "answered", ("confirmed", "", 500)),
        (SUBMITTED, [settled("queued")], "answered", ("queued", "", 0)),
        (SUBMITTED, [settled("refused", "full")], "answered", ("refused", "full", 0)),
        (OFFERED, [settled("confirmed"), CAPTURED], "moved_up", ("confirmed", "", 500)),
        (OFFERED, [settled("refused", "clash")], "refused", ("refused", "clash", 0)),
        (OFFERED, [settled("dropped", "wished")], "dropped", ("dropped", "wished", 0)),
        (GIVEN_UP, [REFUNDED], "dropped", ("dropped", "given_up", 500)),
        (GIVEN_UP, [], "dropped", ("dropped", "given_up", 0)),
        (ended(Expired, "seated", "late"), [], "expired", ("expired", "late", 0)),
        (NOT_REFUNDED, [], "dropped", ("dropped", "no_refund", 0)),
        (OFFERED, [considered("clash")], "passed_over", ("queued", "clash", 0)),
        (OFFERED, [considered("closed_section")], "passed_over", ("queued", "closed_section", 0)),
        (
            ended(Refused, "queued", "deadline"),
            [],
            "waitlist_closed",
            ("refused", "deadline", 0),
        ),
        (halted(resumed=False), [], "waitlist_halted", ("queued", "closed_section", 0)),
        (halted(resumed=True), [], "waitlist_resumed", ("queued", "resumed", 0)),
    ],
)
def test_flow_is_told_by_its_kind(
    root: Fact, facts: list[Fact], kind: str, news: tuple[str, str, int]
) -> None:
    told = announcement(root, facts)
    assert told is not None
    assert (told.kind, told.registration, told.student) == (kind, R, 7)
    assert [(item.state, item.code, item.amount) for item in told.items] == [news]


@pytest.mark.parametrize(
    ("root", "facts"),
    [
        (SUBMITTED, []),
        (OFFERED, []),
        (SUBMITTED, [Settled(registration=R, student=7, items=())]),
        (ended(Refused, "seated", "account_limit"), []),
        (ended(Dropped, "authorised", "wished"), []),
    ],
)
def test_what_is_undecided_or_told_already_is_no_news(root: Fact, facts: list[Fact]) -> None:
    assert announcement(root, facts) is None


def test_fact_that_begins_no_flow_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no flow begins with"):
        announcement(TermChanged(term=1, code="A", name="A"), [])


@pytest.mark.parametrize(
    ("news", "sentence"),
    [
        (
            News(section=1, state="confirmed", amount=123_450),
            "You have a seat in CS 1 (A). The fee of 1,234.50 is on your account.",
        ),
        (News(section=1, state="confirmed"), "You have a seat in CS 1 (A). There is no fee."),
        (
            News(section=1, state="dropped", code="no_refund"),
            "You gave up CS 1 (A). The refund deadline has passed, so its fee is not paid back.",
        ),
        (
            News(section=1, state="refused", code="deadline"),
            "You did not get CS 1 (A). Registration for the term is over, so no waitlist moves any "
            "more. Nothing was charged.",
        ),
        (
            News(section=1, state="queued", code="clash"),
            "A seat in CS 1 (A) came free and went to the next in the queue: the section meets at "
            "the same time as one you have. You keep your place. Drop the other one, and the next "
            "free seat can be yours.",
        ),
        (
            News(section=1, state="queued", code="closed_section"),
            "CS 1 (A) was closed, so nobody is moved up from its queue now. You keep your place, "
            "and nothing is charged.",
        ),
        (
            News(section=1, state="queued", code="resumed"),
            "CS 1 (A) is open again. You have kept your place in its queue.",
        ),
        (
            News(section=2, state="queued"),
            "Section 2 is full. You are in its queue: a seat that comes free goes to the first"
            " in it.",
        ),
        (
            News(section=1, state="refused", code="full"),
            "You did not get CS 1 (A). Every seat is taken. Choose another section, or ask to be"
            " queued.",
        ),
        (
            News(section=1, state="refused", code="moon"),
            "You did not get CS 1 (A). The reason has the code moon; the registry can tell you"
            " more.",
        ),
        (News(section=1, state="dropped"), "You gave up CS 1 (A)."),
        (
            News(section=1, state="dropped", amount=5),
            "You gave up CS 1 (A). The fee of 0.05 was paid back to your account.",
        ),
        (News(section=1, state="unheard-of"), "There is news of your place in CS 1 (A)."),
    ],
)
def test_each_state_has_its_full_sentence(news: News, sentence: str) -> None:
    assert words.sentences([news], {1: "CS 1 (A)"}, str) == [sentence]


def test_letter_is_whole_and_every_text_goes_through_the_translation() -> None:
    german = {
        words.SUBJECTS["answered"]: "Ihre Anmeldung",
        words.GREETING: "Guten Tag %(name)s,",
        words.MORE: "Alles steht unter %(site)s.",
        words.GOODBYE: "Die Verwaltung",
    }
    letter = words.letter(
        kind="answered",
        lines=["Eins.", "Zwei."],
        reader="Ada",
        site="http://registration.test",
        translate=german.__getitem__,
    )
    assert letter == words.Letter(
        subject="Ihre Anmeldung",
        body="Guten Tag Ada,\n\nEins.\n\nZwei.\n\n"
        "Alles steht unter http://registration.test.\n\nDie Verwaltung\n",
    )


@pytest.mark.parametrize(("tries", "seconds"), [(1, 10), (2, 20), (5, 160), (10, 3600), (99, 3600)])
def test_waiting_doubles_up_to_an_hour(tries: int, seconds: int) -> None:
    assert wait_seconds(tries) == seconds
