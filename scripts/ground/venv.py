"""Make `.venv/` from the hash-locked requirements, once for each state of those files.

    python3 scripts/ground/venv.py STAMP

STAMP is a file that is written when all is installed; the Makefile names it after the files' hash.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 -- said in words where an older one runs it
    sys.exit("This needs Python 3.11 or later; name one with PYTHON=…, e.g. make PYTHON=python3.11")

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from ground.common import ROOT, Trouble, run, say  # noqa: E402 -- after the path is set
from ground.install import apt_install  # noqa: E402

VENV = ROOT / ".venv"
FILES = ("requirements.txt", "requirements-dev.txt", "benchmarks/requirements.txt")


def make() -> None:
    """Make the empty environment, with the Debian package for it where that is missing."""
    if (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists():
        return
    if run([sys.executable, "-c", "import ensurepip, venv"]).returncode != 0:
        apt_install(["python3-venv"], "Python's venv")
    say("venv", f"makes .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    result = run([sys.executable, "-m", "venv", VENV], timeout=300)
    if result.returncode != 0:
        raise Trouble(f"Could not make {VENV}:\n{result.stdout}{result.stderr}")


def install() -> None:
    """Install exactly what is locked; every file's hash is checked."""
    say("venv", "installs the locked requirements (a minute or two the first time)")
    command: list[str | Path] = [
        VENV / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check",
        "--quiet", "--no-input", "--require-hashes", "--no-deps",
    ]  # fmt: skip
    for file in FILES:
        command += ["-r", ROOT / file]
    result = subprocess.run(command, check=False)
    if result.returncode != 0:
        raise Trouble("pip could not install the locked requirements; its words are above.")


def main(stamp: Path) -> None:
    """Make, install, and leave the stamp."""
    make()
    install()
    for old in VENV.glob(".installed-*"):
        old.unlink()
    stamp.touch()
    say("venv", "done")


if __name__ == "__main__":
    try:
        main(ROOT / sys.argv[1])
    except Trouble as trouble:
        sys.exit(f"\n{trouble}")
    except KeyboardInterrupt:
        sys.exit("\nStopped by you; run it again to go on.")
