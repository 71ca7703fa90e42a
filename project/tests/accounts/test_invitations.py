"""Invitations: a link to set the first password, by email, at a stated pace."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from project.accounts.models import User
from project.accounts.people import Person, people_create
from project.accounts.services import people_invite
from project.bus.sql import fetch
from project.testing.in_process import posted

pytestmark = pytest.mark.django_db
NEW = "a long enough phrase"


def newcomers(count: int) -> list[int]:
    made = people_create(
        [
            Person(number=f"S-{n}", username=f"S-{n}", full_name=f"New {n}", email=f"s{n}@x.org")
            for n in range(count)
        ]
    )
    return list(made.values())


def test_a_stranger_sets_a_password_by_the_link_once(client: Client) -> None:
    people_invite(people=newcomers(1), per_minute=60)
    (mail,) = posted()
    assert (mail.to, "Your user name is S-0." in mail.body) == (["s0@x.org"], True)
    link = re.search(r"/password/reset/\w+/[\w-]+/", str(mail.body))
    assert link is not None
    page = client.get(link[0], follow=True)
    form = page.redirect_chain[-1][0]
    kept = client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert kept.status_code == 302
    assert client.login(username="s-0", password=NEW)
    assert Client().get(link[0], follow=True).context["validlink"] is False


@pytest.mark.parametrize(
    ("per_minute", "delays"),
    [(60, [0, 1, 2, 3]), (1, [0, 60, 120, 180]), (2, [0, 30, 60, 90]), (6000, [0, 0, 0, 0]),
     (7, [0, 8, 17, 25])],
)  # fmt: skip
def test_the_pace(per_minute: int, delays: list[int]) -> None:
    assert people_invite(people=newcomers(4), per_minute=per_minute) == 4
    posted()
    waits = fetch(
        "SELECT extract(epoch FROM m.due_at - e.recorded_at)::int"
        "  FROM notifications_email m JOIN bus_event e ON e.id = m.event_id ORDER BY m.id"
    )
    assert [wait for (wait,) in waits] == delays


def test_who_cannot_read_it_gets_none() -> None:
    one, other, third = newcomers(3)
    User.objects.filter(id=one).update(email="")
    User.objects.filter(id=other).update(is_active=False)
    assert people_invite(people=[one, other, third, 424242], per_minute=60) == 1
    assert [mail.to for mail in posted()] == [["s2@x.org"]]


@pytest.mark.parametrize(("is_invited", "emails"), [(True, 2), (False, 0)])
def test_another_link_is_sent_to_whoever_was_invited(
    client: Client, is_invited: bool, emails: int
) -> None:
    people = newcomers(1)
    if is_invited:
        people_invite(people=people, per_minute=60)
    client.post(reverse("password_reset"), {"email": "s0@x.org"})
    assert len(posted()) == emails
