"""What a browser does with live news: the real site, a real `live`, and then none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, expect, sync_playwright

from project import live_news
from project.redis import client
from project.tests.inprocess import world_in_process
from project.tests.system.live import live_process, lives, session_of
from project.tests.system.processes import Process, procfile
from project.tests.system.running import HOST, _free_port, base_environment
from project.tests.system.slot import SLOT
from project.tests.system.stores import database_now
from project.tests.system.waiting import wait_until
from project.tests.system.world import World

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs /usr/bin/chromium")

SEATS = """
section => {
  const seats = document.createElement("span");
  seats.dataset.section = section;
  seats.innerHTML = '<b data-live="free">?</b> <b data-live="waiting">?</b>';
  document.querySelector("main").append(seats);
  document.dispatchEvent(new Event("htmx:afterSwap"));
}"""


@pytest.fixture
def day(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop is beside us
    client().flushdb()
    return world_in_process()


@contextmanager
def site(folder: Path, live_url: str) -> Iterator[str]:
    port = _free_port()
    own = {"HOST": HOST, "PORT": str(port), "WEB_WORKERS": "1", "LIVE_URL": live_url}
    environment = {**base_environment(), **SLOT.environment(), "DATABASE_NAME": database_now()}
    process = Process(
        command=procfile()["web"], instance=1, environment=environment | own, log=folder / "web.log"
    )
    process.start()
    try:
        wait_until(lambda: lives(port), seconds=40, why=process.last_words)
        yield f"http://{HOST}:{port}"
    finally:
        process.end()


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()
        connections.close_all()  # beside the browser's loop we have connections of our own


def signed_in(started: Browser, address: str, student: int) -> tuple[Any, list[str]]:
    """A page of the student's, and what its console said."""
    context = started.new_context()
    name, _, value = session_of(student).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def test_an_open_page_is_told_what_changes(day: World, tmp_path: Path) -> None:
    section = day.section(seats=3)
    student = day.students(1)[0]
    day.ready()
    with browser() as started, live_process(tmp_path) as live, site(tmp_path, live) as address:
        page, said = signed_in(started, address, student)
        page.goto(f"{address}/inbox/")
        page.evaluate(SEATS, str(section))
        expect(page.locator("[data-live=free]")).to_have_text("3")
        expect(page.locator("#inbox li")).to_have_count(0)
        day.submit(student, section)
        day.ready()
        expect(page.locator("#inbox")).to_contain_text("M 1")
        expect(page.locator("[data-live=free]")).to_have_text("2")
        client().publish(
            live_news.channel(), live_news.seats_news(fence=10**9, counts={section: (3, 5)})
        )
        expect(page.locator("[data-live=waiting]")).to_have_text("5")
        expect(page.locator("[data-live=free]")).to_have_text("0")
        expect(page.locator("#live-status")).to_be_empty()
        assert said == []
        page.close()


def test_a_page_that_cannot_be_told_says_so(day: World, tmp_path: Path) -> None:
    student = day.students(1)[0]
    day.ready()
    with browser() as started, site(tmp_path, "ws://127.0.0.1:9/live/") as address:
        page, _ = signed_in(started, address, student)
        page.goto(f"{address}/inbox/")
        expect(page.locator("#live-status")).to_contain_text("asks every few seconds")
        page.close()
