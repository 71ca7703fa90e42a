"""The commands: documented options exist, the site is found, the product does not contain them."""

import argparse
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from benchmarks.__main__ import parser
from benchmarks.errors import BenchmarkFailed
from benchmarks.live.config import find_live
from benchmarks.site import Site, find_site, require_alive, require_our_site
from project.ops.env import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "Makefile", *(ROOT / "docs").rglob("*.md")])
NOBODY = Path("/nonexistent/processes.json")


def options_of(command: str) -> set[str]:
    """Every option that a benchmark takes. SystemExit where there is no such benchmark."""
    subparsers = next(
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return set(subparsers.choices[command]._option_string_actions)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_benchmark_named_exists_and_takes_the_documented_options(document: Path) -> None:
    text = document.read_text().replace("\\\n", " ").replace("$(BENCH)", "-m benchmarks")
    for name, rest in re.findall(r"-m benchmarks ([a-z]+)([^\n`#]*)", text):
        for option in re.findall(r"(?<!\S)--[a-z]+", rest):
            assert option in options_of(name), f"{name} {option}"


def site_of(*words: str) -> Site:
    return find_site(parser().parse_args(["pages", *words]))


def test_without_a_site_it_says_how_to_get_one() -> None:
    with pytest.raises(BenchmarkFailed, match="make up"):
        site_of(f"--processes={NOBODY}")


def test_a_site_elsewhere_has_no_processes_here_and_its_live_updates_behind_one_address() -> None:
    site = site_of(f"--processes={NOBODY}", "--site=https://registration.example")
    assert (site.origin, site.processes) == ("https://registration.example:443", {})
    assert site.job == {"host": "registration.example", "port": 443, "tls": True}
    live = find_live(site)
    assert (live.address, live.memory_mb) == ("wss://registration.example:443/live/", None)


@pytest.mark.parametrize("address", ["registration.example", "ftp://a", "http://a/b", "http://a:b"])
def test_what_is_no_address_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        site_of(f"--site={address}")
    assert address in capsys.readouterr().err


class Refuses(BaseHTTPRequestHandler):
    """A site with other keys: nobody's token is good."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Be silent."""


@pytest.fixture
def foreign() -> Iterator[Site]:
    with HTTPServer(("127.0.0.1", 0), Refuses) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Site(host="127.0.0.1", port=server.server_port)
        server.shutdown()
        thread.join()


def test_a_site_with_other_keys_is_recognised_before_anything_is_measured(
    foreign: Site,
) -> None:
    with pytest.raises(BenchmarkFailed, match=r"answers 401.*DATABASE_URL, SECRET_KEY"):
        require_our_site(foreign, token="t")


def test_a_site_that_is_none_is_named(foreign: Site) -> None:
    with pytest.raises(BenchmarkFailed, match=r"http://127\.0\.0\.1:1 does not answer"):
        require_alive(Site(host="127.0.0.1", port=1))
    with pytest.raises(BenchmarkFailed, match="answers 401 at /livez"):
        require_alive(foreign)


def test_the_image_has_no_benchmarks_and_none_of_their_requirements() -> None:
    assert "benchmarks" in (ROOT / ".dockerignore").read_text().splitlines()
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"-r (\S+)", dockerfile) == ["requirements.txt"]
    assert "matplotlib" not in (ROOT / "requirements.txt").read_text()
