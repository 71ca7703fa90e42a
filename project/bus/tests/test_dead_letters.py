"""Dead letters end in the table where people see them, and are acknowledged only then."""

import pytest
from django.db import ProgrammingError
from kombu import Connection, Producer

from project.bus.dead_letters import drain_dead_letters
from project.bus.parking import ask_retry
from project.bus.sql import fetch, run
from project.bus.tests.letters import take_all
from project.queues import DEAD, DEAD_LETTERS


def _die(broker: Connection, body: str, *, task: str = "sample.first", **more: str) -> None:
    Producer(broker.default_channel).publish(
        body, exchange=DEAD, routing_key="settle", headers={"task": task, **more},
        content_type="application/json", content_encoding="utf-8",
    )  # fmt: skip


def _kept() -> list[tuple[str, str]]:
    return fetch("SELECT task, payload->>'body' FROM bus_parked ORDER BY id")


def test_a_dead_letter_becomes_a_row_and_leaves_the_queue(broker: Connection) -> None:
    _die(broker, "[[7], {}, {}]")
    _die(broker, "[[8], {}, {}]", task="sample.second")
    assert drain_dead_letters() == 2
    assert _kept() == [("sample.first", "[[7], {}, {}]"), ("sample.second", "[[8], {}, {}]")]
    assert take_all(broker, DEAD_LETTERS) == []


def test_a_letter_whose_row_cannot_be_written_stays_in_the_queue(broker: Connection) -> None:
    _die(broker, "[[7], {}, {}]")
    run("ALTER TABLE bus_parked RENAME TO bus_parked_away")
    try:
        with pytest.raises(ProgrammingError):
            drain_dead_letters()
    finally:
        run("ALTER TABLE bus_parked_away RENAME TO bus_parked")
    assert drain_dead_letters() == 1
    assert _kept() == [("sample.first", "[[7], {}, {}]")]


def test_what_no_json_column_can_hold_does_not_stop_the_drain(broker: Connection) -> None:
    _die(broker, "null byte \x00 inside", more="\x00")
    _die(broker, "[[8], {}, {}]")
    assert drain_dead_letters() == 2
    assert take_all(broker, DEAD_LETTERS) == []
    assert len(_kept()) == 2


def test_a_drain_has_an_end(broker: Connection) -> None:
    for n in range(5):
        _die(broker, str(n))
    assert drain_dead_letters(at_most=3) == 3
    assert drain_dead_letters() == 2


def test_a_dead_letter_has_no_item_to_retry(broker: Connection) -> None:
    _die(broker, "[[7], {}, {}]")
    drain_dead_letters()
    ((parked,),) = fetch("SELECT id FROM bus_parked")
    assert ask_retry(parked_ids=[parked]) == 0
