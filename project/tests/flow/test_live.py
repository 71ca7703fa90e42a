"""Live updates of open pages: a real process, real sockets."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from project.live import push
from project.ops.redis import client
from project.testing.system.live import (
    SITE,
    Page,
    cut_subscriptions,
    live_process,
    opened,
    page_of,
)
from project.testing.system.world import World

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def live(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("live")
    with live_process(folder) as address:
        yield address


def publish_seats(
    section: int, *, taken: int, waiting: int = 0, fencing_token: int = 10**9
) -> None:
    payload = push.push_seats(fencing_token=fencing_token, counts={section: (taken, waiting)})
    client().publish(push.channel(), payload)


@contextmanager
def watching(live: str, world: World, *, seats: int) -> Iterator[tuple[Page, int]]:
    """A page that watches a section with that many seats and has received its state; and the
    section."""
    section, student = world.section(seats=seats), world.students(1)[0]
    world.ready()
    with page_of(live, student) as page:
        page.watch(section)
        page.receive()
        yield page, section


def test_a_stranger_has_to_sign_in(live: str, quiet_world: World) -> None:
    with opened(live, origin=SITE, additional_headers={"Cookie": "sessionid=nobody"}) as page:
        page.watch(1)
        assert page.ended() == (4401, "Sign in first.")


def test_a_forged_token_is_a_strangers(live: str, quiet_world: World) -> None:
    with opened(live) as page:
        page.socket.send(json.dumps({"token": "a.b.c"}))
        assert page.ended()[0] == 4401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "file://127.0.0.1"]
)
def test_a_page_of_another_site_stays_outside(live: str, quiet_world: World, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(live, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_the_state_comes_at_once_and_then_each_change(live: str, quiet_world: World) -> None:
    section = quiet_world.section(seats=1)
    free_for_all = quiet_world.section(seats=None)
    first, second = quiet_world.students(2)
    quiet_world.ready()
    with page_of(live, first) as page:
        page.watch(section, free_for_all, 10**9)
        page.receive_until("seats", {str(section): [1, 0], str(free_for_all): [None, 0]})
        quiet_world.submit(second, section)
        quiet_world.ready()
        page.receive_until("seats", {str(section): [0, 0]})
        registration = quiet_world.submit(first, section)
        quiet_world.ready()
        changes = _all(page.receive_for(1.5))
    with page_of(live, first) as page:  # and after a lost connection the page watches again
        page.watch(section)
        page.receive_until("seats", {str(section): [0, 1]})
    assert changes == {
        "seats": {str(section): [0, 1]},
        "registration": str(registration),
        "inbox": True,
    }


def test_registrations_are_pushed_to_their_student_alone(live: str, quiet_world: World) -> None:
    section = quiet_world.section()
    mine, other = quiet_world.students(2)
    quiet_world.ready()
    token = {"Authorization": f"Bearer {quiet_world.token(other)}"}
    with page_of(live, mine) as page, opened(live, additional_headers=token) as elsewhere:
        page.watch()
        elsewhere.watch(section)
        elsewhere.receive()
        registration = quiet_world.submit(mine, section)
        quiet_world.ready()
        page.receive_until("registration", str(registration))
        messages = elsewhere.receive_for(1)
    assert messages
    assert all(one.keys() == {"seats"} for one in messages)


def test_a_token_may_come_as_the_first_message(live: str, quiet_world: World) -> None:
    section = quiet_world.section(seats=7)
    student = quiet_world.students(1)[0]
    quiet_world.ready()
    with opened(live) as page:
        page.socket.send(json.dumps({"token": quiet_world.token(student)}))
        page.watch(section)
        assert page.receive()["seats"] == {str(section): [7, 0]}


def test_many_changes_come_as_few_messages_and_the_newest_wins(
    live: str, quiet_world: World
) -> None:
    with watching(live, quiet_world, seats=500) as (page, section):
        for taken in range(1, 301):
            publish_seats(section, taken=taken)
        messages = page.receive_for(1)
    assert 1 <= len(messages) <= 6
    assert messages[-1]["seats"] == {str(section): [200, 0]}


def test_older_counts_that_arrive_late_are_not_shown(live: str, quiet_world: World) -> None:
    with watching(live, quiet_world, seats=10) as (page, section):
        publish_seats(section, taken=5, fencing_token=200)
        publish_seats(section, taken=4, fencing_token=100)
        assert page.receive_for(1)[-1]["seats"] == {str(section): [5, 0]}


def test_a_cut_of_redis_is_survived_and_what_was_missed_comes_after_it(
    live: str, quiet_world: World
) -> None:
    with watching(live, quiet_world, seats=10) as (page, section):
        assert cut_subscriptions()  # that of a site for the browser, too, where there is one
        page.receive_until("live", False)
        client().hset(f"counts:{section}", "taken", 3)  # while nobody is connected to push it
        messages = page.receive_for(3)
        client().hset(f"counts:{section}", "taken", 0)
    assert {"seats": {str(section): [7, 0]}}.items() <= _all(messages).items()
    assert _all(messages)["live"] is True


def _all(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for message in messages for key, value in message.items()}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("no json", 4400),
        ("[" * 4000, 4400),
        ('{"watch": "1"}', 4400),
        ('{"watch": [true]}', 4400),
        ('{"watch": [-1]}', 4400),
        ("[]", 4400),
        (b"bytes", 4400),
        (json.dumps({"watch": list(range(1, 202))}), 4413),
        ('{"watch": []}' + " " * 5000, 4413),
    ],
)
def test_what_cannot_be_understood_ends_the_connection(
    live: str, quiet_world: World, message: str | bytes, code: int
) -> None:
    student = quiet_world.students(1)[0]
    with page_of(live, student) as page:
        page.watch()
        page.socket.send(message)
        ended, reason = page.ended()
    assert ended == code
    assert reason


def test_nobody_has_more_than_twenty_pages(live: str, quiet_world: World) -> None:
    section = quiet_world.section()
    student = quiet_world.students(1)[0]
    quiet_world.ready()
    with ExitStack() as pages:
        for _ in range(20):
            page = pages.enter_context(page_of(live, student))
            page.watch(section)
            page.receive()
        assert pages.enter_context(page_of(live, student)).ended()[0] == 4429


def test_a_message_that_cannot_be_read_disconnects_nobody(live: str, quiet_world: World) -> None:
    with watching(live, quiet_world, seats=10) as (page, section):
        for torn in (b"", b"[]", b'{"seats": {}}', b'{"at": 1, "seats": {"x": 1}}'):
            client().publish(push.channel(), torn)
        publish_seats(section, taken=4)
        assert page.receive()["seats"] == {str(section): [6, 0]}
