"""Live counts that are missing are shown as not known, and requested: no page makes them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis import RedisError

from project.bus import rebuilding
from project.live import seat_counts
from project.ops.redis import client
from registration import services
from registration.tests import factories
from registration.tests.factories import Flow
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db
SECTION = 1


@pytest.fixture
def student() -> Iterator[int]:
    client().flushdb()
    factories.section(SECTION)
    factories.window()
    yield factories.student()
    client().flushdb()


@pytest.fixture
def flow(student: int) -> Flow:
    services.plan_add(student=student, section=SECTION)
    return factories.flow(student, SECTION)


def _page(address: str) -> Callable[[Flow], str]:
    def read(flow: Flow) -> str:
        answer = browser(flow.student).get(address.format(registration=flow.id), follow=True)
        return plain(answer.content.decode())

    return read


def _api(flow: Flow) -> Any:
    (found,) = factories.client(flow.student).get("/api/v1/sections/").json()["results"]
    return {name: found[name] for name in ("seats", "taken", "waiting", "free")}


UNKNOWN = "? of 10 free ? on the waitlist"
READERS: dict[str, tuple[Callable[[Flow], Any], Callable[[Any], bool]]] = {
    "catalogue": (_page("/catalogue/"), lambda text: UNKNOWN in text),
    "section": (_page(f"/catalogue/sections/{SECTION}/"), lambda text: UNKNOWN in text),
    "plan": (_page("/plan/"), lambda text: UNKNOWN in text),
    "drop": (
        _page(f"/registrations/{{registration}}/drop/{SECTION}/"),
        lambda text: "We'll drop it as soon" in text and "Waiting for a seat here" not in text,
    ),
    "seats": (
        lambda flow: browser(flow.student).get(f"/seats/?ids={SECTION}").json(),
        lambda counts: counts == {"1": {"free": None, "waiting": None}},
    ),
    "API": (
        _api,
        lambda counts: counts == {"seats": 10, "taken": None, "waiting": None, "free": None},
    ),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_missing_count_is_not_known_and_requested_but_not_made(reader: str, flow: Flow) -> None:
    read, is_unknown = READERS[reader]
    with CaptureQueriesContext(connection) as seen:
        found = read(flow)
    assert is_unknown(found), found
    assert rebuilding.is_requested(seat_counts.NAME)
    assert [query["sql"] for query in seen if "modules_" in query["sql"]] == []


def test_a_count_that_is_there_is_not_requested(flow: Flow) -> None:
    client().hset(seat_counts.count_key(SECTION), mapping={"taken": 3, "waiting": 0})
    assert "7 of 10 free 0 on the waitlist" in _page("/catalogue/")(flow)
    assert not rebuilding.is_requested(seat_counts.NAME)


@pytest.mark.parametrize("reader", READERS)
def test_without_redis_every_reader_answers_all_the_same(
    reader: str, flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise RedisError("down")

    monkeypatch.setattr(seat_counts, "client", refuse)
    read, is_unknown = READERS[reader]
    assert is_unknown(read(flow))
