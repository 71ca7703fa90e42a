"""The id of a request: the caller's or a new one, in its response and its log entry."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
STRANGE = ["", "a b", "a\tb", "a,b", "x" * 65, "é", "a;b", "<b>"]


@pytest.mark.parametrize("given", ["abc-1", "A.b_c", "0" * 64])
def test_a_callers_id_comes_back(given: str, client: Client) -> None:
    assert client.get("/livez", headers={"x-request-id": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", STRANGE)
def test_a_strange_id_is_replaced(given: str, client: Client) -> None:
    found = client.get("/livez", headers={"x-request-id": given})["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", found)


def test_a_request_is_one_entry_without_its_query(client: Client, log_lines: list[str]) -> None:
    client.get("/sign-in/?q=Lovelace", headers={"x-request-id": "abc-1"})
    (line,) = [one for one in log_lines if "request_finished" in one]
    assert re.search("request_id=abc-1 .*method=GET .*path=/sign-in/ .*status=200", line)
    assert "Lovelace" not in "".join(log_lines)


def test_probes_are_logged_only_if_they_fail(client: Client, log_lines: list[str]) -> None:
    client.get("/livez")
    assert not [one for one in log_lines if "request_finished" in one]
