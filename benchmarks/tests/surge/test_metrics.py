"""Counting a run: what is lost, what contradicts, what is no surge."""

from typing import Any

import pytest

from benchmarks.surge.metrics import (
    Answered,
    Pressure,
    Tally,
    contradictions,
    count_outcomes,
    not_a_surge,
    per_second,
    percentile,
)
from benchmarks.surge.sizes_report import BEGIN, END, replace_between_markers


def outcome(status: int, *, id: str = "", kind: str = "allowed", code: str = "") -> dict[str, Any]:
    return {"status": status, "id": id, "kind": kind, "code": code}


def test_counts_come_from_what_clients_received() -> None:
    crowd = {
        "outcomes": [
            outcome(202, id="a"),
            outcome(202, id="b"),
            outcome(409, kind="time_conflict", code="time_conflict"),
            outcome(0),
        ],
        "errors_5xx": 1,
    }
    final = {
        "errors_5xx": 1,
        "registrations": {
            "a": {"status": "decided", "items": [[1, "confirmed"], [2, "waitlisted"]]},
            "b": {"status": "decided", "items": [[3, "refused"]]},
        },
    }
    tally = count_outcomes(crowd, final)
    assert (tally.requests, tally.accepted, tally.refused_on_submission) == (4, 2, 1)
    assert (tally.lost, tally.errors_5xx, tally.items, tally.invalid_accepted) == (0, 2, 3, 0)
    assert tally.states == {"confirmed": 1, "waitlisted": 1, "refused": 1}
    assert tally.codes == {"time_conflict": 1, "0": 1}


@pytest.mark.parametrize("end", [{"status": "pending", "items": []}, {"status": "missing"}, None])
def test_an_accepted_request_without_an_answer_is_lost(end: dict[str, Any] | None) -> None:
    crowd = {"outcomes": [outcome(202, id="a")], "errors_5xx": 0}
    final = {"errors_5xx": 0, "registrations": {"a": end} if end else {}}
    assert count_outcomes(crowd, final).lost == 1


def test_a_forbidden_request_that_was_accepted_is_reported() -> None:
    crowd = {"outcomes": [outcome(202, id="a", kind="time_conflict")], "errors_5xx": 0}
    assert count_outcomes(crowd, {"errors_5xx": 0, "registrations": {}}).invalid_accepted == 1


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50.0, 95.0, 99.0]
    assert percentile([3.0], 0.99) == 3.0
    assert percentile([], 0.5) == 0.0


def look(status: str | None, *, asked: float, received: float) -> dict[str, Any]:
    return {"id": "a", "status": status, "asked": asked, "received": received}


@pytest.mark.parametrize(
    ("seen", "wrong"),
    [
        (look("decided", asked=110, received=110.1), 0),
        (look("pending", asked=104, received=104.1), 0),
        (look(None, asked=1, received=2), 0),
        (look("decided", asked=104, received=104.1), 1),
        (look("pending", asked=120, received=120.1), 1),
    ],
)
def test_followers_are_held_against_the_log(seen: dict[str, Any], wrong: int) -> None:
    answers = {"a": Answered(registration="a", submitted=100, answered=105)}
    assert contradictions([seen], answers) == wrong


def test_an_answer_the_log_does_not_know_contradicts() -> None:
    assert contradictions([look("decided", asked=1, received=2)], {}) == 1


def tally(**changed: Any) -> Tally:
    plain: dict[str, Any] = {
        "requests": 100,
        "accepted": 95,
        "refused_on_submission": 5,
        "errors_5xx": 0,
        "lost": 0,
        "items": 200,
        "states": {"waitlisted": 20},
        "codes": {},
        "invalid_accepted": 0,
    }
    return Tally(**{**plain, **changed})


FULL = Pressure(offered=50, filled=20, passed_on=3)


def test_a_surge_is_a_surge() -> None:
    assert not_a_surge(tally(), FULL) == []


@pytest.mark.parametrize(
    ("counts", "pressure", "word"),
    [
        (tally(accepted=84), FULL, "accepted"),
        (tally(), Pressure(offered=50, filled=4, passed_on=3), "filled"),
        (tally(states={"waitlisted": 9}), FULL, "waitlisted"),
        (tally(), Pressure(offered=50, filled=20, passed_on=0), "passed on"),
    ],
)
def test_what_is_no_surge_says_why(counts: Tally, pressure: Pressure, word: str) -> None:
    reasons = not_a_surge(counts, pressure)
    assert len(reasons) == 1
    assert word in reasons[0]


def test_rates_over_no_time_are_zero() -> None:
    assert per_second(10, first=5, last=5) == 0
    assert per_second(10, first=5, last=7) == 5


def test_the_table_replaces_the_one_before() -> None:
    once = replace_between_markers("# Performance\n\nWords.\n", ["one"])
    twice = replace_between_markers(once, ["two"])
    assert once == f"# Performance\n\nWords.\n\n{BEGIN}\none\n{END}\n"
    assert twice == once.replace("one", "two")
