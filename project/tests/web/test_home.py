"""The home page: for strangers an introduction, for others links to their pages."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from project.accounts.models import User
from project.web import navigation


def test_a_stranger_reads_what_this_is_and_may_sign_in(client: Client) -> None:
    text = client.get("/").content.decode()
    assert "first come is first served" in text
    assert '<a class="button" href="/sign-in/">Sign in</a>' in text
    assert 'class="doors"' not in text


def test_who_is_signed_in_finds_the_own_pages_first(
    client: Client, db: None, django_assert_num_queries: Any
) -> None:
    client.force_login(User.objects.create_user("ada", full_name="Ada Lovelace"))
    with django_assert_num_queries(2):  # the person, and their windows
        text = client.get("/").content.decode()
    doors = re.findall(r'<a href="([^"]+)"', text.split('class="doors"')[1].split("</ul>")[0])
    assert doors == [reverse(way.name) for way in navigation._items]
    assert doors[-2:] == ["/account/", "/inbox/"]
    assert "Welcome, Ada Lovelace." in text
    assert text.index('class="doors"') < text.index('href="/admin/"')


def test_the_ways_are_shown_by_their_order_and_the_place_is_marked(
    client: Client, db: None
) -> None:
    client.force_login(User.objects.create_user("ada", full_name="Ada"))
    text = client.get("/inbox/").content.decode()
    assert [way.order for way in navigation._items] == sorted(
        way.order for way in navigation._items
    )
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', text) == ["/inbox/"]
