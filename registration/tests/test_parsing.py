"""Every malformed request has its own error."""

import json
from typing import Any

import pytest

from project.events.vocabulary import Mode, OnFull
from project.web.errors.base import Refusal
from registration.parsing import BODY_BYTES, parse_idempotency_key, parse_request
from registration.rules.request import RegistrationRequest

GOOD = {"sections": [3, 1], "mode": "all", "on_full": "waitlist"}


def refusal(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_request(body, at_most=8)
    return caught.value


def test_good_body() -> None:
    read = parse_request(json.dumps(GOOD).encode(), at_most=8)
    assert read == RegistrationRequest(sections=(3, 1), mode=Mode.ALL, on_full=OnFull.WAITLIST)


@pytest.mark.parametrize(
    ("credits", "quarters"), [(4, 16), (4.0, 16), (3.5, 14), (0.25, 1), (0, 0), (99.75, 399)]
)
def test_credits_are_chosen_beside_a_section(credits: float, quarters: int) -> None:
    sections = [3, {"section": 1, "credits": credits}]
    read = parse_request(json.dumps({**GOOD, "sections": sections}).encode(), at_most=8)
    assert (read.sections, read.chosen_credits) == ((3, 1), {1: quarters})
    assert read.canonical == f"3,1:{quarters};all;waitlist"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"sections": None}, "sections", "has to be a list"),
        ({"sections": "1"}, "sections", "has to be a list"),
        ({"sections": []}, "sections", "is empty"),
        ({"sections": [True]}, "sections[0]", "is a boolean"),
        ({"sections": [1, 2.0]}, "sections[1]", "is a fraction"),
        ({"sections": ["1"]}, "sections[0]", "is a string"),
        ({"sections": [None]}, "sections[0]", "is null"),
        ({"sections": [[1]]}, "sections[0]", "is a list"),
        ({"sections": [{}]}, "sections[0]", "exactly the fields"),
        ({"sections": [1, {"section": 2}]}, "sections[1]", "exactly the fields"),
        ({"sections": [{"section": 1, "credits": 1, "x": 1}]}, "sections[0]", "exactly the fields"),
        ({"sections": [{"section": "1", "credits": 1}]}, "sections[0].section", "is a string"),
        ({"sections": [{"section": 0, "credits": 1}]}, "sections[0].section", "out of range"),
        ({"sections": [1, {"section": 1, "credits": 2}]}, "sections", "twice"),
        *[
            ({"sections": [{"section": 1, "credits": wrong}]}, "sections[0].credits", "in quarters")
            for wrong in (None, True, "3", [3], 0.3, 3.1, -1, 99.8, 1e300, float("nan"))
        ],
        ({"sections": [0]}, "sections[0]", "out of range"),
        ({"sections": [-1]}, "sections[0]", "out of range"),
        ({"sections": [2**63]}, "sections[0]", "out of range"),
        ({"sections": [1, 1]}, "sections", "twice"),
        ({"mode": "some"}, "mode", '"all" or "any"'),
        ({"mode": True}, "mode", '"all" or "any"'),
        ({"mode": "all\x00"}, "mode", '"all" or "any"'),
        ({"on_full": ["waitlist"]}, "on_full", '"waitlist" or "refuse"'),
    ],
)
def test_malformed_field(changes: dict[str, Any], field: str, words: str) -> None:
    error = refusal(json.dumps({**GOOD, **changes}).encode())
    assert (error.code, error.status, error.extra) == ("malformed", 400, {"field": field})
    assert words in error.detail
    assert error.fix


@pytest.mark.parametrize("name", GOOD)
def test_missing_field(name: str) -> None:
    error = refusal(json.dumps({k: v for k, v in GOOD.items() if k != name}).encode())
    assert (error.code, error.extra) == ("malformed", {"field": name})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"sections": [' + b"9" * 5000 + b'], "mode": "all", "on_full": "waitlist"}',
        b"[" * 8000,
        b" " * (BODY_BYTES + 1),
        json.dumps({**GOOD, "\ud800": 1}).encode(),
    ],
)
def test_malformed_body(body: bytes) -> None:
    error = refusal(body)
    assert (error.code, error.status) == ("malformed", 400)


def test_too_many_sections() -> None:
    error = refusal(json.dumps({**GOOD, "sections": list(range(1, 10))}).encode())
    assert (error.code, error.status) == ("too_many_sections", 409)
    assert error.detail == "One request takes at most 8 sections; this one has 9."


@pytest.mark.parametrize("header", [None, "", "a b", "é", "x" * 201])
def test_unusable_key(header: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        parse_idempotency_key(header)
    assert (caught.value.code, caught.value.status) == ("idempotency_key_missing", 400)
