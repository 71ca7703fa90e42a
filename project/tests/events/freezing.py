"""Whether files are unchanged since a release, according to git."""

import os
import shutil
import subprocess
from pathlib import Path


class NothingToCompareError(Exception):
    """There is nothing to compare with; the message says why."""


def changed_since(tag: str, *, folder: Path) -> list[str]:
    """Files of the folder that were changed or removed since the tag, as git lists them (`M` or
    `D`, then the path). New files do not count. Raises NothingToCompareError."""
    if shutil.which("git") is None:
        raise NothingToCompareError("git is not installed")
    here = _git(folder, "rev-parse", "--git-dir")
    if here.returncode:
        raise NothingToCompareError(f"git knows no repository here ({here.stderr.strip()})")
    if _git(folder, "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}^{{commit}}").returncode:
        raise NothingToCompareError(f"there is no tag {tag}")
    found = _git(
        folder, "diff", "--exit-code", "--no-renames", "--diff-filter=a", "--name-status", tag,
        "--", ".",
    )  # fmt: skip
    if found.returncode > 1:
        raise RuntimeError(found.stderr)
    return found.stdout.splitlines()


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Inside a git hook, variables would name another repository.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", *words], cwd=folder, env=ours, capture_output=True, text=True, check=False
    )
