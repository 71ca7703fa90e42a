"""The site as students reach it: a `web` and a `live` process on the running system's stores."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from project.testing.ports import HOST, free_port
from project.testing.system.live import lives
from project.testing.system.processes import COMMANDS, Process
from project.testing.system.running import System
from project.testing.waiting import wait_until

SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Both processes, and the port of `web`."""

    web: Process
    live: Process
    port: int
    live_port: int

    @property
    def address(self) -> str:
        """The address of the pages."""
        return f"http://{HOST}:{self.port}"

    def wait(self) -> None:
        """Wait until both respond; a process that a test has killed is started again."""
        for process, port in ((self.web, self.port), (self.live, self.live_port)):
            process.restart_if_dead()
            wait_until(lambda port=port: lives(port), seconds=SECONDS, why=process.last_words)  # type: ignore[misc]

    def kill_live(self) -> None:
        """End `live` with all processes it has started, whatever server it is."""
        self.live.end()


@contextmanager
def site_of(system: System, **environment: str) -> Iterator[Site]:
    """A site for as long as the block lasts."""
    port, live_port = free_port(), free_port()
    own = {"HOST": HOST, "PORT": str(port), "LIVE_PORT": str(live_port), "WEB_WORKERS": "1"}
    settings = system.environment | own | environment
    site = Site(
        web=_process("web", settings, system.folder),
        live=_process("live", settings, system.folder),
        port=port,
        live_port=live_port,
    )
    try:
        site.wait()
        yield site
    finally:
        site.web.end()
        site.live.end()


@contextmanager
def web_without_database(system: System) -> Iterator[str]:
    """The address of a web process whose PostgreSQL is unreachable."""
    port = free_port()
    own = {"HOST": HOST, "PORT": str(port), "WEB_WORKERS": "1", "TEST_DATABASE": "nowhere"}
    web = _process("web", system.environment | own, system.folder)
    try:
        wait_until(lambda: lives(port), seconds=SECONDS, why=web.last_words)
        yield f"http://{HOST}:{port}"
    finally:
        web.end()


def _process(name: str, environment: dict[str, str], folder: Path) -> Process:
    log = folder / f"site-{name}.log"
    process = Process(command=COMMANDS[name], instance=1, environment=environment, log=log)
    process.start()
    return process
