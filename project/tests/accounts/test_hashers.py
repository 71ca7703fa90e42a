"""Passwords are stored as Argon2id, and those stored otherwise are upgraded."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from pytest_django import Settings

from project import settings as ours
from project.accounts.models import User

PASSWORD = "correct horse battery"
KEPT = "argon2$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture(autouse=True)
def _as_the_site_does(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS


def test_a_new_password_is_kept_at_the_cost_that_was_chosen() -> None:
    assert make_password(PASSWORD).startswith(KEPT)


@pytest.mark.django_db
def test_an_older_hash_is_made_anew_when_its_owner_signs_in() -> None:
    User.objects.create(username="ada", password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert authenticate(username="ada", password="guess") is None
    assert User.objects.get(username="ada").password.startswith("pbkdf2_sha256$")
    assert authenticate(username="ada", password=PASSWORD) is not None
    assert User.objects.get(username="ada").password.startswith(KEPT)
