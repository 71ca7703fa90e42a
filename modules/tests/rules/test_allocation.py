"""Allocation as tables: requests in position order, and their decisions."""

from collections.abc import Callable
from typing import Any

import pytest

from modules.rules.allocation import AllocationResult, allocate
from modules.rules.seat_snapshot import SeatEvent
from modules.tests.rules.allocation_model import Model, drop, edit, pass_over, submit
from project.events.base import Event
from project.events.modules import SeatOffered, SeatsDecided, SeatsReleased, SectionChanged


def in_words(result: AllocationResult) -> list[str]:
    return [line for event in result.events for line in _lines(event)]


def _lines(event: Event) -> list[str]:
    if isinstance(event, SeatsDecided):
        return [
            f"{event.registration} {i.section} {i.outcome} {i.seat or i.code or i.position or ''}"
            for i in event.items
        ]
    if isinstance(event, SeatsReleased):
        return [f"{event.registration} {i.section} was {i.was} {i.seat or ''}" for i in event.items]
    assert isinstance(event, SeatOffered)
    return [f"{event.registration} {event.section} offered {event.seat or ''}"]


ANN, BEN, CAT, DAN = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("seats", "events", "outcome"),
    [
        pytest.param(
            {7: 1},
            [submit(1, ANN, 7), submit(2, BEN, 7)],
            ["r1 7 seated 1", "r2 7 waitlisted 2"],
            id="last seat goes to the first, the next one is waitlisted",
        ),
        pytest.param(
            {7: 1},
            [submit(1, ANN, 7), submit(2, BEN, 7, on_full="refuse")],
            ["r1 7 seated 1", "r2 7 refused full"],
            id="who does not want to wait is refused",
        ),
        pytest.param(
            {7: 1, 8: 1},
            [submit(1, ANN, 7), submit(2, BEN, 8, 7, mode="all", on_full="refuse")],
            ["r1 7 seated 1", "r2 8 refused all_or_nothing", "r2 7 refused full"],
            id="all or nothing takes nothing",
        ),
        pytest.param(
            {7: 1, 8: 1},
            [submit(1, ANN, 7), submit(2, BEN, 8, 7, mode="all")],
            ["r1 7 seated 1", "r2 8 seated 1", "r2 7 waitlisted 2"],
            id="in all a waitlist entry counts as fulfilled",
        ),
        pytest.param(
            {7: 1, 8: 1},
            [submit(1, ANN, 7), submit(2, BEN, 8, 7, on_full="refuse")],
            ["r1 7 seated 1", "r2 8 seated 1", "r2 7 refused full"],
            id="any gives what there is",
        ),
        pytest.param(
            {7: None},
            [submit(1, ANN, 7), submit(2, BEN, 7)],
            ["r1 7 seated ", "r2 7 seated "],
            id="unlimited seats have no number",
        ),
        pytest.param(
            {7: 0}, [submit(1, ANN, 7)], ["r1 7 refused closed_section"], id="no seats is closed"
        ),
        pytest.param(
            {7: 1}, [submit(1, ANN, 9)], ["r1 9 refused unknown_section"], id="unknown section"
        ),
        pytest.param(
            {7: 3},
            [submit(1, ANN, 7), submit(2, ANN, 7)],
            ["r1 7 seated 1", "r2 7 refused already_registered"],
            id="nobody has two seats in a section",
        ),
        pytest.param(
            {7: 1},
            [(one := submit(1, ANN, 7)), submit(2, BEN, 7), submit(3, CAT, 7), drop(4, one, 7)],
            ["r1 7 seated 1", "r2 7 waitlisted 2", "r3 7 waitlisted 3", "r1 7 was allocated 1",
             "r2 7 offered 1"],
            id="a freed seat goes to the first on the waitlist at once",
        ),
        pytest.param(
            {7: 1},
            [(one := submit(1, ANN, 7)), (two := submit(2, BEN, 7)), submit(3, CAT, 7),
             drop(4, two, 7), drop(5, one, 7)],
            ["r1 7 seated 1", "r2 7 waitlisted 2", "r3 7 waitlisted 3", "r2 7 was waiting ",
             "r1 7 was allocated 1", "r3 7 offered 1"],
            id="who left the waitlist is offered nothing",
        ),
        pytest.param(
            {7: 1},
            [(one := submit(1, ANN, 7)), drop(2, one, 7), submit(3, BEN, 7), drop(4, one, 7)],
            ["r1 7 seated 1", "r1 7 was allocated 1", "r3 7 seated 1", "r1 7 was nothing "],
            id="released twice is released once",
        ),
        pytest.param(
            {7: 1},
            [drop(1, (late := submit(2, ANN, 7)), 7), late],
            ["r2 7 was nothing ", "r2 7 refused already_over"],
            id="an end before the beginning leaves a tombstone",
        ),
        pytest.param(
            {7: 3},
            [(one := submit(1, ANN, 7)), submit(2, BEN, 7), drop(3, one, 7), submit(4, CAT, 7)],
            ["r1 7 seated 1", "r2 7 seated 2", "r1 7 was allocated 1", "r4 7 seated 1"],
            id="the lowest free seat is given",
        ),
        pytest.param(
            {7: 1},
            [(one := submit(1, ANN, 7)), drop(2, one, 7), submit(3, ANN, 7)],
            ["r1 7 seated 1", "r1 7 was allocated 1", "r3 7 seated 1"],
            id="who dropped may come again",
        ),
    ],
)  # fmt: skip
def test_events_in_order(
    seats: dict[int, int | None], events: list[SeatEvent], outcome: list[str]
) -> None:
    assert in_words(Model(seats=seats).decide(*events)) == outcome


def test_seat_that_was_added_goes_to_the_waitlist_before_any_newcomer() -> None:
    model = Model(seats={7: 1})
    model.decide(submit(1, ANN, 7), submit(2, BEN, 7))
    model.seats[7] = 2
    result = model.decide(submit(3, CAT, 7, on_full="refuse"))
    assert in_words(result) == ["r2 7 offered 2", "r3 7 refused full"]


def test_offer_begins_a_flow_and_every_other_event_names_its_cause() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    result = model.decide(first, submit(2, BEN, 7), drop(3, first, 7))
    assert result.flow_ids == (1, 2, 3, None)


def test_fencing_tokens_grow_with_every_allocation() -> None:
    model = Model(seats={7: 2, 8: 2})
    result = model.decide(submit(1, ANN, 7, 8), submit(2, BEN, 7))
    assert [seat.fencing_token for seat in result.taken] == [1000, 1001, 1002]


def test_more_seats_than_fencing_tokens_are_loud() -> None:
    snapshot = Model(seats={7: None}).snapshot([])
    events = [submit(n, n, 7) for n in range(1, 4)]
    assert len(allocate(snapshot=snapshot, events=events, fencing_tokens=range(3)).taken) == 3
    with pytest.raises(RuntimeError, match="more seats at once than fencing tokens"):
        allocate(snapshot=snapshot, events=events, fencing_tokens=range(2))


def test_seat_that_was_allocated_and_released_is_freed_and_not_taken() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    result = model.decide(first, drop(2, first, 7))
    assert (result.taken, [seat.fencing_token for seat in result.freed]) == ((), [1000])


def test_seat_that_changes_hands_is_freed_by_one_and_taken_by_the_other() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    model.decide(first, submit(2, BEN, 7))
    result = model.decide(drop(3, first, 7), first_token=2000)
    assert [(seat.student, seat.seat) for seat in result.freed] == [(ANN, 1)]
    assert [(seat.student, seat.seat) for seat in result.taken] == [(BEN, 1)]
    assert result.counts == {7: (1, 0)}


def test_late_submission_keeps_its_position_on_the_waitlist() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    model.decide(first, submit(3, CAT, 7))
    model.decide(submit(2, BEN, 7))
    result = model.decide(drop(4, first, 7), first_token=2000)
    assert in_words(result) == ["r1 7 was allocated 1", "r2 7 offered 1"]


def test_reading_a_waitlist_too_short_is_loud() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    model.decide(first, submit(2, BEN, 7), submit(3, CAT, 7))
    blind = model.snapshot([])
    with pytest.raises(RuntimeError, match="read too short"):
        allocate(snapshot=blind, events=[drop(4, first, 7)], fencing_tokens=range(9))


# One seat of section 7. Ann has it; Ben, Cat and Dan are waitlisted in this order.
WAITLIST = [submit(1, ANN, 7), submit(2, BEN, 7), submit(3, CAT, 7), submit(4, DAN, 7)]


def offers(result: AllocationResult) -> list[SeatOffered]:
    return [event for event in result.events if isinstance(event, SeatOffered)]


class Offers:
    """A model in which each seat on offer can be passed over."""

    def __init__(self, *more: SeatEvent, **model: Any) -> None:
        self.model = Model(seats={7: 1, 8: 1}, **model)
        self.model.decide(*WAITLIST, *more)
        self.position = 10

    def do(self, event: Callable[[int], SeatEvent]) -> SeatOffered | None:
        """Decide the event, at the next position; the offer that follows, if one does."""
        self.position += 1
        result = self.model.decide(event(self.position), first_token=1000 * self.position)
        return next(iter(offers(result)), None)

    def drop(self, of: SeatEvent, *sections: int) -> SeatOffered | None:
        return self.do(lambda position: drop(position, of, *sections))

    def pass_over(self, offer: SeatOffered | None) -> SeatOffered | None:
        assert offer is not None
        return self.do(lambda position: pass_over(position, offer))


def who(offer: SeatOffered | None) -> int | None:
    return offer.student if offer else None


def test_the_seat_goes_down_the_waitlist_once_and_then_stays_free() -> None:
    offers = Offers()
    offer = offers.drop(WAITLIST[0], 7)
    seen = []
    while offer is not None:
        seen.append(offer.student)
        offer = offers.pass_over(offer)
    assert seen == [BEN, CAT, DAN]
    assert [entry.student for entry in offers.model.waiting(7)] == [BEN, CAT, DAN]
    assert offers.model.counts()[7] == (0, 3)


def all_passed_over(**model: Any) -> Offers:
    offers = Offers(submit(5, DAN, 8), **model)
    offer = offers.drop(WAITLIST[0], 7)
    while offer is not None:
        offer = offers.pass_over(offer)
    return offers


def test_student_passed_over_gets_the_seat_once_their_schedule_has_changed() -> None:
    offers = all_passed_over()
    assert who(offers.drop(submit(5, DAN, 8), 8)) == DAN, "Dan dropped what stood in the way"


def test_student_passed_over_gets_the_seat_once_the_registry_changed_them() -> None:
    offers = all_passed_over()
    assert who(offers.do(lambda position: edit(position, CAT))) == CAT
    assert offers.do(lambda position: edit(position, BEN)) is None, "the seat is on offer to Cat"


def test_student_passed_over_is_first_again_when_the_next_seat_comes_free() -> None:
    offers = Offers()
    assert who(offers.pass_over(offers.drop(WAITLIST[0], 7))) == CAT
    assert who(offers.drop(WAITLIST[2], 7)) == BEN


def test_a_newcomer_takes_the_seat_that_all_were_passed_over_for() -> None:
    offers = all_passed_over()
    assert offers.do(lambda position: submit(position, 9, 7)) is None
    assert [seat.student for seat in offers.model.taken(7)] == [9]


def test_student_passed_over_may_leave() -> None:
    offers = all_passed_over()
    offers.drop(WAITLIST[1], 7)
    assert [entry.student for entry in offers.model.waiting(7)] == [CAT, DAN]
    assert offers.do(lambda position: edit(position, BEN)) is None


def test_a_pass_over_that_comes_twice_or_after_the_end_does_nothing() -> None:
    offers = Offers()
    offer = offers.drop(WAITLIST[0], 7)
    assert who(offers.pass_over(offer)) == CAT
    assert offers.pass_over(offer) is None
    offers = Offers()
    offer = offers.drop(WAITLIST[0], 7)
    assert who(offers.drop(WAITLIST[1], 7)) == CAT, "Ben dropped what was offered to him"
    assert offers.pass_over(offer) is None
    assert [entry.student for entry in offers.model.waiting(7)] == [DAN]


def test_a_section_that_changed_is_offered_to_all_who_were_passed_over() -> None:
    offers = all_passed_over()
    changed = SectionChanged(
        section=7, term=1, module=7, module_code="M7", code="A", seats=1, credit_quarters=16
    )
    offer = offers.do(
        lambda position: SeatEvent(flow_id=position, position=position, event=changed)
    )
    assert who(offer) == BEN


@pytest.mark.parametrize("still", [{"closed": {7}}, {"over": {7}}])
@pytest.mark.parametrize("event", [lambda n: drop(n, WAITLIST[0], 7), lambda n: edit(n, BEN)])
def test_no_waitlist_moves_in_a_closed_section_or_after_the_deadline(
    still: dict[str, set[int]], event: Callable[[int], SeatEvent]
) -> None:
    offers = Offers()
    offers.model.closed, offers.model.over = still.get("closed", set()), still.get("over", set())
    offers.drop(WAITLIST[0], 7)
    assert offers.do(event) is None
    assert [entry.student for entry in offers.model.waiting(7)] == [BEN, CAT, DAN]


def test_after_the_deadline_a_newcomer_gets_a_free_seat_but_is_not_waitlisted() -> None:
    offers = Offers()
    offers.model.over = {7}
    offers.drop(WAITLIST[0], 7)
    offers.do(lambda position: submit(position, 9, 7))
    offers.do(lambda position: submit(position, 10, 7))
    assert [seat.student for seat in offers.model.taken(7)] == [9]
    assert [entry.student for entry in offers.model.waiting(7)] == [BEN, CAT, DAN]
