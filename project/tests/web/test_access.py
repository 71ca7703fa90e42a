"""Every route of the schema for every kind of client, compared with `access.txt`."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from project.accounts.models import User
from project.ops.ids import uuid7
from project.testing.api_schema import schema_now
from project.testing.system.world import World

WHO = ("owner", "other", "staff", "anonymous", "expired")
METHODS = ("get", "post", "put", "patch", "delete")


def _expected() -> dict[str, dict[str, int]]:
    text = (Path(__file__).parent / "access.txt").read_text()
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {
        f"{method} {path}": dict(zip(WHO, map(int, statuses), strict=True))
        for method, path, *statuses in rows
    }


def _operations() -> set[str]:
    schema = schema_now()
    return {
        f"{method.upper()} {path}"
        for path, operations in schema["paths"].items()
        for method in operations
        if method in METHODS
    }


def test_every_route_of_the_schema_has_a_row_and_every_row_a_route() -> None:
    assert _operations() == set(_expected())


def _expired(student: int) -> str:
    token = AccessToken()
    token["user_id"] = str(student)
    token.set_exp(from_time=timezone.now() - timedelta(hours=2), lifetime=timedelta(hours=1))
    return str(token)


def _client(token: str) -> APIClient:
    client = APIClient(HTTP_IDEMPOTENCY_KEY=str(uuid7()))
    if token:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize("who", WHO)
def test_access_is_as_the_table_says(quiet_world: World, who: str) -> None:
    """Each route once. Dropping comes last: it changes what the others see."""
    section = quiet_world.section(seats=5)
    owner, other = quiet_world.students(2)
    quiet_world.ready()
    registration = quiet_world.submit(owner, section)
    quiet_world.ready()
    staff = User.objects.create(username="staff", is_staff=True, is_superuser=True)
    tokens = {
        "owner": quiet_world.token(owner),
        "other": quiet_world.token(other),
        "staff": quiet_world.token(staff.id),
        "anonymous": "",
        "expired": _expired(owner),
    }
    found = {
        operation: _status(_client(tokens[who]), operation, registration, section)
        for operation in sorted(_expected(), key=lambda one: one.startswith("DELETE"))
    }
    assert found == {operation: row[who] for operation, row in _expected().items()}


def _status(client: APIClient, operation: str, registration: UUID, section: int) -> int:
    method, path = operation.split()
    values: Mapping[str, object] = {"registration": registration, "section": section}
    body = {"sections": [section], "mode": "any", "on_full": "waitlist"}
    data = body if "registrations" in path and method == "POST" else {}
    answer = client.generic(
        method, path.format(**values), json.dumps(data), content_type="application/json"
    )
    return int(answer.status_code)
