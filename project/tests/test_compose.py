"""docker-compose.yml is well-formed; it, the Procfile and the Dockerfile run what `run.py` has."""

import copy
import json
import re
from functools import cache
from typing import Any

import pytest
import yaml
from django.conf import settings
from jsonschema import Draft202012Validator

from project.ops.env import ROOT, VARIABLES
from run import PROCESSES

COMPOSE = ROOT / "docker-compose.yml"
SERVERS = ("postgres", "redis", "rabbitmq", "proxy")

SET_BY_RUN = {"DB_ROLE"}
# Addresses of the containers themselves.
ELSEWHERE = {"DATABASE_URL", "REDIS_URL", "CACHE_URL", "BROKER_URL"}
# There all requests come through the proxy.
CONTAINERS_OWN = {"EMAIL_HOST", "SITE_URL", "TRUST_PROXY"}
SWITCHES = {name for name, one in VARIABLES.items() if isinstance(one.default, bool)}

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT, "uniqueItems": True}
COMMAND = {"oneOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]}
SECONDS = {"type": "string", "pattern": r"^(\d+(us|ms|s|m|h))+$"}
PLAIN = {"type": ["string", "number", "boolean", "null"]}
NAME = r"^[a-zA-Z0-9._-]+$"
HEALTH = {
    "type": "object",
    "required": ["test"],
    "additionalProperties": False,
    "properties": {
        "test": {
            "type": "array",
            "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}],
            "items": TEXT,
            "minItems": 2,
        },
        **dict.fromkeys(("interval", "timeout", "start_period"), SECONDS),
        "retries": {"type": "integer", "minimum": 1},
    },
}
AFTER = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["condition"],
        "additionalProperties": False,
        "properties": {
            "condition": {
                "enum": ["service_started", "service_healthy", "service_completed_successfully"]
            }
        },
    },
}
SERVICE = {
    "type": "object",
    "required": ["image"],
    "additionalProperties": False,
    "properties": {
        "image": TEXT,
        "build": TEXT,
        "command": COMMAND,
        "environment": {"type": "object", "additionalProperties": PLAIN},
        "depends_on": AFTER,
        "healthcheck": HEALTH,
        "hostname": TEXT,
        "ports": {**TEXTS, "items": {"type": "string", "pattern": r"^\S+:\d+$"}},
        "volumes": {**TEXTS, "items": {"type": "string", "pattern": r"^[^:]+:/[^:]+(:ro)?$"}},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "shm_size": {"type": ["string", "integer"]},
        "stop_grace_period": SECONDS,
    },
}
# The part of the Compose specification that this file uses, and nothing else.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "services"],
    "additionalProperties": False,
    "patternProperties": {r"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9_-]*$"},
        "services": {
            "type": "object",
            "patternProperties": {NAME: SERVICE},
            "additionalProperties": False,
        },
        "volumes": {
            "type": "object",
            "patternProperties": {NAME: {"type": ["object", "null"]}},
            "additionalProperties": False,
        },
    },
}


@cache
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def faults(document: dict[str, Any]) -> list[str]:
    return [fault.json_path for fault in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_file_follows_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert faults(compose()) == []


@pytest.mark.parametrize(
    ("service", "key", "wrong"),
    [
        ("web", "restart", "sometimes"),
        ("web", "healtcheck", {}),
        ("web", "ports", ["8000"]),
        ("seats", "depends_on", {"redis": {"condition": "service_happy"}}),
        ("redis", "healthcheck", {"test": ["PING"], "interval": "5 seconds"}),
        ("postgres", "volumes", ["postgres-data"]),
    ],
)
def test_a_wrong_line_breaks_the_schema(service: str, key: str, wrong: object) -> None:
    broken = copy.deepcopy(compose())
    broken["services"][service][key] = wrong
    assert faults(broken)


def test_whoever_starts_a_process_starts_it_through_run() -> None:
    procfile = [f"{name}: python run.py {name}" for name in PROCESSES]
    services = compose()["services"]
    last = (ROOT / "Dockerfile").read_text().strip().splitlines()[-1]
    assert (ROOT / "Procfile").read_text().splitlines() == procfile
    assert set(services) == {*PROCESSES, *SERVERS, "migrate"}
    assert {n: services[n]["command"] for n in PROCESSES} == {
        name: ["python", "run.py", name] for name in PROCESSES
    }
    assert json.loads(last.removeprefix("CMD ")) == ["python", "run.py", "web"]


def test_every_service_but_migrate_has_a_health_check() -> None:
    services = compose()["services"]
    assert [name for name in services if "healthcheck" not in services[name]] == ["migrate"]


def test_what_a_service_waits_for_is_there_and_can_say_that_it_is_ready() -> None:
    services = compose()["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            awaited = services[name]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in awaited
            else:
                assert awaited["restart"] == "no"


def test_named_volumes_are_declared_and_each_server_has_one() -> None:
    mounts = {
        name: [mount.partition(":")[0] for mount in service.get("volumes", ())]
        for name, service in compose()["services"].items()
    }
    named = {mount for found in mounts.values() for mount in found if not mount.startswith(".")}
    assert named == set(compose()["volumes"])
    assert all(mounts[server] for server in SERVERS)
    files = [mount for found in mounts.values() for mount in found if mount.startswith(".")]
    assert all((ROOT / file).exists() for file in files)


@pytest.mark.parametrize("name", [name for name in PROCESSES if name != "mailbox"])
def test_a_process_connects_with_the_role_it_runs_as(name: str) -> None:
    url = compose()["services"][name]["environment"]["DATABASE_URL"]
    assert PROCESSES[name].role in settings.DB_ROLES
    assert url.startswith(f"postgresql://{PROCESSES[name].role}:")


@pytest.mark.parametrize("name", [*PROCESSES, "migrate"])
def test_only_known_variables_are_set(name: str) -> None:
    # HOST, PORT and INSTANCE are what a process is started with; VARIABLES what the project reads.
    known = {*VARIABLES, "HOST", "PORT", "INSTANCE"}
    assert set(compose()["services"][name]["environment"]) <= known


@pytest.mark.parametrize("name", sorted(set(VARIABLES) - SET_BY_RUN - ELSEWHERE))
def test_every_setting_reaches_the_processes(name: str) -> None:
    given = str(compose()["services"]["web"]["environment"].get(name))
    assert f"${{{name}:" in given
    default = VARIABLES[name].default
    if isinstance(default, int | str) and name not in CONTAINERS_OWN:
        shown = ("on" if default else "off") if name in SWITCHES else default
        assert given == f"${{{name}:-{shown}}}"


def test_the_container_makes_the_same_roles_as_the_project_knows() -> None:
    script = (ROOT / "scripts" / "compose-roles.sh").read_text()
    looped = re.search(r"^for role in (.+); do$", script, re.MULTILINE)
    assert looped is not None
    assert {*looped[1].split(), "owner"} == set(settings.DB_ROLES)
