"""The one list of environment variables, and how they are read: from the environment, else `.env`.

A wrong or missing one stops the start with a sentence that names it and the remedy.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ

ROOT = Path(__file__).resolve().parents[2]
SERVICES_FILE = ROOT / ".run" / "services.json"
SECRET_FILE = ROOT / ".run" / "secret_key"
DOTENV = Path(os.environ.get("ENV_FILE") or ROOT / ".env")
PLATFORM_ROLES = ("web", "relay", "scheduler", "replay", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable. With `default` None it is optional and derived from others."""

    name: str
    cast: Callable[..., Any]
    default: object
    meaning: str


def parse_bool(text: str) -> bool:
    """Read on or off, refusing anything else: a misspelt DEBUG must not pass for off."""
    words = {"on": True, "true": True, "yes": True, "1": True}
    words |= {"off": False, "false": False, "no": False, "0": False, "": False}
    return words[text.lower()]


def _all(*rows: tuple[str, Callable[..., Any], object, str]) -> dict[str, Variable]:
    made = (Variable(name=n, cast=c, default=d, meaning=m) for n, c, d, m in rows)
    return {variable.name: variable for variable in made}


VARIABLES = _all(
    ("DB_ROLE", str, "web", f"Database role: {', '.join(PLATFORM_ROLES)}, or an app's name."),
    ("DATABASE_URL", str, None, "PostgreSQL; else what `python3 -m devstack up` started."),
    ("REDIS_URL", str, None, "Redis for sessions, seat locks, counts and limits (noeviction)."),
    ("CACHE_URL", str, None, "Redis database for the cache that may be lost."),
    ("BROKER_URL", str, None, "RabbitMQ."),
    ("SECRET_KEY", str, None, "50 or more random characters; else `.run/secret_key`."),
    ("JWT_KEY", str, None, "Signs access tokens, 32 characters or more; else SECRET_KEY."),
    ("DEBUG", parse_bool, False, "Django's debug pages. Never on a machine that others reach."),
    ("HTTPS", parse_bool, False, "The site is reached by HTTPS: secure cookies, HSTS, redirect."),
    (
        "TRUST_PROXY",
        parse_bool,
        False,
        "A proxy of ours sets X-Forwarded-Proto and X-Forwarded-For.",
    ),
    ("ALLOWED_HOSTS", list, ["localhost", "127.0.0.1", "[::1]"], "Names the site answers to."),
    ("SITE_URL", str, None, "The site's address in mail; else its `PORT` on 127.0.0.1."),
    ("CAMPUS_TIME_ZONE", str, "UTC", "What pages, emails and calendars speak: Europe/London."),
    ("LIVE_PORT", int, 8100, "Port of `live`, which pushes changes to open pages."),
    ("LIVE_URL", str, None, "Where pages reach `live`; else its port on the host they came from."),
    ("LOG_LEVEL", str, "INFO", "DEBUG, INFO, WARNING, ERROR."),
    ("LOG_FORMAT", str, "logfmt", "Form of a log line: logfmt, json, or console (coloured)."),
    ("EMAIL_HOST", str, "127.0.0.1", "Mail server."),
    ("EMAIL_PORT", int, 11025, "Port of the mail server."),
    ("EMAIL_HOST_USER", str, "", "User at the mail server; empty for none."),
    ("EMAIL_HOST_PASSWORD", str, "", "Password at the mail server."),
    ("EMAIL_USE_TLS", parse_bool, False, "Speak STARTTLS to the mail server."),
    ("DEFAULT_FROM_EMAIL", str, "registration@localhost", "Sender of the project's mail."),
    ("MAX_SECTIONS", int, 8, "Sections in one request at most."),
    ("DECISION_DEADLINE_SECONDS", int, 900, "After this a seat without an answer expires."),
    ("SEAT_LOCK_SECONDS", int, 900, "Countdown of a seat lock in Redis."),
    ("BATCH_SIZE", int, 200, "Registrations in one batch at most."),
    ("POLL_QUIET_MS", int, 50, "How often the relay looks when little waits."),
    ("POLL_BUSY_MS", int, 500, "How often it looks under load, so that batches grow."),
    ("CHAINS_IN_FLIGHT", int, 40, "Batches under way at most."),
    ("LOGIN_RATE", str, "10/minute", "Sign-in attempts for one account."),
    ("LOGIN_ADDRESS_RATE", str, "300/minute", "Sign-in attempts from one address."),
    ("PASSWORD_MAIL_RATE", str, "5/hour", "Mails for a new password, for one address."),
    ("READ_RATE", str, "600/minute", "Requests of one person to each reading endpoint."),
)

SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
_env = environ.FileAwareEnv()


def config_error(sentence: str) -> SystemExit:
    """Return an exception that ends the program with this message on stderr and exit code 1."""
    return SystemExit(f"Cannot start: {sentence}")


def take_dotenv(file: Path) -> None:
    """Read variables from `.env` that the environment does not have."""
    try:
        with file.open(encoding="utf-8") as opened:
            environ.Env.read_env(opened)
    except FileNotFoundError:
        return
    except OSError as error:
        raise config_error(f"{file} cannot be read ({error.strerror}).") from error


take_dotenv(DOTENV)


def read(name: str) -> Any:
    """Return a variable of the list, or its default."""
    variable = VARIABLES[name]
    try:
        given = _env.get_value(name, default=None)
        if given is None or (given == "" and variable.default is None):
            return variable.default
        return _env.get_value(name, cast=variable.cast)
    except (ValueError, TypeError, KeyError) as error:
        kind = {int: "a whole number", parse_bool: "on or off"}.get(variable.cast, "readable")
        raise config_error(f"{name}={given!r} is not {kind}. {variable.meaning}") from error
    except OSError as error:
        raise config_error(
            f"The file named by {name}_FILE cannot be read ({error.strerror})."
        ) from error


def positive(name: str) -> int:
    """Return a number above zero."""
    number: int = read(name)
    if number <= 0:
        raise config_error(f"{name}={number} must be above zero. {VARIABLES[name].meaning}")
    return number


def one_of(name: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words."""
    word: str = read(name)
    if word not in allowed:
        raise config_error(f"{name}={word!r} must be one of {', '.join(allowed)}.")
    return word


def time_zone(name: str) -> str:
    """Return the name of a time zone."""
    zone: str = read(name)
    known = available_timezones()
    if zone in known:
        return zone
    near = get_close_matches(zone.title(), known, n=1) or ["Europe/London"]
    raise config_error(f"{name}={zone!r} is not a time zone that this machine knows: {near[0]}?")


@cache
def started() -> dict[str, Any]:
    """Return what `python3 -m devstack up` wrote down."""
    try:
        found: dict[str, Any] = json.loads(SERVICES_FILE.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise config_error(
            f"{SERVICES_FILE} cannot be read: run `python3 -m devstack up`."
        ) from error
    return found


def service_url(name: str, *schemes: str) -> str:
    """Return the address of a server: the variable's, else that of the one started here."""
    found = read(name) or started().get(name.removesuffix("_URL").lower())
    if isinstance(found, dict):
        found = found.get(read("DB_ROLE"))
    if not found:
        raise config_error(
            f"{name} is not set and no servers run here: run `python3 -m devstack up`."
        )
    if urlsplit(found).scheme not in schemes:
        raise config_error(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}.")
    return str(found)


def site_url() -> str:
    """Return the public address of the site: the given one, else the port it runs on."""
    port = _env.get_value("PORT", default="") or "8000"
    return str(read("SITE_URL") or f"http://127.0.0.1:{port}").rstrip("/")


def secret(name: str, least: int) -> str:
    """Return a key, refusing a short one."""
    key = read(name) or (_kept_secret() if name == "SECRET_KEY" else secret("SECRET_KEY", 50))
    if len(key) < least:
        raise config_error(f"{name} is too short: it needs {least} random characters or more.")
    return str(key)


def _kept_secret() -> str:
    try:
        return SECRET_FILE.read_text().strip()
    except OSError as error:
        raise config_error(
            "SECRET_KEY is not set: run `python3 -m devstack up`, which makes one."
        ) from error


def live_sources() -> list[str]:
    """Return the `connect-src` sources by which a page reaches `live` besides its own address."""
    if given := read("LIVE_URL"):
        parts = urlsplit(given)
        return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
    # A content security policy cannot name an IPv6 address.
    names = [name for name in read("ALLOWED_HOSTS") if not name.startswith("[")]
    names = [f"*{name}" if name.startswith(".") else name for name in names]
    return [f"{live_scheme()}://{name}:{read('LIVE_PORT')}" for name in names]


def live_scheme() -> str:
    """Return how pages speak to `live`."""
    return "wss" if read("HTTPS") else "ws"


def minutes(number: int) -> timedelta:
    """Return a length of time."""
    return timedelta(minutes=number)


def rate(name: str) -> tuple[int, float]:
    """Return a rate limit: how many requests, in how many seconds."""
    text: str = read(name)
    count, _, unit = text.partition("/")
    if not count.isdigit() or int(count) == 0 or unit not in SECONDS:
        raise config_error(f"{name}={text!r} must look like 10/minute ({', '.join(SECONDS)}).")
    return int(count), SECONDS[unit]
