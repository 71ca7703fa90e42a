"""`manage.py bench`: what 1,000 to 20,000 students cost, drawn and written down."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.environment import ROOT
from project.surge.bench import between_markers, drawn, table

SIZES = (1000, 2000, 5000, 10000, 20000)
PICTURE = ROOT / "docs" / "cost-by-students.png"
DOCUMENT = ROOT / "docs" / "performance.md"


class Command(BaseCommand):
    """Runs the surge at several sizes, all at once, on the site that runs."""

    help = "Run the surge at several sizes; writes docs/performance.md and a picture."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sizes, and on what."""
        parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
        parser.add_argument("--catalogue", type=Path)
        parser.add_argument("--demand", type=Path)
        parser.add_argument("--picture", type=Path, default=PICTURE)
        parser.add_argument("--document", type=Path, default=DOCUMENT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, draw, write."""
        more = [f"--{name}={options[name]}" for name in ("catalogue", "demand") if options[name]]
        runs = [self._run(size, more) for size in sorted(options["sizes"])]
        drawn(runs, options["picture"])
        document: Path = options["document"]
        text = document.read_text() if document.exists() else "# Performance\n"
        lines = _header(more, picture=options["picture"].name) + table(runs)
        document.write_text(between_markers(text, lines))
        self.stdout.write("\n".join(table(runs)))
        self.stdout.write(f"{document} and {options['picture']} are written.")

    def _run(self, size: int, more: list[str]) -> dict[str, Any]:
        self.stdout.write(f"{size:,} students, all at once")
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder, "figures.json")
            command = [sys.executable, "manage.py", "surge", f"--students={size}", "--over=0"]
            done = subprocess.run([*command, *more, f"--json={result}"], cwd=ROOT, check=False)
            if not result.exists():
                raise CommandError(f"The surge of {size:,} students ended with {done.returncode}.")
            figures: dict[str, Any] = json.loads(result.read_text())
            return figures


def _header(more: list[str], *, picture: str) -> list[str]:
    given = [f"{part.partition('=')[0]}={Path(part.partition('=')[2]).name}" for part in more]
    return [
        f"![Cost against students]({picture})",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}, {_machine()}.",
        f"`{' '.join(['manage.py bench', *given])}`: one run of `manage.py surge --over 0` for "
        "each line, the generator on the same machine.",
        "",
    ]


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, Python {platform.python_version()}"
