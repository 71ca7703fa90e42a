"""A private PostgreSQL with one role per service; its superuser is reached by the socket only."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from devstack import install
from devstack.console import UserError, log, run, run_or_fail
from devstack.folder import checkout_id, kept_secret, prepare_run
from devstack.machine import (
    HOST,
    Ports,
    require_free,
    start_time,
    user_exists,
    wait_gone,
    wait_until,
)

NAME = "postgresql"
DATABASE = "registration_day"
OWNER = "owner"
SERVICES = (
    "web", "relay", "scheduler", "modules", "registration", "payments", "notifications", "replay",
)  # fmt: skip
ROLES = (OWNER, *SERVICES)
SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    # All rows are in memory: an index lookup costs no more than a sequential read.
    "random_page_cost": "1.1",
    # Tables grow from nothing to ten thousands of rows in a minute: statistics must keep up.
    "autovacuum_naptime": "10s",
    "password_encryption": "scram-sha-256",
    "log_min_duration_statement": "-1",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
HBA = """# Written by devstack.
local all postgres peer map=ours
host all all 127.0.0.1/32 scram-sha-256
"""
ROLE_SQL = """
SELECT format('CREATE ROLE %I LOGIN', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER %s PASSWORD %L', :'role', :'rights', :'password')
\\gexec
"""
# `manage.py replay` rebuilds under the role that reads only events; a migration, or a test,
# may have to end a service's session.
OWNER_SQL = "GRANT replay, pg_signal_backend TO owner;\n"
DATABASE_SQL = """
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8''', :'name', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
"""


def account() -> pwd.struct_passwd:
    """Return the user that PostgreSQL runs as: it refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if not user_exists("postgres"):
        raise UserError("PostgreSQL refuses to run as root and there is no user `postgres`.")
    return pwd.getpwnam("postgres")


def folder() -> Path:
    """Return PostgreSQL's folder in `.run/`: a link to /var/tmp if its user cannot enter it."""
    place = prepare_run() / "postgres"
    if place.is_symlink():
        if not place.exists():
            place.unlink()
        return place
    if place.exists() or os.geteuid() != 0:
        return place
    if _as_user(["test", "-x", prepare_run()]).returncode != 0:
        outside = Path("/var/tmp") / f"registration-{checkout_id()}"  # noqa: S108 -- owned and 0700 below
        outside.mkdir(mode=0o700, exist_ok=True)
        if outside.is_symlink() or outside.stat().st_uid not in (0, account().pw_uid):
            raise UserError(f"{outside} belongs to somebody else: remove it.")
        place.symlink_to(outside)
    return place


def data() -> Path:
    """Return the cluster's data folder."""
    return folder().resolve() / "data"


def sockets() -> Path:
    """Return the folder of the Unix socket: short, as its path may have 107 characters."""
    place = folder().resolve() / "socket"
    if len(str(place)) > 85:
        place = Path("/var/tmp") / f"registration-{checkout_id()}-socket"  # noqa: S108 -- made 0700
    return place


def _as_user(
    command: list[str | Path], stdin: str | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    words = [str(part) for part in command]
    if os.geteuid() == 0:
        runuser = shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin:/bin") or "runuser"
        words = [runuser, "-u", account().pw_name, "--", *words]
    return run(words, stdin=stdin, timeout=timeout)


def pid() -> int | None:
    """Return the postmaster's process id, or None."""
    try:
        lines = (data() / "postmaster.pid").read_text().splitlines()
        number = int(lines[0])
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return None
    ours = b"postgres" in command and str(data()).encode() in command
    return number if ours and start_time(number) else None


def _binary(name: str) -> Path:
    found = install.postgres_bin()
    if found is None:
        raise UserError("PostgreSQL is missing: run `python3 -m devstack install`.")
    return found / name


def answers(port: int) -> bool:
    """Return whether PostgreSQL accepts connections."""
    command: list[str | Path] = [
        _binary("pg_isready"),
        "-q",
        "-h",
        HOST,
        "-p",
        str(port),
        "-t",
        "2",
    ]
    return run(command).returncode == 0


def _psql(sql: str, port: int, **variables: str) -> str:
    """Run SQL as the superuser; values go by standard input, hidden from process lists."""
    lines = "".join(f"\\set {key} '{value}'\n" for key, value in variables.items())
    command: list[str | Path] = [
        _binary("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
        "-h", sockets(), "-p", str(port), "-U", "postgres", "-d", "postgres", "-f", "-",
    ]  # fmt: skip
    return run_or_fail("psql", _as_user(command, stdin=lines + sql))


def _initialise(user: pwd.struct_passwd) -> None:
    """Create the cluster, owned by its user; an incomplete one is deleted first."""
    place = folder()
    place.mkdir(mode=0o700, exist_ok=True)
    real = place.resolve()
    for path in (real, sockets()):
        path.mkdir(mode=0o700, exist_ok=True)
        os.chown(path, user.pw_uid, user.pw_gid)
    if (data() / "PG_VERSION").exists():
        return
    making = real / "making"
    shutil.rmtree(making, ignore_errors=True)
    log(NAME, "makes its data folder")
    command: list[str | Path] = [
        _binary("initdb"), "-D", making, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
        "--auth-local=peer", "--auth-host=scram-sha-256", "--no-instructions",
    ]  # fmt: skip
    run_or_fail("initdb", _as_user(command, timeout=300))
    making.rename(data())


def _configure(ports: Ports, user: pwd.struct_passwd) -> None:
    values = {**SETTINGS, "port": str(ports.postgres), "unix_socket_directories": str(sockets())}
    text = "".join(f"{key} = '{value}'\n" for key, value in values.items())
    written = {
        "postgresql.auto.conf": "# Written by devstack.\n" + text,
        "pg_hba.conf": HBA,
        "pg_ident.conf": f"ours {user.pw_name} postgres\n",
    }
    for name, content in written.items():
        path = data() / name
        path.write_text(content)
        path.chmod(0o600)
        os.chown(path, user.pw_uid, user.pw_gid)


def up(ports: Ports) -> bool:
    """Start PostgreSQL and ensure roles and database; False if all existed already."""
    running = pid() is not None
    if running and not answers(ports.postgres):
        running = _wait_or_explain(ports)
    if not running:
        user = account()
        require_free(ports.postgres, "PG_PORT", "PostgreSQL")
        _initialise(user)
        _configure(ports, user)
        log_file = folder().resolve() / "postgres.log"
        command: list[str | Path] = [
            _binary("pg_ctl"), "start", "-D", data(), "-l", log_file, "-w", "-t", "60", "-s",
        ]  # fmt: skip
        run_or_fail("PostgreSQL", _as_user(command), log_file)
        wait_until("PostgreSQL", lambda: answers(ports.postgres), 30, log_file)
        log(NAME, f"answers on {HOST}:{ports.postgres}")
    changed = _ensure_roles(ports.postgres)
    return changed or not running


def _wait_or_explain(ports: Ports) -> bool:
    recorded = (data() / "postmaster.pid").read_text().splitlines()
    if len(recorded) > 3 and recorded[3].strip() != str(ports.postgres):
        raise UserError(
            f"Our PostgreSQL runs on port {recorded[3].strip()}, not on {ports.postgres}: "
            "run `python3 -m devstack down` first."
        )
    wait_until("PostgreSQL", lambda: answers(ports.postgres), 60, folder() / "postgres.log")
    return True


def _ensure_roles(port: int) -> bool:
    """Create missing roles and the missing database."""
    marker = folder().resolve() / "roles.made"
    password = kept_secret("secret")
    all_of_it = (*ROLES, DATABASE, ROLE_SQL, OWNER_SQL, DATABASE_SQL, password)
    wanted = hashlib.sha256("\n".join(all_of_it).encode()).hexdigest()
    if marker.exists() and marker.read_text() == wanted:
        return False
    for role in ROLES:
        rights = "CREATEDB" if role == OWNER else "NOCREATEDB"
        _psql(ROLE_SQL, port, role=role, rights=rights, password=password)
    _psql(OWNER_SQL, port)
    _psql(DATABASE_SQL, port, name=DATABASE, role=OWNER)
    marker.write_text(wanted)
    log(NAME, f"has the roles {', '.join(ROLES)} and the database {DATABASE}")
    return True


def urls(port: int) -> dict[str, str]:
    """Return each role's address of the database."""
    password = kept_secret("secret")
    return {role: f"postgresql://{role}:{password}@{HOST}:{port}/{DATABASE}" for role in ROLES}


def down() -> bool:
    """Stop PostgreSQL by its process id; False if it was not running."""
    number = pid()
    if number is None:
        return False
    os.kill(number, signal.SIGINT)  # fast: cut connections, write a checkpoint, end
    if not wait_gone(number, 40):
        os.kill(number, signal.SIGQUIT)  # immediately: the next start recovers
        wait_gone(number, 10)
    return True
