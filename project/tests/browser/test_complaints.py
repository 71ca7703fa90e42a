"""What counts as an error of a page, and what a reader causes by leaving."""

import pytest

from project.testing.browser.browser_contexts import Visitors, is_of_leaving
from project.testing.browser.site import Site
from project.testing.browser.tcp_proxy import wire_to
from project.testing.waiting import wait_until

UNDER_WAY = """() => {
  new Image().src = "/static/project/nothing.png";
  new WebSocket(location.origin.replace("http", "ws") + "/live/");
}"""


@pytest.mark.parametrize(
    ("report", "leaving"),
    [
        ("failed: net::ERR_ABORTED (http://a/icon.png)", True),
        (
            "warning: WebSocket connection to 'ws://a/live/' failed: WebSocket is closed before the"
            " connection is established. (http://a/live.js)",
            True,
        ),
        ("failed: net::ERR_CONNECTION_REFUSED (http://a/)", False),
        ("error: WebSocket connection to 'ws://a/live/' failed: Error during handshake ()", False),
        ("error: Failed to load resource: the server responded with a status of 500 ()", False),
        ("error: CSP violation: script-src inline ()", False),
        ("script: ReferenceError: x is not defined", False),
    ],
)
def test_what_a_browser_reports_of_a_reader_who_left_is_no_error(
    report: str, leaving: bool
) -> None:
    assert is_of_leaving(report) is leaving


@pytest.mark.parametrize("way", ["closes the page", "goes on to another"])
def test_who_leaves_with_something_on_the_wire_causes_no_error(
    way: str, visitors: Visitors, site: Site
) -> None:
    with wire_to(site.port) as wire:
        page = visitors.come(address=wire.address)
        page.goto("/")
        with wire.holding():
            before = wire.held
            page.evaluate(UNDER_WAY)
            wait_until(lambda: wire.held >= before + 2, seconds=10, why=lambda: wire.held)
            if way == "goes on to another":
                page.goto("about:blank")
            visitors.leave()
    assert visitors.complaints == []


def test_an_error_while_the_page_is_open_counts(visitors: Visitors, site: Site) -> None:
    visitors.come().evaluate("console.error('broken')")
    wait_until(lambda: visitors.complaints, seconds=10, why=lambda: "nothing was reported")
    visitors.leave()
    assert visitors.complaints == ["error: broken ()"]
    visitors.complaints.clear()
