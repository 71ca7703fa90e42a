"""What pages load: no injected script, and few bytes."""

from typing import Any

from django.test import Client
from playwright.sync_api import Page

from project.testing import terminal_summary
from project.testing.browser.browser_contexts import Visitors
from project.testing.browser.page_catalogue import NEWCOMER, Sights
from project.testing.browser.site import Site
from project.testing.browser.tcp_proxy import Wire, wire_to

HEAVIEST = 100_000
QUIET_MS = 200
# The same pages with less on them.
LIGHT = {"empty", "nothing found", "none", "old", "good", "over"}


def test_a_script_that_somebody_smuggles_in_does_not_run(
    sights: Sights, visitors: Visitors, seen: Any
) -> None:
    visitors.expected.append("CSP violation: script-src-elem inline|Content Security Policy")
    page = visitors.come(sights.person(NEWCOMER))
    page.goto("/plan/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.isMine = true'}))"
    )
    assert page.evaluate("window.isMine") is None
    assert any("CSP violation: script-src-elem inline" in one for one in visitors.complaints)


def weight(wire: Wire, page: Page, path: str) -> int:
    """Bytes from the site until nothing more comes, with an empty cache."""
    before = wire.carried
    page.goto(path, wait_until="load")
    carried = -1
    while carried != wire.carried:
        carried = wire.carried
        page.wait_for_timeout(QUIET_MS)
    return carried - before


def test_the_first_visit_costs_less_than_100_kilobytes_on_any_page(
    sights: Sights, site: Site, visitors: Visitors, record_property: Any
) -> None:
    heaviest: dict[str, int] = {}
    with wire_to(site.port) as wire:
        for sight in sights.all():
            if sight.status == 200 and not sight.reach and sight.state not in LIGHT:
                person = None if sight.who is None else sights.person(sight.who)
                page = visitors.come(person, address=wire.address)
                heaviest[str(sight)] = weight(wire, page, sight.path)
                page.context.close()
    size, name = max((bytes, name) for name, bytes in heaviest.items())
    visit = f"The heaviest first visit: {size / 1000:.0f} kB, {name}"
    record_property(terminal_summary.NAME, visit)
    assert {name: bytes for name, bytes in heaviest.items() if bytes > HEAVIEST} == {}


def test_pages_and_files_go_out_compressed_and_the_answers_of_the_api_as_they_are(
    client: Client,
) -> None:
    paths = ("/offline/", "/static/project/site.css", "/api/v1/sections/")
    answers = [client.get(path, headers={"accept-encoding": "gzip"}) for path in paths]
    encodings = [answer.headers.get("Content-Encoding") for answer in answers]
    assert encodings == ["gzip", "gzip", None]
    assert len(answers[2].content) > 200  # else it would not be worth compressing
