"""Make `.venv/` from the hash-locked requirements, once for each state of those files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from devstack.console import UserError, log, run
from devstack.folder import ROOT
from devstack.install import apt_install

VENV = ROOT / ".venv"
FILES = ("requirements.txt", "requirements-dev.txt", "benchmarks/requirements.txt")


def _make() -> None:
    """Create the empty environment, installing the Debian package for it if missing."""
    if (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists():
        return
    if run([sys.executable, "-c", "import ensurepip, venv"]).returncode != 0:
        apt_install(["python3-venv"], "Python's venv")
    log("venv", f"makes .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    result = run([sys.executable, "-m", "venv", VENV], timeout=300)
    if result.returncode != 0:
        raise UserError(f"Could not make {VENV}:\n{result.stdout}{result.stderr}")


def _install() -> None:
    """Install exactly the locked versions; every file's hash is checked."""
    log("venv", "installs the locked requirements (a minute or two the first time)")
    command: list[str | Path] = [
        VENV / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check",
        "--quiet", "--no-input", "--require-hashes", "--no-deps",
    ]  # fmt: skip
    for file in FILES:
        command += ["-r", ROOT / file]
    result = subprocess.run(command, check=False)
    if result.returncode != 0:
        raise UserError("pip could not install the locked requirements; its words are above.")


def make(stamp: Path) -> None:
    """Create it, install the locked versions, and write the stamp."""
    _make()
    _install()
    for old in VENV.glob(".installed-*"):
        old.unlink()
    stamp.touch()
    log("venv", "done")
