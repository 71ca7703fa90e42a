"""A private RabbitMQ node with its own EPMD, cookie and distribution port, on loopback only."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from devstack import install
from devstack.console import UserError, log, run, run_or_fail
from devstack.folder import kept_secret, prepare_run
from devstack.machine import HOST, Ports, require_free, start_time, wait_gone, wait_until

NAME = "rabbitmq"
USER = VHOST = "registration"
VHOST_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
# Two schedulers that sleep instead of spinning, to leave the CPU to the workers.
ERLANG = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
LOCAL_DISTRIBUTION = "-kernel inet_dist_use_interface {127,0,0,1}"


def folder() -> Path:
    """Return the node's data folder, also its HOME."""
    return prepare_run() / "rabbit"


def node(ports: Ports) -> str:
    """Return the node's name; each distribution port has its own node."""
    return f"{USER}-{ports.rabbit_dist}@localhost"


def environment(ports: Ports) -> dict[str, str]:
    """Return the whole environment of the node and its tools; nothing is inherited."""
    home = folder()
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "ERL_EPMD_ADDRESS": HOST,
        "ERL_EPMD_PORT": str(ports.epmd),
        "RABBITMQ_NODENAME": node(ports),
        "RABBITMQ_NODE_PORT": str(ports.rabbit),
        "RABBITMQ_NODE_IP_ADDRESS": HOST,
        "RABBITMQ_DIST_PORT": str(ports.rabbit_dist),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(home / "rabbit.pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        "RABBITMQ_CTL_ERL_ARGS": LOCAL_DISTRIBUTION,
    }


def _configuration(ports: Ports) -> str:
    return f"""# Written by devstack.
listeners.tcp.1 = {HOST}:{ports.rabbit}
distribution.listener.interface = {HOST}
tcp_listen_options.backlog = 1024
tcp_listen_options.nodelay = true
channel_max = 2047
heartbeat = 60
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 67108864
default_user = {USER}
default_pass = {kept_secret("secret")}
default_vhost = {VHOST}
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
log.file.level = info
log.file.rotation.size = 10485760
log.file.rotation.count = 3
"""


def _write_files(ports: Ports) -> None:
    home = folder()
    for place in (home, home / "data", home / "log", home / "generated"):
        place.mkdir(mode=0o700, exist_ok=True)
    cookie = home / ".erlang.cookie"
    if not cookie.exists():
        cookie.write_text(kept_secret("rabbit/cookie"))
        cookie.chmod(0o400)
    for name, text in {
        "rabbitmq.conf": _configuration(ports),
        "rabbitmq-env.conf": "",
        "advanced.config": "[].\n",
        "enabled_plugins": "[].\n",
    }.items():
        (home / name).write_text(text)
        (home / name).chmod(0o600)


def _live(file: str, word: bytes) -> int | None:
    """Return the process id stored in a file, if that process is alive and was started by us."""
    try:
        number = int((folder() / file).read_text())
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return number if word in command and start_time(number) else None


def pid() -> int | None:
    """Return the node's process id, or None."""
    return _live("rabbit.pid", str(folder()).encode())


def epmd_pid() -> int | None:
    """Return our port mapper's process id, or None."""
    return _live("epmd.pid", b"epmd")


def answers(port: int) -> bool:
    """Return whether the broker answers an AMQP handshake."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as link:
            link.sendall(b"AMQP\x00\x00\x09\x01")
            return link.recv(7)[:1] == b"\x01"
    except OSError:
        return False


def _detached(command: list[str], ports: Ports, log_file: Path) -> int:
    """Start a process in a session of its own and return its id."""
    with log_file.open("ab") as out:
        process = subprocess.Popen(
            command, env=environment(ports), cwd=folder(), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    return process.pid


def _start_epmd(ports: Ports) -> None:
    if epmd_pid():
        return
    program = shutil.which("epmd", path="/usr/bin:/usr/local/bin:" + os.environ.get("PATH", ""))
    if program is None:
        raise UserError("epmd (package erlang-base) is missing: run `python3 -m devstack install`.")
    require_free(ports.epmd, "EPMD_PORT", "Erlang's port mapper")
    command = [program, "-address", HOST, "-port", str(ports.epmd)]
    number = _detached(command, ports, folder() / "log" / "epmd.log")
    (folder() / "epmd.pid").write_text(f"{number}\n")


def up(ports: Ports) -> bool:
    """Start RabbitMQ; False if it was running already."""
    log_file = folder() / "log" / f"{node(ports)}.log"
    if pid():
        if answers(ports.rabbit):
            return False
        words = f"Our RabbitMQ, which runs already, (port {ports.rabbit})"
        wait_until(words, lambda: answers(ports.rabbit), 60, log_file)
        return True
    script = install.rabbit_script("rabbitmq-server")
    if script is None:
        raise UserError("RabbitMQ is missing: run `python3 -m devstack install`.")
    again = (folder() / "data").exists()
    require_free(ports.rabbit, "RABBIT_PORT", "RabbitMQ")
    require_free(ports.rabbit_dist, "RABBIT_DIST_PORT", "RabbitMQ between nodes")
    _write_files(ports)
    _start_epmd(ports)
    (folder() / "rabbit.pid").unlink(missing_ok=True)
    output = folder() / "log" / "start.log"
    _detached([str(script), "-detached"], ports, output)
    wait_until("RabbitMQ", lambda: answers(ports.rabbit) and pid() is not None, 90, output)
    log(NAME, f"answers on {HOST}:{ports.rabbit}")
    _ensure_password(ports)
    if again:
        _ensure_leaders(ports)
    return True


def _ensure_leaders(ports: Ports) -> None:
    """Have every quorum queue elect a leader. RabbitMQ persists a queue's name up to three seconds
    late: killed before, it restarts that queue as a follower for which no election is ever called,
    and its consumers wait for ever (rabbitmq-server issues 10070 and 15725)."""
    control(
        ports,
        "eval",
        "[ra:trigger_election(Member) || Queue <- rabbit_amqqueue:list(),"
        " {Name, _} = Member <- [amqqueue:get_pid(Queue)],"
        " ra_leaderboard:lookup_leader(Name) =:= undefined].",
    )


def _ensure_password(ports: Ports) -> None:
    """The configured password applies to a new node only: set it if the secret has changed."""
    marker = folder() / "data" / f"{node(ports)}.user"
    secret = kept_secret("secret")
    made = not marker.exists()
    if made or marker.read_text() != secret:
        if not made:
            control(ports, "change_password", USER, stdin=secret + "\n")
        marker.write_text(secret)
        marker.chmod(0o600)


def control(ports: Ports, *words: str, stdin: str | None = None) -> str:
    """Run one rabbitmqctl command on our node."""
    script = install.rabbit_script("rabbitmqctl")
    if script is None:
        raise UserError("rabbitmqctl is missing: run `python3 -m devstack install`.")
    command: list[str | Path] = [script, "-q", "-n", node(ports), *words]
    return run_or_fail(f"rabbitmqctl {words[0]}", run(command, env=environment(ports), stdin=stdin))


def vhost(ports: Ports, name: str) -> None:
    """Create a virtual host with all rights for our user; it may exist already."""
    if not VHOST_NAME.fullmatch(name):
        raise UserError(f"{name!r} is no name for a vhost: letters, digits, dot, dash, underscore.")
    who, host, every = f'<<"{USER}">>', f'<<"{name}">>', '<<".*">>'
    made = control(
        ports,
        "eval",
        f"ok = rabbit_vhost:add({host}, {who}), rabbit_auth_backend_internal:set_permissions("
        f"{who}, {host}, {every}, {every}, {every}, {who}).",
    )
    if made.strip() != "ok":
        raise UserError(f"RabbitMQ did not make the vhost {name}: {made.strip()}")


def drop_vhost(ports: Ports, name: str) -> None:
    """Remove a virtual host with everything in it."""
    if name == VHOST or not VHOST_NAME.fullmatch(name):
        raise UserError(f"Not a vhost to remove: {name!r}")
    if name in control(ports, "list_vhosts", "name").split():
        control(ports, "delete_vhost", name)


def url(port: int, name: str = VHOST) -> str:
    """Return the broker's address."""
    return f"amqp://{USER}:{kept_secret('secret')}@{HOST}:{port}/{name}"


def down() -> bool:
    """Stop the node and its port mapper by their ids; False if neither was running."""
    number, mapper = pid(), epmd_pid()
    if number is not None:
        os.kill(number, signal.SIGTERM)  # a clean stop
        if not wait_gone(number, 40):
            os.kill(number, signal.SIGKILL)
            wait_gone(number, 5)
    if mapper is not None:
        os.kill(mapper, signal.SIGTERM)
        if not wait_gone(mapper, 5):
            os.kill(mapper, signal.SIGKILL)
    for name in ("rabbit.pid", "epmd.pid"):
        (folder() / name).unlink(missing_ok=True)
    return number is not None or mapper is not None
