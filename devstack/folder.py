"""The checkout, its `.env`, and `.run/`: data, secrets and logs of what it runs."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from devstack.console import UserError, log

ROOT = Path(__file__).resolve().parents[1]
RUN = Path(os.environ.get("RUN_DIR") or ROOT / ".run").resolve()
DOTENV = Path(os.environ.get("ENV_FILE") or ROOT / ".env")
_SETTING = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*")

# Raise it when the `.run/` of the previous version is unusable: other files, or rewritten
# migrations.
LAYOUT = "4"
STAMP = RUN / "layout"


def load_dotenv() -> None:
    """Load variables from `.env` that the environment lacks, as the site itself does."""
    if not DOTENV.is_file():
        return
    for line in DOTENV.read_text().splitlines():
        found = _SETTING.fullmatch(line)
        if found and not line.startswith("#"):
            os.environ.setdefault(found[1], found[2].strip("'\""))


def prepare_run() -> Path:
    """Make `.run/` and return it."""
    try:
        RUN.mkdir(mode=0o755, exist_ok=True)
        if not STAMP.exists() and not _is_of_older_version():
            STAMP.write_text(LAYOUT)
    except PermissionError as error:
        raise UserError(f"No right to write {RUN}: run this as the owner of {ROOT}.") from error
    return RUN


def _is_of_older_version() -> bool:
    made_by = STAMP.read_text() if STAMP.exists() else ""
    return made_by != LAYOUT and (RUN / "secret").exists()


def require_own_layout() -> None:
    """Refuse a `.run/` of an older version: its database has other tables."""
    prepare_run()
    if _is_of_older_version():
        raise UserError(
            f"{RUN} was made by an older version of this project; this one cannot read its data.\n"
            "Keep what you need of it, then type:  make reset\n"
            "It ends what still runs there and deletes the folder."
        )


def kept_secret(name: str) -> str:
    """Return the random text kept in `.run/NAME` (0600), making it the first time."""
    path = prepare_run() / name
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        fresh.replace(path)
    return path.read_text().strip()


def checkout_id() -> str:
    """Return a short name for this checkout's `.run/`, for files that have to be outside it."""
    return hashlib.sha256(str(RUN).encode()).hexdigest()[:12]


@contextlib.contextmanager
def alone(what: str) -> Iterator[None]:
    """Hold a lock, so that one command at a time changes the servers, or the processes."""
    with (prepare_run() / f"{what}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log(what, "another run is at work: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
