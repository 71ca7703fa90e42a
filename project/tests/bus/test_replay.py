"""Replay: equal byte for byte, and red with the row's name at the slightest difference."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from project.bus.consumers import Consumer
from project.bus.registry import Subscription, bus
from project.bus.replay import Difference, replay_check
from project.bus.runner import move_cursor, run_cursor
from project.bus.sequencer import sequence_outbox
from project.bus.sql import fetch, run
from project.bus.store import append
from project.bus.subscriptions import project_recorded
from project.testing.db_threads import aside
from project.tests.bus.toy_domain import READINGS, TOTALS, Replied, Requested, ask, record

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def _some_history(world: None) -> None:
    record(*(Requested(thing=str(n % 7), amount=n) for n in range(30)), Replied(thing="x"))
    with transaction.atomic():
        append([Replied(thing="y")], flow_ids=[1])


def test_replay_is_equal_and_leaves_nothing_behind() -> None:
    outcome = replay_check()
    assert outcome.differences == ()
    assert (outcome.events, outcome.rows) == (32, 9)
    assert fetch("SELECT count(*) FROM pg_tables WHERE schemaname = 'replay'") == [(0,)]


def test_replay_says_so_and_ends_well() -> None:
    output = io.StringIO()
    call_command("replay", stdout=output)
    assert "32 events give the same 9 rows, byte for byte" in output.getvalue()


def _red() -> tuple[Difference, ...]:
    output = io.StringIO()
    with pytest.raises(CommandError, match="not equal"):
        call_command("replay", stdout=output)
    differences = replay_check().differences
    for difference in differences:
        assert (difference.live or difference.replayed or "?") in output.getvalue()
    return differences


def test_one_live_column_changed_by_sql_is_named() -> None:
    run("UPDATE sample_total SET total = total + 1 WHERE thing = '3'")
    (difference,) = _red()
    assert difference.table == "sample_total"
    assert str(difference.live).startswith("(3,")
    assert str(difference.replayed).startswith("(3,")
    assert difference.live != difference.replayed


def test_a_time_that_is_off_by_a_millionth_of_a_second_is_named() -> None:
    run("UPDATE sample_total SET at = at + interval '1 microsecond' WHERE thing = '5'")
    (difference,) = _red()
    assert str(difference.live).startswith("(5,")


def test_a_live_row_more_or_less_is_named() -> None:
    run("DELETE FROM sample_replied WHERE thing = 'x'")
    run("INSERT INTO sample_total VALUES ('smuggled', 1, 1, '2026-01-01')")
    missing, more = _red()
    assert (missing.live, more.replayed) == (None, None)
    assert "smuggled" in str(more.live)


def test_one_hidden_event_is_named() -> None:
    run("ALTER TABLE bus_event DISABLE TRIGGER events_are_append_only")
    try:
        run("DELETE FROM bus_event WHERE type = 'sample.replied.v1' AND data->>'thing' = 'x'")
        (difference,) = _red()
    finally:
        run("ALTER TABLE bus_event ENABLE TRIGGER events_are_append_only")
    assert (difference.table, difference.replayed) == ("sample_replied", None)
    assert ",x," in str(difference.live)


def _without(projection_sql: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(TOTALS, sql=projection_sql(TOTALS.sql))
    monkeypatch.setitem(bus.projections, Requested, [changed])


def test_one_removed_line_of_a_projection_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(lambda sql: sql.replace("total = t.total + excluded.total, ", ""), monkeypatch)
    assert {difference.table for difference in _red()} == {"sample_total"}
    assert len(_red()) == 7


def test_one_removed_projection_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bus.projections, Replied, [])
    differences = _red()
    assert [(one.table, one.replayed) for one in differences] == [("sample_replied", None)] * 2


def test_a_projection_may_read_nothing_but_events_and_its_own_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _without(lambda sql: sql.replace("FROM event", "FROM event, bus_outbox o", 1), monkeypatch)
    with pytest.raises(ProgrammingError, match="permission denied for table bus_outbox"):
        replay_check()


def test_a_subscription_is_replayed_as_far_as_its_cursor_has_come() -> None:
    reading = Subscription(
        name="sample.reading", queue="catalogue", app="sample", events=(Requested,),
        projections=(READINGS,), tables=("sample_read",),
    )  # fmt: skip
    bus.register_subscription(reading)
    sequence_outbox()
    work = Consumer(
        task="sample.reading", queue="catalogue", cursor="sample.reading", events=(Requested,),
        handler=lambda flow_ids: project_recorded(reading, flow_ids),
    )  # fmt: skip
    run_cursor(work, is_redelivered=False)
    ask(2)
    sequence_outbox()
    assert replay_check().differences == ()
    move_cursor("sample.reading", 1000)
    assert {one.table for one in replay_check().differences} == {"sample_read"}


def test_replay_while_others_write_sees_one_moment() -> None:
    seen: list[int] = []

    def tick(count: int) -> None:
        with aside(lambda: ask(3)):
            pass
        seen.append(count)

    assert replay_check(tick=tick).differences == ()
    assert seen
