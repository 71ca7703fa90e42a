#!/usr/bin/env python
"""Run one process of the system by its name: `python run.py seats`.

The one place that defines the command, database role and priority of each process. The variables
of DEFAULTS come from the environment or `.env`. Each further process of a pool needs its own
INSTANCE.
"""

import contextlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from project.ops.env import VARIABLES

DEFAULTS = {
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "LIVE_PORT": str(VARIABLES["LIVE_PORT"].default),
    "WEB_WORKERS": "2",
    "WEB_THREADS": "4",
    "EMAIL_PORT": str(VARIABLES["EMAIL_PORT"].default),
    "INSTANCE": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """How one process runs. `{PORT}` and the like in `command` come from its environment."""

    role: str
    command: str
    queues: tuple[str, ...] = ()
    nice: int = 0

    def words(self, environment: Mapping[str, str]) -> list[str]:
        """The command as arguments, run by the current Python."""
        known = {name: environment.get(name) or DEFAULTS[name] for name in DEFAULTS}
        values = {**known, "QUEUES": ",".join(self.queues)}
        return [sys.executable, "-m", *(word.format(**values) for word in self.command.split())]


def _pool(name: str, role: str, *queues: str, how: str = "solo", nice: int = 0) -> Process:
    command = (
        f"celery -A project worker -Q {{QUEUES}} -n {name}-{{INSTANCE}}@%h --pool {how}"
        " --without-gossip --without-mingle --loglevel INFO"
    )
    return Process(role=role, command=command, queues=queues, nice=nice)


PROCESSES = {
    "web": Process(
        role="web",
        command="granian --interface wsgi project.wsgi:application --host {HOST} --port {PORT}"
        " --workers {WEB_WORKERS} --blocking-threads {WEB_THREADS} --backpressure 8192"
        " --backlog 8192 --no-ws --respawn-failed-workers",
    ),
    "live": Process(
        role="web",
        command="uvicorn project.asgi:application --host {HOST} --port {LIVE_PORT} --loop uvloop"
        " --http httptools --ws websockets-sansio --ws-per-message-deflate false"
        " --ws-max-size 65536 --ws-ping-interval 30 --ws-ping-timeout 30 --backlog 8192"
        " --lifespan on --timeout-graceful-shutdown 5 --no-access-log --log-level warning",
        nice=5,
    ),
    "relay": Process(role="relay", command="manage relay"),
    "scheduler": Process(role="scheduler", command="manage scheduler"),
    "seats": _pool("seats", "modules", "seats"),
    "payments": _pool(
        "payments", "payments", "authorise", "capture", "accounts", how="threads -c 2"
    ),
    "decide": _pool("decide", "registration", "decide"),
    "catalogue": _pool("catalogue", "registration", "catalogue"),
    "announce": _pool("announce", "notifications", "announce"),
    # With the site's role: it does what the admin's forms do.
    "imports": _pool("imports", "web", "imports", nice=5),
    "email": _pool("email", "notifications", "email", nice=19),
    # Catches mail in development. It needs no database.
    "mailbox": Process(
        role="web",
        command="aiosmtpd -n -l {HOST}:{EMAIL_PORT} -c aiosmtpd.handlers.Mailbox .run/mail",
        nice=19,
    ),
}


def apply_nice(nice: int) -> None:
    """Lower the priority. Linux shares a core among sessions first, so set the session's too."""
    os.nice(nice)
    if os.getsid(0) == os.getpid():
        # Not every kernel has it, and it refuses a second change within a tenth of a second.
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(nice))


def main() -> None:
    """Replace this program by the process."""
    names = sys.argv[1:]
    if len(names) != 1 or names[0] not in PROCESSES:
        sys.exit(f"Say which process: python run.py {'|'.join(PROCESSES)}")
    process = PROCESSES[names[0]]
    if process.nice:
        apply_nice(process.nice)
    os.chdir(Path(__file__).parent)
    words = process.words(os.environ)
    os.execve(words[0], words, {**os.environ, "DB_ROLE": process.role})  # noqa: S606 -- from above


if __name__ == "__main__":
    main()
