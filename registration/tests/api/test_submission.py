"""Submission over HTTP: accepted requests, every refusal with its body, and idempotency."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from project.accounts.models import User
from project.bus.sql import fetch
from project.events.modules import Clause
from project.events.vocabulary import Mode, OnFull
from registration import services
from registration.models import IdempotencyKey, Item, Registration
from registration.rules.request import RegistrationRequest
from registration.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    """A student with an open window and two sections to choose from."""
    factories.section(1, day=0)
    factories.section(2, day=1)
    factories.window()
    return factories.student()


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert nothing_is_stored()
    return dict(answer.json())


def nothing_is_stored() -> bool:
    events = fetch("SELECT 1 FROM bus_event WHERE type = 'registration.submitted.v1'")
    return not (events or IdempotencyKey.objects.exists() or Registration.objects.exists())


def test_request_is_accepted(student: int) -> None:
    answer = factories.post(student, factories.body(2, 1, mode="all"))
    assert answer.status_code == 202
    accepted = answer.json()
    url = f"/api/v1/registrations/{accepted['id']}/"
    assert accepted == {"id": accepted["id"], "status": "pending", "url": url}
    assert (answer["Location"], answer["Retry-After"]) == (url, "1")
    row = Registration.objects.get(id=accepted["id"])
    assert (row.student_id, row.term_id, row.mode, row.on_full, row.decided_at) == (
        student,
        factories.TERM,
        "all",
        "waitlist",
        None,
    )
    items = Item.objects.filter(registration_id=row.id).order_by("ordinal")
    assert [(i.section_id, i.module_code, i.credit_quarters, i.state, i.code) for i in items] == [
        (2, "MOD 2", 16, "pending", ""),
        (1, "MOD 1", 16, "pending", ""),
    ]
    assert {i.changed_at for i in items} == {row.submitted_at}


def test_accepting_takes_two_statements(student: int) -> None:
    factories.post(student, factories.body(1))
    with CaptureQueriesContext(connection) as queries:
        services.registration_submit(
            student=student,
            key="k",
            request=RegistrationRequest(sections=(2,), mode=Mode.ANY, on_full=OnFull.WAITLIST),
        )
    ours = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(ours) == 2, (
        "locks, key and reads in one round trip; then the event with its projections"
    )


def refusals() -> list[Any]:
    return [
        pytest.param("blocked", {"detail": "Your account is blocked from registering: Pay."}),
        pytest.param("unknown_section", {"sections": [99]}),
        pytest.param("several_terms", {"sections": [1, 5]}),
        pytest.param(
            "window", {"detail": "Your registration window for this term has not been set."}
        ),
        pytest.param("closed_section", {"sections": [3]}),
        pytest.param("already_registered", {"sections": [1, 6]}),
        pytest.param("time_conflict", {"sections": [1]}),
        pytest.param("credit_limit", {"fix": "Ask for 1 credits less, or drop something."}),
        pytest.param(
            "prerequisites", {"detail": "A requirement is not met: MOD 8 A01 needs A or B."}
        ),
        pytest.param("too_many_sections", {}),
    ]


ASKED = {
    "unknown_section": (1, 99),
    "several_terms": (1, 5),
    "closed_section": (1, 3),
    "already_registered": (1, 6),
    "time_conflict": (1, 4),
    "credit_limit": (7,),
    "prerequisites": (8,),
    "too_many_sections": tuple(range(1, 10)),
}


@pytest.mark.parametrize(("code", "expected"), refusals())
def test_refusal(code: str, expected: dict[str, Any]) -> None:
    factories.section(1, day=0)
    factories.section(3, is_open=False)
    factories.section(4, day=0)
    factories.section(5, term=2)
    factories.section(6, module="MOD 1")
    factories.section(7, credits=21)
    factories.section(8, requires=(Clause(any_of=("A", "B")),))
    student = factories.student()
    if code != "window":
        factories.window()
    if code == "blocked":
        services.block_put(student=student, reason="Pay.")
    body = problem(factories.post(student, factories.body(*ASKED.get(code, (1,)))), 409)
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert body["detail"].endswith((".", "Pay."))
    assert body["fix"]
    assert {name: body[name] for name in expected} == (
        {"sections": [6]} if code == "already_registered" else expected
    )


def test_zero_seats_are_closed(student: int) -> None:
    factories.section(3, seats=0)
    assert problem(factories.post(student, factories.body(3)), 409)["code"] == "closed_section"


def test_four_sections_of_half_a_credit_fill_a_limit_of_two() -> None:
    factories.window()
    for number in range(1, 6):
        factories.section(number, credits=0.5 if number < 5 else 0.25)
    student = factories.student(credit_limit=2)
    accepted = factories.post(student, factories.body(1, 2, 3, 4)).json()
    (submitted,) = factories.stored("submitted")
    assert [item["credit_quarters"] for item in submitted["items"]] == [2, 2, 2, 2]
    items = factories.client(student).get(accepted["url"]).json()["items"]
    assert [item["credits"] for item in items] == [0.5] * 4
    refused = factories.post(student, factories.body(5)).json()
    assert refused["detail"] == "0.25 more credits would make 2.25; your limit is 2."
    assert refused["fix"] == "Ask for 0.25 credits less, or drop something."


def chosen(section: int, credits: float) -> dict[str, Any]:
    return {"section": section, "credits": credits}


def test_credits_are_chosen_within_the_range_and_counted(student: int) -> None:
    factories.section(4, credits=1, credits_max=12)
    factories.section(5, credits=0.5, credits_max=2)
    body = {**factories.body(), "sections": [chosen(4, 3.5), 1, 5]}
    accepted = factories.post(student, body).json()
    (submitted,) = factories.stored("submitted")
    assert [one["credit_quarters"] for one in submitted["items"]] == [14, 16, 2]
    items = factories.client(student).get(accepted["url"]).json()["items"]
    assert [one["credits"] for one in items] == [3.5, 4, 0.5]


@pytest.mark.parametrize(
    ("section", "credits", "has"),
    [
        (4, 0.75, "1\N{EN DASH}12"),
        (4, 12.25, "1\N{EN DASH}12"),
        (4, 0, "1\N{EN DASH}12"),
        (1, 3, "4"),
        (1, 4.25, "4"),
    ],
)
def test_credits_outside_the_range_are_refused(
    student: int, section: int, credits: float, has: str
) -> None:
    factories.section(4, credits=1, credits_max=12)
    body = {**factories.body(), "sections": [chosen(section, credits)]}
    refused = problem(factories.post(student, body), 409)
    assert (refused["code"], refused["sections"]) == ("credit_range", [section])
    name = f"MOD {section} A01"
    assert refused["detail"] == f"The credits chosen are not possible: {name} has {has} credits."
    assert refused["fix"] == "Choose credits within the range."


def test_the_credits_chosen_count_against_the_limit() -> None:
    factories.window()
    factories.section(4, credits=1, credits_max=12)
    factories.section(5, credits=1, credits_max=12)
    student = factories.student(credit_limit=6)
    first = {**factories.body(), "sections": [chosen(4, 4)]}
    assert factories.post(student, first).status_code == 202
    more = {**factories.body(), "sections": [chosen(5, 2.25)]}
    answer = factories.post(student, more).json()
    assert answer["detail"] == "2.25 more credits would make 6.25; your limit is 6."
    fits = {**factories.body(), "sections": [chosen(5, 2)]}
    assert factories.post(student, fits).status_code == 202


def test_the_same_key_with_other_credits_is_another_request(student: int) -> None:
    factories.section(4, credits=1, credits_max=12)
    for credits, status in ((3, 202), (3, 202), (4, 422)):
        body = {**factories.body(), "sections": [chosen(4, credits)]}
        assert factories.post(student, body, key="k").status_code == status


def test_window_of_another_programme_or_year_does_not_count() -> None:
    factories.section(1)
    factories.window(programme="LAW")
    factories.window(year=1)
    student = factories.student()
    assert problem(factories.post(student, factories.body(1)), 409)["code"] == "window"
    factories.window(programme="CS", year=2)
    assert factories.post(student, factories.body(1)).status_code == 202


def test_malformed_is_400(student: int) -> None:
    body = problem(factories.post(student, {"sections": [True]}), 400)
    assert (body["code"], body["field"]) == ("malformed", "mode")


def test_body_of_another_kind_is_415(student: int) -> None:
    answer = factories.client(student).post(
        factories.URL, "sections=1", content_type="text/plain", headers={"Idempotency-Key": "k"}
    )
    assert problem(answer, 415)["code"] == "unsupported_media_type"


def test_huge_body_is_400(student: int) -> None:
    answer = factories.client(student).post(
        factories.URL,
        " " * 3_000_000,
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert problem(answer, 400)["code"] == "malformed"


def test_no_key_is_400(student: int) -> None:
    body = problem(factories.post(student, factories.body(1), key=None), 400)
    assert body["code"] == "idempotency_key_missing"


@pytest.mark.parametrize("who", ["staff", "disabled"])
def test_only_active_students_register(student: int, who: str) -> None:
    if who == "staff":
        student = User.objects.create_user("staff", is_staff=True).id
    else:
        User.objects.filter(id=student).update(is_active=False)
    body = problem(factories.post(student, factories.body(1)), 403)
    assert body["code"] == "not_a_student"


def test_same_key_and_request_get_the_same_response(student: int) -> None:
    first = factories.post(student, factories.body(1), key="k")
    again = factories.post(
        student, {"on_full": "waitlist", "mode": "any", "sections": [1]}, key="k"
    )
    assert (again.status_code, again.content) == (202, first.content)
    assert again["Location"] == first["Location"]
    assert Registration.objects.count() == 1


def test_same_key_and_another_request_is_422(student: int) -> None:
    factories.post(student, factories.body(1), key="k")
    answer = factories.post(student, factories.body(2), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Registration.objects.count() == 1


def test_key_is_the_students_own(student: int) -> None:
    other = factories.student()
    first = factories.post(student, factories.body(1), key="k").json()
    assert factories.post(other, factories.body(1), key="k").json()["id"] != first["id"]


def test_refusal_stores_nothing_and_is_checked_anew(student: int) -> None:
    block = services.block_put(student=student, reason="Pay.")
    assert problem(factories.post(student, factories.body(1), key="k"), 409)["code"] == "blocked"
    services.block_lift(block=block)
    assert factories.post(student, factories.body(1), key="k").status_code == 202


def test_keys_are_deleted_after_a_day(student: int) -> None:
    factories.post(student, factories.body(1), key="old")
    factories.post(student, factories.body(2), key="new")
    IdempotencyKey.objects.filter(key="old").update(
        created_at=timezone.now() - timedelta(hours=24, minutes=1)
    )
    IdempotencyKey.objects.filter(key="new").update(created_at=timezone.now() - timedelta(hours=23))
    assert services.idempotency_keys_purge() == 1
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]


def test_second_request_is_checked_against_the_first(student: int) -> None:
    factories.post(student, factories.body(1))
    answer = factories.post(student, factories.body(1, 2))
    assert (answer.status_code, answer.json()["code"]) == (409, "already_registered")


def test_id_sorts_by_time(student: int) -> None:
    ids = [UUID(factories.post(student, factories.body(n)).json()["id"]) for n in (1, 2)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
