"""Allocation as tables: who asks, in which order, and what becomes of it."""

import pytest

from modules.rules.allocation import Decision, Matter, allocate, counts_after
from modules.tests.halls import Model, drop, submit
from project.messages.modules import SeatOffered, SeatsDecided, SeatsReleased


def decided(model: Model, *matters: Matter) -> list[Decision]:
    hall = model.hall(matters)
    decisions = allocate(hall=hall, matters=matters, fence=1000)
    model.apply(decisions)
    after = counts_after(hall=hall, decisions=decisions)
    assert after == {s: (len(model.taken(s)), len(model.waiting(s))) for s in model.seats}
    return decisions


def said(decisions: list[Decision]) -> list[str]:
    return [line for decision in decisions for line in _lines(decision)]


def _lines(decision: Decision) -> list[str]:
    fact = decision.fact
    if isinstance(fact, SeatsDecided):
        return [
            f"{fact.registration} {i.section} {i.outcome} {i.seat or i.code or i.position or ''}"
            for i in fact.items
        ]
    if isinstance(fact, SeatsReleased):
        return [f"{fact.registration} {i.section} was {i.was} {i.seat or ''}" for i in fact.items]
    assert isinstance(fact, SeatOffered)
    return [f"{fact.registration} {fact.section} offered {fact.seat or ''}"]


ANN, BEN, CAT, DAN = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("seats", "line", "outcome"),
    [
        pytest.param(
            {7: 1},
            [submit(1, ANN, 7), submit(2, BEN, 7)],
            ["r1 7 seated 1", "r2 7 queued 2"],
            id="last seat goes to the first, the next one queues",
        ),
        pytest.param(
            {7: 1},
            [submit(1, ANN, 7), submit(2, BEN, 7, on_full="refuse")],
            ["r1 7 seated 1", "r2 7 refused full"],
            id="who does not want to queue is refused",
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
            id="in all a place in the queue counts as fulfilled",
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
            id="a freed seat goes to the first in the queue at once",
        ),
        pytest.param(
            {7: 1},
            [(one := submit(1, ANN, 7)), (two := submit(2, BEN, 7)), submit(3, CAT, 7),
             drop(4, two, 7), drop(5, one, 7)],
            ["r1 7 seated 1", "r2 7 queued 2", "r3 7 queued 3", "r2 7 was waiting ",
             "r1 7 was allocated 1", "r3 7 offered 1"],
            id="who left the queue is not called",
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
def test_line(seats: dict[int, int | None], line: list[Matter], outcome: list[str]) -> None:
    assert said(decided(Model(seats=seats), *line)) == outcome


def test_seat_that_was_added_goes_to_the_queue_before_any_newcomer() -> None:
    model = Model(seats={7: 1})
    decided(model, submit(1, ANN, 7), submit(2, BEN, 7))
    model.seats[7] = 2
    outcome = decided(model, submit(3, CAT, 7, on_full="refuse"))
    assert said(outcome) == ["r2 7 offered 2", "r3 7 refused full"]


def test_offer_begins_a_flow_and_an_answer_names_its_cause() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    outcome = decided(model, first, submit(2, BEN, 7), drop(3, first, 7))
    assert [decision.cause for decision in outcome] == [1, 2, 3, None]


def test_fences_grow_with_every_allocation() -> None:
    model = Model(seats={7: 2, 8: 2})
    decided(model, submit(1, ANN, 7, 8), submit(2, BEN, 7))
    assert [held.fence for held in model.live.values()] == [1000, 1001, 1002]


def test_late_submission_keeps_its_place_in_the_queue() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    decided(model, first, submit(3, CAT, 7))
    decided(model, submit(2, BEN, 7))
    assert said(decided(model, drop(4, first, 7))) == ["r1 7 was allocated 1", "r2 7 offered 1"]


def test_reading_a_queue_too_short_is_loud() -> None:
    model = Model(seats={7: 1})
    first = submit(1, ANN, 7)
    decided(model, first, submit(2, BEN, 7), submit(3, CAT, 7))
    blind = model.hall([])
    with pytest.raises(RuntimeError, match="read too short"):
        allocate(hall=blind, matters=[drop(4, first, 7)], fence=1)
