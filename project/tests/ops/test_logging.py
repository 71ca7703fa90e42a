"""Log entries: one line each, in every form, with the request's id and without secrets."""

import io
import json
import logging
import re
from typing import Any

import pytest
import structlog

from project.ops.logging import (
    FORMATS,
    bound_requests,
    get_request_id,
    make_formatter,
    make_logger,
    make_processors,
)

LIBRARY = logging.getLogger("some.library")
OURS = structlog.get_logger("project.sample")


@pytest.fixture(autouse=True)
def _unbound() -> None:
    structlog.contextvars.clear_contextvars()


class Written(io.StringIO):
    """What both kinds of loggers write in one form."""

    def __init__(self, form: str) -> None:
        super().__init__()
        handler = logging.StreamHandler(self)
        handler.setFormatter(make_formatter(form=form, role="web"))
        self.library = logging.Logger("some.library")
        self.library.addHandler(handler)
        self.ours = structlog.wrap_logger(
            make_logger("project.sample", self),
            processors=make_processors(form=form, role="web"),
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        )

    @property
    def lines(self) -> list[str]:
        return self.getvalue().removesuffix("\n").split("\n")


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
def test_an_entry_is_one_line_whatever_is_in_it(text: str, form: str) -> None:
    written = Written(form)
    written.library.warning(text, extra={"batch": text})
    written.ours.warning(text, batch=text)
    assert [len(line.splitlines()) for line in written.lines] == [1, 1]
    assert "\x1b" not in written.getvalue()
    if form == "json":
        found = [json.loads(line) for line in written.lines]
        assert [(one["event"], one["batch"]) for one in found] == [(text, text)] * 2


@pytest.mark.parametrize("form", FORMATS)
def test_a_traceback_is_in_the_entry(form: str) -> None:
    written = Written(form)
    try:
        raise ValueError("a reason")
    except ValueError:
        written.library.exception("it failed")
        written.ours.exception("it failed")
    assert written.getvalue().count("ValueError: a reason") == 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "address", ["/calendar/SECRET.ics", "/password/reset/MQ/SECRET-x/", "see /calendar/SECRET"]
)
def test_secret_addresses_are_hidden(address: str, form: str) -> None:
    written = Written(form)
    written.library.warning("Not Found: %s", address)
    written.ours.warning("Not Found", path=address)
    assert len(written.lines) == 2
    assert "SECRET" not in written.getvalue()


def test_both_kinds_of_entries_have_the_same_fields(log_lines: list[str]) -> None:
    LIBRARY.warning("odd")
    OURS.warning("odd")
    fields = [re.findall(r"(\w+)=", line) for line in log_lines]
    assert fields == [["timestamp", "level", "logger", "role", "event"]] * 2


def test_the_objects_of_django_and_celery_are_left_out(log_lines: list[str]) -> None:
    objects: dict[str, Any] = {"request": object(), "status_code": 500, "data": {"id": 1}}
    LIBRARY.error("an error", extra=objects)
    (line,) = log_lines
    assert 'level=error logger=some.library role=owner event="an error"' in line
    assert "object at" not in line
    assert "data=" not in line


@pytest.mark.parametrize(("given", "one"), [((), ""), (("r1",), "r1"), (("r1", "r2"), "")])
def test_entries_carry_the_ids_of_their_requests(
    given: tuple[str, ...], one: str, log_lines: list[str]
) -> None:
    with bound_requests(given):
        assert get_request_id() == one
        LIBRARY.warning("meanwhile")
        (line,) = log_lines
    assert f"request_id={','.join(given)}" in line if given else "request_id" not in line
