"""Log entries: one line each, in every form, with the request's id and without secrets."""

import json
import logging
from typing import Any

import pytest
import structlog

from project.ops.logging import FORMATS, bound_requests, get_request_id
from project.testing.log_lines import log_lines

LIBRARY = logging.getLogger("some.library")
OURS = structlog.get_logger("project.sample")

HOSTILE = [
    "two\nlines",
    "a \r return",
    "\x1b[31mred",
    "sep \u2028 arated",
    "nul \x00",
    'a "quote" = 1',
]


@pytest.mark.parametrize("form", ["logfmt", "json"])
@pytest.mark.parametrize("text", HOSTILE)
def test_an_entry_is_one_line_whatever_is_in_it(
    text: str, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    LIBRARY.warning(text, extra={"batch": text})
    OURS.warning(text, batch=text)
    lines = log_lines(caplog, form=form)
    assert [len(line.splitlines()) for line in lines] == [1, 1]
    assert "\x1b" not in "".join(lines)
    if form == "json":
        found = [json.loads(line) for line in lines]
        assert [(one["event"], one["batch"]) for one in found] == [(text, text)] * 2


@pytest.mark.parametrize("form", FORMATS)
def test_a_traceback_is_in_the_entry(form: str, caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("a reason")
    except ValueError:
        LIBRARY.exception("it failed")
        OURS.exception("it failed")
    assert ["ValueError: a reason" in line for line in log_lines(caplog, form=form)] == [True] * 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "address", ["/calendar/SECRET.ics", "/password/reset/MQ/SECRET-x/", "see /calendar/SECRET"]
)
def test_secret_addresses_are_hidden(
    address: str, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    LIBRARY.warning("Not Found: %s", address)
    OURS.warning("Not Found", path=address)
    assert len(log_lines(caplog, form=form)) == 2
    assert "SECRET" not in "".join(log_lines(caplog, form=form))


def test_the_objects_of_django_and_celery_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    objects: dict[str, Any] = {"request": object(), "status_code": 500, "data": {"id": 1}}
    LIBRARY.error("an error", extra=objects)
    (line,) = log_lines(caplog)
    assert 'level=error logger=some.library role=web event="an error"' in line
    assert "object at" not in line
    assert "data=" not in line


@pytest.mark.parametrize(("given", "one"), [((), ""), (("r1",), "r1"), (("r1", "r2"), "")])
def test_entries_carry_the_ids_of_their_requests(
    given: tuple[str, ...], one: str, caplog: pytest.LogCaptureFixture
) -> None:
    with bound_requests(given):
        assert get_request_id() == one
        LIBRARY.warning("meanwhile")
        (line,) = log_lines(caplog)
    assert f"request_id={','.join(given)}" in line if given else "request_id" not in line
