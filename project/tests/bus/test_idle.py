"""Waiting until nothing is left: what counts as left, and when the waiting ends in an error."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from project.bus.idle import NotIdle, wait_until_idle, work_left
from project.bus.registry import Backlog, bus
from project.tests.bus.toy_domain import ask, batch_of


@pytest.fixture
def unsent(world: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many emails are unsent at each check, 0 at the end; the bus is empty."""
    counts: list[int] = []
    backlog = Backlog(name="emails unsent", count=lambda: counts.pop(0) if counts else 0)
    monkeypatch.setattr(bus, "backlogs", [backlog])
    return counts


@pytest.mark.usefixtures("unsent")
def test_events_batches_and_readers_are_left() -> None:
    assert work_left() == ""
    batch_of(2)
    assert work_left() == "1 batches under way, 2 events before reader"
    ask(3)
    assert work_left() == "3 events in the outbox, 1 batches under way, 2 events before reader"


def test_what_an_app_has_to_do_beside_the_bus_is_left(unsent: list[int]) -> None:
    unsent.append(3)
    assert work_left() == "3 emails unsent"


def test_it_ends_once_two_looks_in_a_row_find_nothing_and_says_what_it_waits_for(
    unsent: list[int],
) -> None:
    unsent.extend([2, 2, 1, 0, 1, 0, 0])
    logged: list[str] = []
    wait_until_idle(every=0, log=logged.append)
    assert logged == ["2 emails unsent", "1 emails unsent", "", "1 emails unsent", ""]
    assert unsent == []


def test_work_that_stands_still_is_an_error_that_names_it(unsent: list[int]) -> None:
    unsent.extend([2] * 1000)
    with pytest.raises(NotIdle, match="No progress for 0 s: 2 emails unsent"):
        wait_until_idle(timeout=0.01, every=0.001)


def test_the_command_says_what_to_look_at(unsent: list[int]) -> None:
    unsent.extend([1, 0, 0])
    out = StringIO()
    call_command("wait_until_idle", stdout=out)
    assert out.getvalue() == "Waiting for 1 emails unsent\nNothing is left to do.\n"
    unsent.extend([1] * 1000)
    with pytest.raises(CommandError, match=r"1 emails unsent.*manage\.py status"):
        call_command("wait_until_idle", timeout=0, stdout=out)
