"""Dead letters end in the table where people see them, and are acknowledged only then."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError
from kombu import Connection, Producer

from project.bus.dead_letter_queue import _keep, drain_dead_letters
from project.bus.dead_letters import ask_retry
from project.bus.queues import DEAD, DEAD_LETTERS
from project.bus.sql import fetch, run
from project.tests.bus.broker_queues import take_all


def _die(broker: Connection, body: str, *, task: str = "sample.first", **more: Any) -> None:
    Producer(broker.default_channel).publish(
        body, exchange=DEAD, routing_key="decide", headers={"task": task, **more},
        content_type="application/json", content_encoding="utf-8",
    )  # fmt: skip


def _kept() -> list[tuple[str, str]]:
    return fetch("SELECT task, payload->>'body' FROM bus_dead_letter ORDER BY id")


def test_a_dead_letter_becomes_a_row_and_leaves_the_queue(broker: Connection) -> None:
    _die(broker, "[[7], {}, {}]")
    _die(broker, "[[8], {}, {}]", task="sample.second")
    assert drain_dead_letters() == 2
    assert _kept() == [("sample.first", "[[7], {}, {}]"), ("sample.second", "[[8], {}, {}]")]
    assert take_all(broker, DEAD_LETTERS) == []


def test_a_message_whose_row_cannot_be_written_stays_in_the_queue(broker: Connection) -> None:
    _die(broker, "[[7], {}, {}]")
    run("ALTER TABLE bus_dead_letter RENAME TO bus_deadletter_away")
    try:
        with pytest.raises(ProgrammingError):
            drain_dead_letters()
    finally:
        run("ALTER TABLE bus_deadletter_away RENAME TO bus_dead_letter")
    assert drain_dead_letters() == 1
    assert _kept() == [("sample.first", "[[7], {}, {}]")]


UNSTORABLE = {
    "a null character in the body": ("\x00", {}),
    "a null character in a header": ("[]", {"more": "\x00"}),
    "half a character in a header": ("[]", {"more": "\ud800"}),
    "half a character in a header's name": ("[]", {"\udfff": "more"}),
    "half a character in the task's name": ("[]", {"task": "sample.\ud800"}),
    "half a character deep inside": ("[]", {"more": {"deep": [1, {"er": "\ud83d"}]}}),
    "a time": ("[]", {"more": datetime(2026, 1, 1, tzinfo=UTC)}),
}


@pytest.mark.parametrize(("text", "headers"), UNSTORABLE.values(), ids=UNSTORABLE.keys())
def test_what_no_json_column_can_hold_does_not_hide_what_lies_behind_it(
    text: str, headers: dict[str, Any], broker: Connection
) -> None:
    _die(broker, text, **{"task": "sample.first", **headers})
    _die(broker, "[[8], {}, {}]")
    assert drain_dead_letters() == 2
    assert take_all(broker, DEAD_LETTERS) == []
    assert _kept()[1:] == [("sample.first", "[[8], {}, {}]")]


NO_JSON: dict[str, tuple[object, object]] = {
    "not a number": (math.nan, "nan"),
    "endless": (-math.inf, "-inf"),
    "bytes": (b"\xff", "b'\\xff'"),
    "an exact amount": (Decimal("1.50"), "1.50"),
    "names that are numbers": ({1: (2, 3)}, {"1": [2, 3]}),
    "what is JSON": ({"a": [1, 2.5, True, None, "é"]}, {"a": [1, 2.5, True, None, "é"]}),
}


@pytest.mark.parametrize(("value", "stored"), NO_JSON.values(), ids=NO_JSON.keys())
@pytest.mark.usefixtures("world")
def test_what_is_no_json_is_spelled_out(value: object, stored: object) -> None:
    _keep(_Message(headers={"more": value}))
    ((kept,),) = fetch("SELECT payload->'headers'->'more' FROM bus_dead_letter")
    assert json.loads(kept) == stored


def _nested(depth: int) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for _ in range(depth):
        table = {"deeper": table}
    return table


@pytest.mark.usefixtures("world")
def test_what_cannot_be_stored_for_another_reason_is_kept_without_its_headers() -> None:
    _keep(_Message(headers=_nested(5000)))
    ((task, error, text),) = fetch("SELECT task, error, payload->>'body' FROM bus_dead_letter")
    assert (task, text) == ("unknown", "'[[7], {}, {}]'")
    assert "RecursionError" in error


@dataclass
class _Message:
    """What the drain reads of a message."""

    headers: dict[str, Any]
    body: str = "[[7], {}, {}]"


def test_a_drain_has_an_end(broker: Connection) -> None:
    for n in range(5):
        _die(broker, str(n))
    assert drain_dead_letters(at_most=3) == 3
    assert drain_dead_letters() == 2


def test_a_dead_letter_has_no_item_to_retry(broker: Connection) -> None:
    _die(broker, "[[7], {}, {}]")
    drain_dead_letters()
    ((dead_letter,),) = fetch("SELECT id FROM bus_dead_letter")
    assert ask_retry(dead_letter_ids=[dead_letter]) == 0
