"""The number of each process: one setting, with errors that name the fault."""

import pytest

from devstack.console import UserError
from devstack.scale import chosen, commands, numbers

KNOWN = ("web", "seats", "payments")


@pytest.mark.parametrize(
    ("text", "seats", "payments"),
    [("", 1, 1), ("seats=2 payments=3", 2, 3), ("seats=0, payments=64", 0, 64)],
)
def test_there_is_one_of_each_that_is_not_named(
    text: str, seats: int, payments: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALE", text)
    assert numbers(KNOWN) == {"web": 1, "seats": seats, "payments": payments}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("seat=2", "No such process: seat. There are: web, seats, payments."),
        ("seats=two", "SCALE has seats=two, which is not a number of processes"),
        ("seats=65", "SCALE has seats=65, which is not a number of processes"),
        ("seats=-1", "SCALE has seats=-1, which is not a number of processes"),
        ("seats", "SCALE has seats=, which is not a number of processes"),
    ],
)
def test_an_invalid_scale_is_refused(
    text: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALE", text)
    with pytest.raises(UserError, match=sentence.replace(".", r"\.")):
        numbers(KNOWN)


def test_a_login_shells_variables_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL", "/var/mail/somebody")
    monkeypatch.setenv("SCALE", "")
    assert numbers(commands())["email"] == 1


def test_only_existing_processes_can_be_chosen() -> None:
    assert chosen("web, seats") == ["web", "seats"]
    with pytest.raises(UserError, match="No such process: weeb"):
        chosen("weeb")
