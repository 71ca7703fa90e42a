"""What is asked of a run, and the `live` process that it is asked of."""

from dataclasses import dataclass

from benchmarks.errors import BenchmarkFailed
from benchmarks.procfs import PROC, families, memory_mb, read_environment
from benchmarks.site import Site, reachable
from benchmarks.surge.setup import RunConfig

SPARE_FILES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConfig:
    """How many pages, held by how many processes. `load` is who registers while they are open. Then
    `storms` windows in calm and as many in a storm, each of `window` seconds with `rate` requests a
    second. All pages have to be open `opened_within` so many seconds."""

    connections: int
    load: RunConfig
    processes: int = 2
    storms: int = 3
    rate: float = 20.0
    window: float = 45.0
    opened_within: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveServer:
    """Where `live` listens, and its process if it runs on this machine."""

    address: str
    pid: int | None = None

    @property
    def memory_mb(self) -> float | None:
        """Its memory and its children's (PSS)."""
        return None if self.pid is None else memory_mb(families({"live": self.pid})["live"])


def find_live(site: Site) -> LiveServer:
    """The process beside the site; for a site elsewhere, its own address, where a proxy passes
    `/live/` on. Raises `BenchmarkFailed` where none runs."""
    if not site.processes:
        scheme = "wss" if site.tls else "ws"
        return LiveServer(address=f"{scheme}://{site.host}:{site.port}/live/")
    if "live-1" not in site.processes:
        raise BenchmarkFailed("live does not run: `make up` first.")
    pid = site.processes["live-1"]
    environment = read_environment(pid)
    host = reachable(environment.get("HOST", "127.0.0.1"))
    port = environment.get("LIVE_PORT", "8100")
    return LiveServer(address=f"ws://{host}:{port}/live/", pid=pid)


def require_files(config: LiveConfig, live: LiveServer) -> None:
    """Raises `BenchmarkFailed` where `live` or a client process may not open as many files as it
    has pages."""
    if live.pid is not None:
        _require("live", _limit(str(live.pid), hard=False), config.connections)
    pages = -(-config.connections // config.processes)
    _require("a client process", _limit("self", hard=True), pages)


def _limit(process: str, *, hard: bool) -> str:
    limits = (PROC / process / "limits").read_text().splitlines()
    fields = next(line.split() for line in limits if line.startswith("Max open files"))
    return fields[4 if hard else 3]


def _require(who: str, allowed: str, pages: int) -> None:
    needed = pages + SPARE_FILES
    if allowed != "unlimited" and int(allowed) < needed:
        raise BenchmarkFailed(
            f"{who} may open {allowed} files and needs {needed}: raise `ulimit -n`."
        )
