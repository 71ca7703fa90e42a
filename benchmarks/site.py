"""The site under test: its address, and its processes if they run on this machine."""

import argparse
import http.client
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.errors import BenchmarkFailed
from benchmarks.procfs import find_processes, read_environment
from project.ops.env import ROOT

RUN = ROOT / ".run"
DEFAULT_PORTS = {"http": 80, "https": 443}
TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The site. `processes`: process ids by name; empty for a remote site."""

    host: str
    port: int
    tls: bool = False
    processes: Mapping[str, int] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The value of the Origin header."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def job(self) -> dict[str, Any]:
        """The description of the site for a load process."""
        return {"host": self.host, "port": self.port, "tls": self.tls}

    def connection(self) -> http.client.HTTPConnection:
        """A new connection."""
        kind = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
        return kind(self.host, self.port, timeout=TIMEOUT_SECONDS)


def add_site_arguments(parser: ArgumentParser) -> None:
    """The options that name the site."""
    parser.add_argument(
        "--site", type=_address, metavar="URL", help="http://…; default: the one of `make up`"
    )
    parser.add_argument(
        "--processes",
        type=Path,
        default=RUN / "processes.json",
        help="which processes run on this machine",
    )


def find_site(options: argparse.Namespace) -> Site:
    """The site that the options name. Raises `BenchmarkFailed` if none runs."""
    found = find_processes(processes=options.processes, services=RUN / "services.json")
    given: Site | None = options.site
    if "web-1" not in found:
        if given is None:
            raise BenchmarkFailed("The site does not run: `make up` first, or give SITE=http://….")
        return given
    local = _local_site(found)
    return local if given is None or given.origin == local.origin else given


def _local_site(processes: Mapping[str, int]) -> Site:
    environment = read_environment(processes["web-1"])
    return Site(
        host=reachable(environment.get("HOST", "127.0.0.1")),
        port=int(environment.get("PORT", "8000")),
        processes=processes,
    )


def reachable(host: str) -> str:
    """The address to connect to for a server that listens on `host`."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 -- asked, not bound


def _address(text: str) -> Site:
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise argparse.ArgumentTypeError(f"{text!r} is not like http://host or https://host:port")
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    return Site(host=parts.hostname, port=port, tls=parts.scheme == "https")


def require_alive(site: Site) -> None:
    """Raises `BenchmarkFailed` if no site of this project answers."""
    status = _get(site, "/livez", {})
    if status != HTTPStatus.OK:
        raise BenchmarkFailed(f"{site.origin} answers {status} at /livez: is that the site?")


def require_our_site(site: Site, *, token: str) -> None:
    """Raises `BenchmarkFailed` if the site does not know a student prepared from here."""
    status = _get(site, "/api/v1/registrations/", {"Authorization": f"Bearer {token}"})
    if status != HTTPStatus.OK:
        raise BenchmarkFailed(
            f"{site.origin} answers {status} to a student who was prepared from here: "
            "DATABASE_URL, SECRET_KEY and JWT_KEY have to be the site's own."
        )


def _get(site: Site, path: str, headers: Mapping[str, str]) -> int:
    connection = site.connection()
    try:
        connection.request("GET", path, headers=dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise BenchmarkFailed(f"{site.origin} does not answer: {error}") from error
    finally:
        connection.close()
