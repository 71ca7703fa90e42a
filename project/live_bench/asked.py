"""What is asked of a run, and the `live` process that it is asked of."""

from collections.abc import Mapping
from dataclasses import dataclass

from project.surge.machine import PROC, environment_of, families, memory_mb
from project.surge.stage import Order

SPARE_FILES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How many pages, held by how many processes. `order` is the load while they are open. Then
    `storms` windows in calm and as many in a storm, each of `window` seconds with `rate` requests a
    second. All pages have to be open `opened_within` so many seconds."""

    connections: int
    order: Order
    processes: int = 2
    storms: int = 3
    rate: float = 20.0
    window: float = 45.0
    opened_within: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The `live` process: where it listens, and who it is."""

    address: str
    pid: int

    @property
    def memory_mb(self) -> float:
        """Its memory and its children's (PSS)."""
        return memory_mb(families({"live": self.pid})["live"])


def live_found(roots: Mapping[str, int]) -> Live:
    """`live` among the running processes. Raises LookupError where none runs."""
    if "live-1" not in roots:
        raise LookupError("live does not run: `make up` first")
    environment = environment_of(roots["live-1"])
    host = environment.get("HOST", "127.0.0.1")
    host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 -- asked, not bound
    port = environment.get("LIVE_PORT", "8100")
    return Live(address=f"ws://{host}:{port}/live/", pid=roots["live-1"])


def require_files(asked: Asked, live: Live) -> None:
    """Raises LookupError where `live` or a client may not open as many files as it has pages."""
    limits = (PROC / str(live.pid) / "limits").read_text().splitlines()
    soft = next(line.split()[3] for line in limits if line.startswith("Max open files"))
    _require("live", soft, asked.connections)
    limits = (PROC / "self" / "limits").read_text().splitlines()
    hard = next(line.split()[4] for line in limits if line.startswith("Max open files"))
    _require("a client", hard, -(-asked.connections // asked.processes))


def _require(who: str, allowed: str, pages: int) -> None:
    needed = pages + SPARE_FILES
    if allowed != "unlimited" and int(allowed) < needed:
        raise LookupError(f"{who} may open {allowed} files and needs {needed}: raise `ulimit -n`")
