"""When, where and on which commit figures were measured."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from project.ops.env import ROOT


def now() -> str:
    """Date and time."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def commit() -> str:
    """The commit, and whether the work tree differs from it."""
    git = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def machine() -> str:
    """Cores, processor, memory and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
