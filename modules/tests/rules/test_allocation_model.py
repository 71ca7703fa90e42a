"""Allocation with generated inputs: never oversold, never undersold, in position order."""

from collections.abc import Sequence
from itertools import count, cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.rules.seat_snapshot import SeatEvent
from modules.tests.rules.allocation_model import Model, drop, pass_over, submit
from project.events.base import Event
from project.events.modules import SeatOffered, SeatsDecided
from project.events.registration import Submitted

pytestmark = pytest.mark.slow

SECTIONS = (1, 2, 3)
seats = st.fixed_dictionaries({s: st.sampled_from([None, 0, 1, 2, 3]) for s in SECTIONS})
submissions = st.tuples(
    st.integers(1, 6),
    st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["all", "any"]),
    st.sampled_from(["waitlist", "refuse"]),
)
drops = st.tuples(st.integers(0, 30), st.sampled_from(SECTIONS))
steps = st.lists(st.one_of(submissions, drops), max_size=30)


def as_events(drawn: list[tuple[object, ...]]) -> list[SeatEvent]:
    history: list[SeatEvent] = []
    submissions: list[SeatEvent] = []
    for position, one in enumerate(drawn, start=1):
        if len(one) == 4:
            student, sections, mode, on_full = one
            made = submit(position, student, *sections, mode=mode, on_full=on_full)  # type: ignore[misc,arg-type]
            submissions.append(made)
            history.append(made)
        elif submissions:
            which, section = one
            history.append(drop(position, submissions[which % len(submissions)], section))  # type: ignore[operator,arg-type]
    return history


def run(model: Model, history: list[SeatEvent], window: int) -> list[Event]:
    events: list[Event] = []
    for start in range(0, len(history), window):
        part = history[start : start + window]
        events += model.decide(*part, first_token=1000 * start + 1).events
        for section in model.seats:
            assert not (model.has_seat(section) and model.waiting(section)), "undersold"
    return events


def in_words(events: list[Event]) -> list[tuple[str, ...]]:
    """Without fencing tokens, which depend on how the events were batched."""
    return [_words(event) for event in events]


def _words(event: Event) -> tuple[str, ...]:
    if isinstance(event, SeatOffered):
        return (event.registration, str(event.section), str(event.seat))
    data = event.to_data()
    items = [{k: v for k, v in item.items() if k != "fencing_token"} for item in data["items"]]
    return (data["registration"], str(items))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seats=seats, drawn=steps, window=st.integers(1, 8))
def test_however_the_events_are_batched_no_seat_is_oversold_or_free_and_decisions_are_the_same(
    seats: dict[int, int | None], drawn: list[tuple[object, ...]], window: int
) -> None:
    history = as_events(drawn)
    piecemeal = run(Model(seats=dict(seats)), history, window)
    assert in_words(piecemeal) == in_words(
        run(Model(seats=dict(seats)), history, max(len(history), 1))
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seats=seats, drawn=steps, window=st.integers(1, 8))
def test_taken_freed_and_counts_are_what_the_events_say(
    seats: dict[int, int | None], drawn: list[tuple[object, ...]], window: int
) -> None:
    model, history = Model(seats=dict(seats)), as_events(drawn)
    for start in range(0, len(history), window):
        before, freed_before = set(model.live.values()), len(model.freed)
        result = model.decide(*history[start : start + window], first_token=1000 * start + 1)
        now = model.live.values()
        assert list(result.taken) == [seat for seat in now if seat not in before]
        assert list(result.freed) == model.freed[freed_before:]
        assert result.counts == model.counts()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seats=seats, drawn=steps)
def test_nobody_seated_has_overtaken_a_waiting_student(
    seats: dict[int, int | None], drawn: list[tuple[object, ...]]
) -> None:
    model = Model(seats=dict(seats))
    history = as_events(drawn)
    positions = {
        e.event.registration: e.position for e in history if isinstance(e.event, Submitted)
    }
    for event in history:
        before = {section: model.waiting(section) for section in model.seats}
        result = model.decide(event, first_token=1000 * event.position)
        for registration, section in _seated(result.events):
            passed = [p for p in before[section] if p.position < positions[registration]]
            assert all(entry not in model.waiting(section) for entry in passed)


def _seated(events: Sequence[Event]) -> list[tuple[str, int]]:
    found = []
    for event in events:
        if isinstance(event, SeatOffered):
            found.append((event.registration, event.section))
        elif isinstance(event, SeatsDecided):
            found += [(event.registration, i.section) for i in event.items if i.outcome == "seated"]
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seats=seats,
    drawn=steps,
    decided_items=st.lists(st.booleans(), min_size=1, max_size=40),
    window=st.integers(1, 4),
)
def test_offers_that_are_passed_over_come_to_an_end_and_leave_no_seat_free_while_a_student_waits(
    seats: dict[int, int | None],
    drawn: list[tuple[object, ...]],
    decided_items: list[bool],
    window: int,
) -> None:
    """Each offer is taken up or passed over, as drawn, before the next event."""
    model, history = Model(seats=dict(seats)), as_events(drawn)
    accepts, position = cycle(decided_items), count(1000)
    for start in range(0, len(history), window):
        events = model.decide(*history[start : start + window], first_token=next(position) * 1000)
        on_offer = [one for one in events.events if isinstance(one, SeatOffered)]
        laps = 0
        while on_offer:
            laps += 1
            assert laps < 1000, "the same seats go round and round"
            offer = on_offer.pop(0)
            if next(accepts) and (offer.section, offer.student) in model.live:
                number = next(position)
                passed = model.decide(pass_over(number, offer), first_token=number * 1000)
                on_offer += [one for one in passed.events if isinstance(one, SeatOffered)]
        for section in model.seats:
            idle = [one for one in model.waiting(section) if one not in model.passed]
            assert not (model.has_seat(section) and idle), "undersold"
