"""Whatever a signed-in student sends to any operation, the site never breaks."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis.generation import GenerationMode

from project.bus.sql import fetch
from project.ops.ids import uuid7
from project.testing import terminal_summary
from project.testing.api_schema import schema_now
from project.testing.rounds import rounds
from project.testing.system.world import World
from project.wsgi import application

pytestmark = pytest.mark.slow

EXAMPLES = rounds(200, few=40)
OPERATIONS = {
    "auth_token_create",
    "auth_refresh_create",
    "registrations_list",
    "registrations_submit",
    "registrations_follow",
    "items_drop",
    "profile",
    "profile_change",
    "sections_list",
}


def test_every_operation_is_tried() -> None:
    paths = schema_now()["paths"].values()
    assert {one["operationId"] for path in paths for one in path.values()} == OPERATIONS


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_no_answer_is_a_server_error(
    quiet_world: World, operation: str, settings: Settings, record_property: Any
) -> None:
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, (10**6, 1.0))
    sections = [quiet_world.section(seats=5) for _ in range(3)]
    (student,) = quiet_world.students(1)
    quiet_world.ready()
    registration = str(quiet_world.submit(student, sections[0]))
    quiet_world.ready()
    known = {"registration": registration, "section": sections[0]}
    statuses = _send_examples(operation, quiet_world.token(student), known, sections)
    assert [one for one in statuses if one >= 500] == []
    assert len(statuses) >= EXAMPLES // 2
    seen = {one: statuses.count(one) for one in sorted(set(statuses))}
    record_property(terminal_summary.NAME, f"{operation}: {len(statuses)} examples, answers {seen}")
    assert fetch("SELECT count(*) FROM registration_item WHERE section_id = %s", [sections[0]])


def _send_examples(
    operation: str, token: str, known: dict[str, Any], sections: list[int]
) -> list[int]:
    """Send examples in and out of the schema, with real and made-up ids; returns the statuses."""
    schema = schemathesis.openapi.from_dict(schema_now())
    schema.app = application
    found = schema.find_operation_by_id(operation)
    statuses: list[int] = []

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=st.one_of(
            found.as_strategy(generation_mode=GenerationMode.POSITIVE),
            found.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        is_real=st.booleans(),
    )
    def send(case: Any, is_real: bool) -> None:
        if is_real:
            case.path_parameters = {n: known[n] for n in case.path_parameters or {}}
            if isinstance(case.body, dict) and "sections" in case.body:
                case.body["sections"] = sections[1:]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid7())}
        statuses.append(case.call(headers=headers).status_code)

    send()
    return statuses
