"""Run commands, and print progress and errors."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

STARTED = time.monotonic()
_PRINTING = threading.Lock()


class UserError(Exception):
    """An error the user can fix; only its text is shown."""


def log(who: str, what: str) -> None:
    """Print one progress line with the seconds since the start."""
    with _PRINTING:
        print(f"{time.monotonic() - STARTED:6.1f} s  {who:<11} {what}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float = 120,
    cwd: str | Path = "/",
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, capturing its output; the caller checks the return code."""
    return subprocess.run(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        input="" if stdin is None else stdin,
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
        cwd=cwd,
    )


def run_or_fail(
    what: str, result: subprocess.CompletedProcess[str], log_file: Path | None = None
) -> str:
    """Return a command's output, or raise UserError with its last lines."""
    if result.returncode == 0:
        return result.stdout
    words = (result.stderr.strip() or result.stdout.strip())[-1500:]
    more = f"\nIts log: {log_file}" if log_file is not None else ""
    raise UserError(f"{what} failed (code {result.returncode}):\n{words}{more}")


def tail_log(file: Path, lines: int = 15) -> str:
    """Return the end of a log."""
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
