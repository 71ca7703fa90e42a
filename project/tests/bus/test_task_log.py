"""The ids of requests in the log entries of tasks."""

from collections.abc import Iterator

import pytest
from structlog.contextvars import clear_contextvars, get_contextvars

from project.bus.task_log import TaskLog


@pytest.fixture(autouse=True)
def _unbound() -> Iterator[None]:
    clear_contextvars()
    yield
    clear_contextvars()


@pytest.mark.parametrize("given", ["r1", "r1,r2", ",".join(["0" * 64] * 1000)])
def test_well_formed_ids_are_bound_and_sent_on(given: str) -> None:
    TaskLog().bind_context({"request_id": given})
    assert TaskLog().get_task_context() == {"request_id": given}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "r1",
        {},
        {"request_id": None},
        {"request_id": 7},
        {"request_id": ""},
        {"request_id": "a b"},
        {"request_id": "a\nlevel=error"},
        {"request_id": "a,,b"},
        {"request_id": "x" * 65},
        {"request_id": ",".join(["a"] * 1001)},
        {"level": "error", "event": "forged"},
    ],
)
def test_nothing_else_of_a_header_is_taken_over(header: object) -> None:
    TaskLog().bind_context(header)
    assert get_contextvars() == {}
