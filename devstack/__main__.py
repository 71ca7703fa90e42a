"""python3 -m devstack COMMAND

up, down, status   the private PostgreSQL, Redis and RabbitMQ, on loopback (`--only rabbitmq`)
install            only see to their programs
env [ROLE]         print DATABASE_URL and the others for a shell; ROLE is `owner`
vhost NAME         make a RabbitMQ vhost and print its address (`--drop` removes it)
processes …        up, down, status, logs of the Procfile's processes (`--only web,relay`);
                   SCALE="seats=2" says how many of each
reset              end everything and delete `.run/`: database, mail, secrets, logs
venv STAMP         make `.venv/` from the locked requirements, and leave the file STAMP
browser            see to the Chromium that the tests of pages drive (CHROMIUM names another)
translations       write the texts of the pages to project/locale (`--check`: change nothing, fail
                   where one lacks its translation); runs in `.venv/`

Ports: PG_PORT 15432, REDIS_PORT 16379, RABBIT_PORT 15673, RABBIT_DIST_PORT 25673, EPMD_PORT 14369,
from the environment or `.env`. Data, passwords and logs lie under `.run/` (or RUN_DIR, with ports
of its own: another set); `.run/services.json` says where everything is.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- an older Python gets a readable error
    sys.exit("This needs Python 3.11 or later; name one with PYTHON=…, e.g. make PYTHON=python3.11")

import argparse
from pathlib import Path

from devstack import install, postgres, processes, servers, venv
from devstack.console import UserError
from devstack.folder import ROOT, alone, load_dotenv
from devstack.machine import Ports


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m devstack", usage=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in ("up", "down"):
        commands.add_parser(name).add_argument("--only", choices=list(servers.SERVERS))
    for name in ("status", "install", "reset", "browser"):
        commands.add_parser(name)
    ours = commands.add_parser("processes").add_subparsers(dest="what", required=True)
    for name in ("up", "down", "logs"):
        ours.add_parser(name).add_argument("--only", metavar="NAMES")
    ours.add_parser("status")
    one = commands.add_parser("vhost")
    one.add_argument("name")
    one.add_argument("--drop", action="store_true")
    commands.add_parser("env").add_argument("role", nargs="?", default=postgres.OWNER)
    commands.add_parser("venv").add_argument("stamp", type=Path)
    commands.add_parser("translations").add_argument("--check", action="store_true")
    return parser.parse_args()


def do(given: argparse.Namespace) -> int:
    """Do one command."""
    if given.command == "processes":
        return _processes(given)
    if given.command == "translations":
        from devstack import translations

        return translations.main(is_check=given.check)
    if given.command in ("up", "down", "status", "vhost", "env"):
        return _servers(given, Ports.from_environment())
    _prepare(given)
    return 0


def _processes(given: argparse.Namespace) -> int:
    if given.what == "status":
        return processes.status()
    deeds = {"up": processes.up, "down": processes.down, "logs": processes.logs}
    return deeds[given.what](given.only)


def _servers(given: argparse.Namespace, ports: Ports) -> int:
    if given.command == "up":
        return servers.up(ports, given.only)
    if given.command == "down":
        return servers.down(given.only)
    if given.command == "vhost":
        return servers.vhost(ports, given.name, given.drop)
    if given.command == "env":
        return servers.environment(ports, given.role)
    return servers.status(ports)


def _prepare(given: argparse.Namespace) -> None:
    if given.command == "install":
        with alone("services"):
            install.ensure()
    elif given.command == "browser":
        install.ensure_browser()
    elif given.command == "venv":
        venv.make(ROOT / given.stamp)
    else:
        processes.down(None)
        servers.reset()


if __name__ == "__main__":
    try:
        load_dotenv()
        sys.exit(do(arguments()))
    except UserError as error:
        sys.exit(f"\n{error}")
    except PermissionError as error:
        sys.exit(f"\nNo right to use {error.filename}: run this as the user who ran it first.")
    except KeyboardInterrupt:
        sys.exit("\nStopped by you; run it again to go on.")
