"""Find the programs needed; install missing Debian packages where that is permitted."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from devstack.console import UserError, log, run, tail_log
from devstack.folder import prepare_run

PACKAGES = {
    "postgresql-15": "PostgreSQL 15",
    "redis-server": "Redis 7",
    "rabbitmq-server": "RabbitMQ 3.10",
}
POLICY = Path("/usr/sbin/policy-rc.d")
RABBIT_HOME = Path("/usr/lib/rabbitmq")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INSTALL_SECONDS = 900


def postgres_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL (15 or later), or None."""
    found = []
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        version = folder.parent.name
        if version.isdigit() and int(version) >= 15 and (folder / "initdb").exists():
            found.append((abs(int(version) - 15), folder))
    if found:
        return min(found)[1]
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def redis_server() -> Path | None:
    """Return the path of redis-server, or None."""
    found = shutil.which(
        "redis-server", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin"
    )
    return Path(found) if found else None


def rabbit_script(name: str) -> Path | None:
    """Return the real RabbitMQ script, not the packaged wrapper that changes user and folder."""
    script = RABBIT_HOME / "bin" / name
    return script if script.exists() else None


def browser() -> Path | None:
    """Return the path of a Chromium, or None; CHROMIUM names another one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


def draws_chinese() -> bool:
    """Return whether a font has traditional characters: without one, pages show boxes."""
    return bool(shutil.which("fc-list")) and bool(run(["fc-list", ":lang=zh-tw", "family"]).stdout)


def missing() -> list[str]:
    """Return the Debian packages that are needed and missing."""
    there = {
        "postgresql-15": postgres_bin(),
        "redis-server": redis_server(),
        "rabbitmq-server": rabbit_script("rabbitmq-server"),
    }
    return [package for package, path in there.items() if path is None]


def ensure() -> None:
    """Install the missing servers, or raise an error naming the packages."""
    packages = missing()
    if not packages:
        return
    apt_install(packages, ", ".join(PACKAGES[package] for package in packages))
    still = missing()
    if still:
        raise UserError(f"Installed, and yet still missing: {', '.join(still)}.")


def ensure_browser() -> None:
    """Install a browser that renders both languages, or raise an error naming the packages."""
    names = {"chromium": "a Chromium browser", "fonts-wqy-microhei": "a font for Chinese"}
    there = {"chromium": browser() is not None, "fonts-wqy-microhei": draws_chinese()}
    packages = [package for package, found in there.items() if not found]
    if packages:
        apt_install(packages, " and ".join(names[package] for package in packages))


def ensure_gettext() -> None:
    """Install gettext, or raise an error naming the package."""
    if shutil.which("xgettext") is None:
        apt_install(["gettext"], "GNU gettext")


def apt_install(packages: list[str], names: str) -> None:
    """Install Debian packages without starting any service, or raise an error with the reason."""
    command = f"apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise UserError(f"Missing: {names}. Install this with the system's package manager.")
    prefix = _rights()
    if prefix is None:
        raise UserError(f"Missing: {names}. No right to install it; ask for:  sudo {command}")
    log("install", f"missing {names}: {command}")
    with _no_service_starts(prefix):
        _apt(prefix, packages)
    log("install", "done")


def _rights() -> list[str] | None:
    """Return the prefix of a command that needs root, or None without that right."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


@contextlib.contextmanager
def _no_service_starts(prefix: list[str]) -> Iterator[None]:
    """Forbid packages to start their services meanwhile, then restore the previous policy."""
    fresh = prepare_run() / "policy-rc.d"
    fresh.write_text("#!/bin/sh\nexit 101\n")
    kept = POLICY.with_name("policy-rc.d.kept-by-registration")
    cut_short = kept.exists()  # an earlier run was interrupted: the file at POLICY is ours
    had = cut_short or POLICY.exists() or POLICY.is_symlink()
    if had and not cut_short:
        run([*prefix, "mv", POLICY, kept])
    run([*prefix, "install", "-m", "0755", fresh, POLICY])
    try:
        yield
    finally:
        run([*prefix, "mv", kept, POLICY] if had else [*prefix, "rm", "-f", POLICY])
        fresh.unlink(missing_ok=True)


def _apt(prefix: list[str], packages: list[str]) -> None:
    """Install, printing progress; refresh the package lists if the first try fails."""
    log_file = prepare_run() / "install.log"
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y",
           "-o", "DPkg::Lock::Timeout=300"]  # fmt: skip
    install = [*apt, "install", "--no-install-recommends", *packages]
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        _watched([*apt, "update"], log_file)
    if _watched(install, log_file) == 0:
        return
    _watched([*apt, "update"], log_file)
    if _watched(install, log_file) != 0:
        tail = tail_log(log_file, 8)
        raise UserError(
            f"apt-get could not install {' '.join(packages)}:\n{tail}\nIts log: {log_file}"
        )


def _watched(command: list[str], log_file: Path) -> int:
    """Run a long command with its output in a log, printing regularly that it still runs."""
    with log_file.open("a") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
        begun = reported = time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            if time.monotonic() - reported > 10:
                reported = time.monotonic()
                log("install", f"still at it ({reported - begun:.0f} s); log: {log_file}")
            if time.monotonic() - begun > INSTALL_SECONDS:
                process.kill()
    return process.wait()
