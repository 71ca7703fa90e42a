"""The program supervisor starts: `python -m devstack.child seats-1 python run.py seats`.

It ends what its predecessor left behind, records itself, and becomes that command.
"""

from __future__ import annotations

import contextlib
import os
import sys

from devstack.machine import start_time
from devstack.records import Process, record


def lead_session() -> None:
    """Start a new session: Linux divides a core among sessions first, PostgreSQL has one for each
    connection, and supervisor's children would share one."""
    with contextlib.suppress(OSError):
        # Supervisor made this the leader of a group, and a leader may not begin a session.
        os.setpgid(0, os.getpgid(os.getppid()))
        os.setsid()


def main() -> None:
    """Become the command."""
    label, *command = sys.argv[1:]
    name, _, number = label.rpartition("-")
    lead_session()
    record(Process(name, int(number), os.getpid(), start_time(os.getpid()) or "gone"))
    os.execvp(command[0], command)  # noqa: S606 -- a line of the Procfile


if __name__ == "__main__":
    main()
