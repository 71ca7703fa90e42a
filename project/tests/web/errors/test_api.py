"""Every error of the API is a problem: code, sentence, and how to fix it."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.test import Client
from rest_framework import exceptions
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from project.events.reasons import Reason
from project.web.errors.base import Refusal


class Failing(APIView):
    """Raises the given error."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    error: Exception = Exception()

    def get(self, request: Any) -> None:
        raise self.error

    def post(self, request: Any) -> Any:
        return request.data


def ask(error: Exception, **named: Any) -> Any:
    response = Failing.as_view(error=error)(APIRequestFactory().get("/api/x", **named))
    response.render()
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["type"] == f"/problems/{body['code']}"
    return response, body


KNOWN = [
    (Http404(), 404, "not_found"),
    (PermissionDenied(), 403, "forbidden"),
    (exceptions.PermissionDenied(), 403, "forbidden"),
    (exceptions.NotFound(), 404, "not_found"),
    (exceptions.ParseError(), 400, "malformed"),
    (exceptions.NotAuthenticated(), 403, "not_authenticated"),
    (exceptions.AuthenticationFailed(), 403, "not_authenticated"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    (exceptions.NotAcceptable(), 406, "not_acceptable"),
    (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
    (exceptions.Throttled(30), 429, "throttled"),
]


@pytest.mark.parametrize(("error", "status", "code"), KNOWN)
def test_each_foreseen_error_has_its_code_and_a_sentence(
    error: Exception, status: int, code: str
) -> None:
    response, body = ask(error)
    # Without an authenticator DRF has no challenge to send, so it turns 401 into 403.
    assert (response.status_code, body["code"]) == (status, code)
    assert body["detail"].endswith(".")


def test_a_refusal_travels_with_code_sentence_remedy_and_extras() -> None:
    error = Refusal(Reason.TIME_CONFLICT, names="M1 with M2", extra={"sections": [1, 2]})
    _, body = ask(error)
    assert body == {
        "type": "/problems/time_conflict",
        "title": "Time conflict",
        "status": 409,
        "detail": "Meetings overlap: M1 with M2.",
        "code": "time_conflict",
        "fix": "Choose sections that meet at other times, or drop one.",
        "sections": [1, 2],
    }


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.IDEMPOTENCY_KEY_MISSING, 400),
        (Reason.IDEMPOTENCY_KEY_REUSED, 422),
        (Reason.NOT_A_STUDENT, 403),
        (Reason.NO_ACCOUNT, 404),
        (Reason.PLAN_CHANGED, 409),
    ],
)
def test_a_refusal_has_the_status_of_its_reason(reason: Reason, status: int) -> None:
    assert ask(Refusal(reason, student=1))[0].status_code == status


def test_nested_validation_errors_point_at_their_fields() -> None:
    error = exceptions.ValidationError({"sections": {"0": ["Not a number."]}, "mode": ["Unknown."]})
    _, body = ask(error)
    assert body["code"] == "malformed"
    assert body["errors"] == [
        {"detail": "Not a number.", "pointer": "#/sections/0"},
        {"detail": "Unknown.", "pointer": "#/mode"},
    ]


def test_a_throttled_client_learns_when_to_retry() -> None:
    assert ask(exceptions.Throttled(29.2))[0]["Retry-After"] == "30"


@pytest.mark.parametrize(
    "error", [RecursionError("deep"), RequestDataTooBig("large"), UnreadablePostError("cut")]
)
def test_a_body_that_cannot_be_read_is_malformed_and_no_bug(error: Exception) -> None:
    response, body = ask(error)
    assert (response.status_code, body["code"]) == (400, "malformed")


def test_a_missing_database_is_unavailable_and_to_be_tried_again() -> None:
    response, body = ask(OperationalError("gone"))
    assert (response.status_code, body["code"]) == (503, "unavailable")
    assert response["Retry-After"] == "2"
    assert "gone" not in str(body)


def test_a_bug_is_logged_and_says_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    response, body = ask(ZeroDivisionError("the secret of the bug"))
    assert (response.status_code, body["code"]) == (500, "bug")
    assert "secret" not in str(body)
    assert "request" in body
    assert "ZeroDivisionError" in caplog.text


def test_a_body_that_is_no_json_is_malformed() -> None:
    request = APIRequestFactory().post("/api/x", data="{", content_type="application/json")
    response = Failing.as_view()(request)
    assert (response.status_code, response.data["code"]) == (400, "malformed")


def test_a_stray_address_below_api_is_a_problem(client: Client) -> None:
    response = client.get("/api/nowhere")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"


def test_a_stray_address_elsewhere_is_a_page(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_a_strange_host_is_refused_as_a_problem_too(client: Client) -> None:
    response = client.get("/api/nowhere", headers={"host": "evil.example"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
