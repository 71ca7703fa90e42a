"""Each middleware of pages does its one job, and the page differs without it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from project.accounts.models import User
from project.events.reasons import Reason
from project.ops.redis import client as redis_client
from project.urls import handler400, handler403, handler404, handler500
from project.urls import urlpatterns as own
from project.web.errors.base import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
__all__ = ["handler400", "handler403", "handler404", "handler500"]  # requested by Django

ADDRESS = "/echo/"
Look = Callable[[Client], Any]


def echo(request: HttpRequest) -> HttpResponse:
    """Refuses on request; else says nothing about caching."""
    if "refuse" in request.GET:
        raise Refusal(Reason.TIME_CONFLICT, names="M1 with M2")
    return HttpResponse(repr(dict(request.GET)))


urlpatterns = [*own, path("echo/", echo, name="echo")]


def caching(client: Client) -> str:
    return client.get(ADDRESS).headers.get("Cache-Control", "none")


def leads_the_whole_page(client: Client) -> bool:
    client.logout()
    part = client.get("/preferences/", headers={"HX-Request": "true"})
    return "HX-Redirect" in part.headers


def status_of_nul(client: Client) -> int:
    return client.get(f"{ADDRESS}?q=%00").status_code


def status_of_the_second(client: Client) -> int:
    client.get(ADDRESS)
    return client.get(ADDRESS).status_code


def status_of_a_refusal(client: Client) -> int:
    client.raise_request_exception = False
    return client.get(f"{ADDRESS}?refuse=").status_code


def has_an_id(client: Client) -> bool:
    return "X-Request-ID" in client.get(ADDRESS)


CASES: dict[str, tuple[Look, object, object]] = {
    "request_log.RequestLog": (has_an_id, True, False),
    "private_pages.PrivatePages": (
        caching,
        "max-age=0, no-cache, no-store, must-revalidate, private",
        "none",
    ),
    "sign_in_again.SignInAgain": (leads_the_whole_page, True, False),
    "readable_query.ReadableQuery": (status_of_nul, 400, 200),
    "read_rate.ReadRate": (status_of_the_second, 429, 200),
    "refusals.Refusals": (status_of_a_refusal, 409, 500),
}


@pytest.fixture
def ada(client: Client, settings: Any) -> Client:
    for key in redis_client().scan_iter("limit:*"):
        redis_client().delete(key)
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"read": (1, 60.0)}
    client.force_login(User.objects.create_user("ada", full_name="Ada"))
    return client


@pytest.mark.parametrize("name", CASES)
def test_the_middleware_does_its_job(name: str, ada: Client) -> None:
    look, with_it, _ = CASES[name]
    assert look(ada) == with_it


@pytest.mark.parametrize("name", CASES)
def test_without_it_nothing_else_does(name: str, ada: Client) -> None:
    look, _, without = CASES[name]
    others = [one for one in site.MIDDLEWARE if one != f"project.web.middleware.{name}"]
    assert len(others) == len(site.MIDDLEWARE) - 1
    with override_settings(MIDDLEWARE=others):
        assert look(ada) == without


def test_every_middleware_of_pages_is_tried() -> None:
    room = "project.web.middleware."
    assert set(CASES) == {one.removeprefix(room) for one in site.MIDDLEWARE if room in one}
