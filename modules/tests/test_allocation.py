"""Allocation as tables: who asks, in which order, and what becomes of it."""

import pytest

from modules.rules.allocation import AllocationResult, allocate
from modules.rules.seat_snapshot import SeatEvent
from modules.tests.allocation_model import Model, drop, submit
from project.messages.fact import Fact
from project.messages.modules import SeatOffered, SeatsDecided, SeatsReleased


def in_words(result: AllocationResult) -> list[str]:
    return [line for event in result.events for line in _lines(event)]


def _lines(event: Fact) -> list[str]:
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
    ("seats", "line", "outcome"),
    [
        pytest.param(
            {7: 1},
            [submit(1, ANN, 7), submit(2, BEN, 7)],
            ["r1 7 seated 1", "r2 7 queued 2"],
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
            ["r1 7 seated 1", "r2 8 refused together", "r2 7 refused full"],
            id="all or nothing takes nothing",
        ),
        pytest.param(
            {7: 1, 8: 1},
            [submit(1, ANN, 7), submit(2, BEN, 8, 7, mode="all")],
            ["r1 7 seated 1", "r2 8 seated 1", "r2 7 queued 2"],
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
            ["r1 7 seated 1", "r2 7 queued 2", "r3 7 queued 3", "r1 7 was allocated 1",
             "r2 7 offered 1"],
            id="a freed seat goes to the first on the waitlist at once",
        ),
        pytest.param(
            {7: 1},
            [(one := submit(1, ANN, 7)), (two := submit(2, BEN, 7)), submit(3, CAT, 7),
             drop(4, two, 7), drop(5, one, 7)],
            ["r1 7 seated 1", "r2 7 queued 2", "r3 7 queued 3", "r2 7 was waiting ",
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
            ["r2 7 was nothing ", "r2 7 refused ended"],
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
def test_line(seats: dict[int, int | None], line: list[SeatEvent], outcome: list[str]) -> None:
    assert in_words(Model(seats=seats).decide(*line)) == outcome


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
    assert result.causes == (1, 2, 3, None)


def test_fencing_tokens_grow_with_every_allocation() -> None:
    model = Model(seats={7: 2, 8: 2})
    result = model.decide(submit(1, ANN, 7, 8), submit(2, BEN, 7))
    assert [seat.fencing_token for seat in result.taken] == [1000, 1001, 1002]


def test_more_seats_than_fencing_tokens_are_loud() -> None:
    snapshot = Model(seats={7: None}).snapshot([])
    line = [submit(n, n, 7) for n in range(1, 4)]
    assert len(allocate(snapshot=snapshot, events=line, fencing_tokens=range(3)).taken) == 3
    with pytest.raises(RuntimeError, match="more seats at once than fencing tokens"):
        allocate(snapshot=snapshot, events=line, fencing_tokens=range(2))


def test_seat_that_was_given_and_came_back_is_freed_and_not_taken() -> None:
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
