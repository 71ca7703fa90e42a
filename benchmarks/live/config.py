"""The configuration of a run, and the `live` process under test."""

from dataclasses import dataclass

from benchmarks.errors import BenchmarkFailed
from benchmarks.procfs import PROC, families, memory_mb, read_environment
from benchmarks.site import Site, reachable
from benchmarks.surge.setup import RunConfig

SPARE_FILES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConfig:
    """How many pages, held by how many processes. `load` is the run while they are open. Then
    `storms` calm windows and as many with a storm, each of `window` seconds with `rate` requests a
    second. All pages have to be open within `opened_within` seconds."""

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
        """The memory (PSS) of the process and its children."""
        return None if self.pid is None else memory_mb(families({"live": self.pid})["live"])


def find_live(site: Site) -> LiveServer:
    """The process next to the site; for a remote site its own address, where a proxy forwards
    `/live/`. Raises `BenchmarkFailed` if none runs."""
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
    """Raises `BenchmarkFailed` if `live` or a client process may not open as many files as it has
    pages."""
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
