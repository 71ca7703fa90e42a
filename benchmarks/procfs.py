"""CPU and memory of processes, read from /proc."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def find_processes(*, processes: Path, services: Path) -> dict[str, int]:
    """Process ids by name: our processes (`web-1` …) and the three servers."""
    ours = json.loads(processes.read_text()) if processes.exists() else []
    found = {f"{row['name']}-{row['number']}": int(row["pid"]) for row in ours}
    servers = json.loads(services.read_text())["pids"] if services.exists() else {}
    found.update({name: int(pid) for name, pid in servers.items() if pid})
    return {name: pid for name, pid in found.items() if (PROC / str(pid)).exists()}


def read_environment(pid: int) -> dict[str, str]:
    """The environment a process was started with."""
    pairs = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    split = (pair.decode(errors="replace").partition("=") for pair in pairs if pair)
    return {name: value for name, _, value in split}


def families(processes: dict[str, int]) -> dict[str, list[int]]:
    """Each root with all its descendants."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    return {name: _descendants(root, children) for name, root in processes.items()}


def _parents() -> Iterator[tuple[int, int]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                yield int(entry.name), int(fields[1])


def _descendants(root: int, children: dict[int, list[int]]) -> list[int]:
    found = [root]
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; empty if the process is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def cpu_seconds(pids: list[int]) -> float:
    """CPU time used by processes, and by their children that have ended."""
    used = (sum(map(int, fields[11:15])) for fields in map(_stat, pids) if fields)
    return sum(used) / TICKS


def memory_mb(pids: list[int]) -> float:
    """Memory of processes (PSS: what they share is divided among them)."""
    return sum(map(_pss_kb, pids)) / 1024


def _pss_kb(pid: int) -> int:
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass  # gone, or another user's
    return 0
