"""A person has one name, in whatever capitals and Unicode form somebody types it."""
# ruff: noqa: RUF001 -- characters that look like others are what it is about

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from project.accounts.forms import ForgottenPasswordForm
from project.accounts.models import User
from project.ops.names import fold_name

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"

WRITTEN = {
    "mchan7": ["mchan7", "MCHAN7", "Mchan7", "ｍｃｈａｎ７", "ＭＣＨＡＮ７"],
    "renée": ["renée", "RENÉE", "rene\u0301e", "RENE\u0301E", "Rene\u0301e"],
    "straße": ["straße", "STRASSE", "Strasse", "STRAẞE", "ｓtraße"],
    "οδυσσευς": ["οδυσσευς", "ΟΔΥΣΣΕΥΣ", "Οδυσσευσ"],
    "陳ﾀﾛｳ": ["陳ﾀﾛｳ", "陳タロウ"],
}
OTHERS = {"mchan7": ["mchan", "mchan77", "nchan7"], "renée": ["renee", "rené"]}


def person(name: str) -> User:
    return User.objects.create_user(name, PASSWORD, full_name=name, email="a@example.org")


PAIRS = [(name, typed) for name, ways in WRITTEN.items() for typed in ways]


@pytest.mark.parametrize(("name", "typed"), PAIRS)
def test_a_name_signs_in_however_it_is_typed_on_pages_and_by_the_api(name: str, typed: str) -> None:
    who = person(name)
    body = {"username": typed, "password": PASSWORD}
    assert APIClient().post("/api/v1/auth/token/", body).status_code == 200
    page = Client()
    assert page.post("/sign-in/", body).status_code == 302
    assert page.session["_auth_user_id"] == str(who.pk)


@pytest.mark.parametrize(("name", "typed"), [(n, t) for n, all_ in OTHERS.items() for t in all_])
def test_another_name_is_another_name(name: str, typed: str) -> None:
    person(name)
    assert authenticate(username=typed, password=PASSWORD) is None
    assert person(typed).pk


@pytest.mark.parametrize(("name", "typed"), PAIRS)
def test_nobody_is_called_as_somebody_else_is(name: str, typed: str) -> None:
    person(name)
    with pytest.raises(IntegrityError, match="username"), transaction.atomic():
        person(typed)
    other = person("somebody")
    other.username = User.normalize_username(typed)
    with pytest.raises(ValidationError, match="This username is taken"):
        other.full_clean()
    other.username = typed
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


@pytest.mark.parametrize(("name", "typed"), PAIRS)
def test_staff_read_why_a_name_is_refused(name: str, typed: str) -> None:
    person(name)
    other = person("somebody")
    staff = Client()
    staff.force_login(User.objects.create_superuser("root", PASSWORD, full_name="R", email=""))
    renamed = {"username": typed, "full_name": "X", "language": "en", "is_active": "on"}
    made = {
        **renamed, "usable_password": "true", "password1": "a long phrase 7",
        "password2": "a long phrase 7",
    }  # fmt: skip
    for path, body in ((f"{other.pk}/change/", renamed), ("add/", made)):
        answer = staff.post(f"/admin/accounts/user/{path}", body)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "This username is taken" in text or "username already exists" in text
    assert User.objects.count() == 3


def test_a_person_may_change_the_capitals_of_their_own_name() -> None:
    who = person("mchan7")
    who.username = "MChan7"
    who.full_clean()
    who.save()
    assert authenticate(username="mchan7", password=PASSWORD) == who


@pytest.mark.parametrize(("name", "typed"), PAIRS)
def test_every_way_to_write_a_name_is_counted_as_one(name: str, typed: str) -> None:
    assert fold_name(typed) == fold_name(name)
    assert fold_name(f" {typed}\t") == fold_name(name)


def test_a_command_finds_who_is_there_under_other_capitals() -> None:
    who = person("Student-1")
    assert User.objects.ids_by_name(["student-1", "STUDENT-1", "student-2"]) == {
        "student-1": who.pk, "STUDENT-1": who.pk,
    }  # fmt: skip
    with pytest.raises(CommandError, match="already taken"):
        call_command(
            "createsuperuser", interactive=False, username="student-1", full_name="x", email="x@y.z"
        )


ADDRESSES = [
    ("Ada@Example.org", "ada@example.org"), ("ada@example.org", "ADA@EXAMPLE.ORG"),
    ("ada@bu\u0308cher.example", "ada@bücher.example"),
    ("ada@bücher.example", "ADA@BÜCHER.example"),
    ("ada@example.org", "ａda@example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "typed"), ADDRESSES)
def test_an_address_is_found_however_it_is_typed(stored: str, typed: str) -> None:
    who = User.objects.create_user("ada", PASSWORD, full_name="Ada")
    User.objects.filter(pk=who.pk).update(email=stored)
    assert list(ForgottenPasswordForm().get_users(typed)) == [who]
    assert list(ForgottenPasswordForm().get_users(f"x{typed}")) == []
    User.objects.filter(pk=who.pk).update(is_active=False)
    assert list(ForgottenPasswordForm().get_users(typed)) == []
