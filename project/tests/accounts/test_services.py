"""Changes that people make to their account, and the events about them."""

from threading import Thread

import pytest
from django.db import connection, transaction

from project.accounts.models import PreviousEmail, User
from project.accounts.services import email_change, password_reset_request
from project.bus.sql import fetch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", full_name="Ada", email="a@x.org")


def events(kind: str) -> int:
    return len(fetch("SELECT 1 FROM bus_event WHERE type = %s", [f"accounts.{kind}.v1"]))


def previous() -> list[str]:
    return list(PreviousEmail.objects.order_by("id").values_list("email", flat=True))


@pytest.mark.parametrize(
    ("had", "takes", "notified"),
    [("a@x.org", "b@x.org", ["a@x.org"]), ("a@x.org", "a@x.org", []), ("", "b@x.org", [])],
)
def test_the_replaced_address_is_notified_if_there_was_one(
    ada: User, had: str, takes: str, notified: list[str]
) -> None:
    User.objects.update(email=had)
    email_change(person=ada, email=takes)
    ada.refresh_from_db()
    assert (ada.email, previous(), events("email_replaced")) == (takes, notified, len(notified))


def test_nothing_else_of_a_person_is_changed_with_the_address(ada: User) -> None:
    User.objects.update(full_name="Ada Lovelace")
    email_change(person=ada, email="b@x.org")
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"


@pytest.mark.django_db(transaction=True)
def test_of_two_concurrent_changes_each_notifies_the_address_it_replaced(ada: User) -> None:
    def change() -> None:
        try:
            email_change(person=ada, email="c@x.org")
        finally:
            connection.close()

    second = Thread(target=change)
    with transaction.atomic():
        email_change(person=ada, email="b@x.org")
        second.start()
        second.join(timeout=1)
    second.join()
    ada.refresh_from_db()
    assert (ada.email, previous()) == ("c@x.org", ["a@x.org", "b@x.org"])


def test_a_password_that_nobody_can_be_sent_is_asked_for_all_the_same(ada: User) -> None:
    password_reset_request(people=[])
    password_reset_request(people=[ada, ada])
    rows = fetch("SELECT data FROM bus_event WHERE type = 'accounts.password_reset_requested.v1'")
    assert ["null" in data for (data,) in rows] == [True, False, False]
