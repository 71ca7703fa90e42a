"""`visitors` for tests: they visit a site whose stores are empty but for `world`."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from devstack.install import browser as chromium
from project.testing.browser.browser_contexts import Visitors
from project.testing.browser.browser_thread import BrowserThread
from project.testing.browser.page_catalogue import Sights
from project.testing.browser.seed_data import University
from project.testing.browser.site import Site, site_of
from project.testing.system.running import System
from project.testing.system.world import World

# Without GPU, QUIC and calls to the browser's maker.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # A host name that the site does not have, for the page that says so.
    "--host-resolver-rules=MAP elsewhere.example 127.0.0.1",
)  # fmt: skip
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def browser_thread() -> Iterator[BrowserThread]:
    """The thread of the browser."""
    thread = BrowserThread()
    yield thread
    thread.end()


@pytest.fixture(scope="session")
def chrome(browser_thread: BrowserThread) -> Iterator[Browser]:
    """One Chromium for all tests of this worker. `make browser` installs it."""
    program = chromium()
    if program is None:
        pytest.skip("needs a Chromium: `make browser`")
    engine = browser_thread.do(sync_playwright().start)
    expect.set_options(timeout=PATIENCE_MS)
    browser = engine.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()
    engine.stop()


@pytest.fixture(scope="session")
def seen(browser_thread: BrowserThread) -> Any:
    """Playwright's `expect`: waits until something is to be seen."""
    return browser_thread.lent(expect)


@pytest.fixture(scope="session")
def warm_site(warm_system: System) -> Iterator[Site]:
    """The site, started once per worker; tests take `site`."""
    with site_of(warm_system) as site:
        yield site


@pytest.fixture
def site(system: System, warm_site: Site) -> Site:
    """The site on empty stores."""
    warm_site.wait()
    return warm_site


@pytest.fixture
def visitors(site: Site, chrome: Browser) -> Iterator[Visitors]:
    """No visitor yet. Fails at the end if a browser reported an unexpected error."""
    some = Visitors(browser=chrome, address=site.address)
    yield some
    some.leave()
    assert some.complaints == []


@pytest.fixture
def university(world: World) -> University:
    """A term of a small university, known to every service."""
    university = University(world=world)
    university.begin()
    return university


@pytest.fixture
def sights(university: University) -> Sights:
    """Students in every situation there is."""
    sights = Sights(university=university)
    sights.begin()
    return sights
