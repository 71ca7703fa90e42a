"""The processes of the Procfile, kept running by supervisor in the numbers of `scale`.

Logs are in `.run/log/NAME-N.log`. Each process gets INSTANCE (its number), HOST, PORT and LIVE_PORT
(one more for each further web and live), and the environment that supervisor was started with.
"""

from __future__ import annotations

import http.client
import os
import shutil
import time

from devstack import records, supervisor
from devstack.console import UserError, log, tail_log
from devstack.folder import alone, require_own_layout
from devstack.machine import HOST, is_open, port, require_free
from devstack.scale import chosen, commands, numbers
from devstack.supervisor import LOGS, STOP_SECONDS, Program

START_SECONDS = 90
WELL = ("RUNNING", "STARTING")


def up(only: str | None) -> int:
    """Start missing processes, stop surplus ones, wait for the site."""
    names = chosen(only)
    require_own_layout()
    with alone("processes"):
        if not supervisor.is_up():
            records.end_left_behind(STOP_SECONDS)
        wanted = [_program(name, n) for name in names for n in range(1, _wanted()[name] + 1)]
        others = [_program(name, number) for name, number in _known() if name not in names]
        stopped = supervisor.configure([*others, *wanted])
        before = supervisor.states()
        fresh = [one for one in wanted if before[one.label]["statename"] not in WELL]
        for program in fresh:
            if before[program.label]["statename"] == "BACKOFF":
                continue  # it exited, and supervisor is about to restart it
            _require_port(program)
            supervisor.ask("startProcess", f"{program.label}:{program.label}", False)
    if stopped:
        log("processes", f"ended {', '.join(stopped)}")
    if fresh:
        log("processes", f"started {', '.join(one.label for one in fresh)}")
        _wait_ready(fresh)
    log("processes", "all up" if fresh or stopped else "already running")
    return 0


def down(only: str | None) -> int:
    """Stop the running processes, all at the same time."""
    names = chosen(only)
    with alone("processes"):
        if not supervisor.is_up():
            records.end_left_behind(STOP_SECONDS)
            log("processes", "none was running")
            return 0
        ending = [f"{name}-{number}" for name, number in _known() if name in names]
        supervisor.stop(ending)
        if only is None:
            supervisor.shut_down()
            records.end_left_behind(STOP_SECONDS)
    log("processes", f"ended {', '.join(ending)}")
    return 0


def status() -> int:
    """Print one line per process; 0 only if all that were started are running."""
    found = supervisor.states()
    if not found:
        print("no process runs: make up")
    for label, state in found.items():
        print(f"{label:<14} {state['statename'].lower():<9} {state['description']}")
    if found.get("web-1", {}).get("statename") == "RUNNING" and is_open(port("PORT", 8000)):
        print(f"\nhttp://{HOST}:{port('PORT', 8000)}/")
    return 0 if found and all(one["statename"] in WELL for one in found.values()) else 1


def logs(only: str | None) -> int:
    """Follow the logs until interrupted."""
    names = chosen(only)
    files = sorted(p for p in LOGS.glob("*.log") if p.stem.rpartition("-")[0] in names)
    if not files:
        raise UserError("There are no logs yet: run `make up`.")
    tail = shutil.which("tail") or "/usr/bin/tail"
    os.execv(tail, [tail, "-n", "15", "-F", *map(str, files)])  # noqa: S606 -- tail itself


def _wanted() -> dict[str, int]:
    return numbers(commands())


def _known() -> list[tuple[str, int]]:
    """Name and number of all programs in the configuration of supervisor."""
    labels = (label.rpartition("-") for label in supervisor.states())
    return [(name, int(number)) for name, _, number in labels if name in commands()]


def environment_of(name: str, number: int) -> dict[str, str]:
    """Return the variables added to the environment of one process."""
    site = port("PORT", 8000)
    return {
        "INSTANCE": str(number),
        "HOST": os.environ.get("HOST_ADDRESS") or HOST,
        "PORT": str(site + (number - 1 if name == "web" else 0)),
        "LIVE_PORT": str(port("LIVE_PORT", 8100) + (number - 1 if name == "live" else 0)),
        # Links point to the first web process, whichever process writes them.
        "SITE_URL": os.environ.get("SITE_URL") or f"http://127.0.0.1:{site}",
    }


def _program(name: str, number: int) -> Program:
    return Program(name, number, commands()[name], environment_of(name, number))


def _require_port(program: Program) -> None:
    """Refuse to start on a port that is in use."""
    listens = {"web": ("PORT", "the site"), "live": ("LIVE_PORT", "live updates")}
    if program.name in listens:
        variable, what = listens[program.name]
        require_free(int(program.environment[variable]), variable, what)
    elif program.name == "mailbox":
        require_free(port("EMAIL_PORT", 11025), "EMAIL_PORT", "the development mailbox")


def _wait_ready(fresh: list[Program]) -> None:
    """Wait until each has run for two seconds and each new web and live answers `/livez`."""
    waiting = list(fresh)
    deadline = time.monotonic() + START_SECONDS
    while waiting:
        found = supervisor.states()
        for one in waiting:
            if found[one.label]["statename"] in ("BACKOFF", "EXITED", "FATAL"):
                raise UserError(f"{one.label} ended at once:\n{tail_log(one.log)}")
        waiting = [one for one in waiting if not _is_ready(one, found[one.label]["statename"])]
        if waiting and time.monotonic() > deadline:
            raise UserError(f"{waiting[0].label} does not answer. Its log: {waiting[0].log}")
        time.sleep(0.2)


def _is_ready(program: Program, state: str) -> bool:
    site = {"web": "PORT", "live": "LIVE_PORT"}.get(program.name)
    return state == "RUNNING" and (site is None or _answers(int(program.environment[site])))


def _answers(site: int) -> bool:
    """Return whether the site on a port answers `/livez`."""
    link = http.client.HTTPConnection(HOST, site, timeout=2)
    try:
        link.request("GET", "/livez")
        return link.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()
