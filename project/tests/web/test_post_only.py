"""Every address of the site that only takes a form leads to a page when it is opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from project.accounts.models import User
from project.web.post_only import PostOnly, post_only_at
from registration import services
from registration.tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "a long phrase of mine"
# Responses for programs, and Django's own administration.
NO_PAGES = ("api/", "admin/")
VALUES = {
    "id": 1,
    "uuid": UUID(int=1),
    "slug": "token",
    "str": "token",
}


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the site with its parameters filled in."""

    path: str
    view: type | None


def routes() -> list[Route]:
    """All routes of the site."""
    return list(_routes(get_resolver().url_patterns))


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[Route]:
    for pattern in patterns:
        if str(pattern.pattern).startswith(NO_PAGES):
            continue
        assert isinstance(pattern, URLPattern), f"look into {pattern}, too"
        gaps = {name: _filled(kind) for name, kind in pattern.pattern.converters.items()}
        path = reverse(str(pattern.name), kwargs=gaps)
        yield Route(path, getattr(pattern.callback, "view_class", None))


def _filled(converter: object) -> object:
    kind = type(converter).__name__.removesuffix("Converter").lower()
    return VALUES["str" if kind == "string" else kind]


POST_ONLY = sorted(
    (route.path, route.view)
    for route in routes()
    if route.view is not None and issubclass(route.view, PostOnly)
)


def test_the_addresses_that_only_take_a_form_are_known() -> None:
    assert [path for path, _ in POST_ONLY] == [
        "/language/",
        "/plan/add/",
        "/plan/credits/",
        "/plan/remove/",
        "/plan/submit/",
        "/plan/swap/",
        "/sign-out/",
    ]


@pytest.fixture
def student() -> User:
    user = User.objects.get(pk=factories.student(name="ada"))
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("path", sorted(route.path for route in routes()))
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_no_address_that_somebody_opens_is_a_bare_405(
    client: Client, student: User, path: str, is_signed_in: bool
) -> None:
    if is_signed_in:
        client.force_login(student)
    for ask in (client.get, client.head):
        assert ask(path).status_code in (200, 302, 400, 404, 503)


@pytest.mark.parametrize(("path", "view"), POST_ONLY)
def test_it_leads_to_its_page(
    client: Client, student: User, path: str, view: type[PostOnly]
) -> None:
    signed_out = client.get(path)
    assert signed_out["Location"] in (f"/sign-in/?next={path}", reverse(view.page))
    client.force_login(student)
    answer = client.get(path, follow=True)
    assert answer.redirect_chain == [(reverse(view.page), 302)]
    assert "You were signed out" not in answer.content.decode()


@pytest.mark.parametrize(("path", "view"), [(p, v) for p, v in POST_ONLY if v.lost])
def test_who_was_signed_out_before_the_form_came_reads_so_on_the_page(
    client: Client, student: User, path: str, view: type[PostOnly]
) -> None:
    sign_in = client.post(path, {"section": "1"})
    assert sign_in["Location"] == f"/sign-in/?next={path}"
    names = {"username": "ada", "password": PASSWORD, "next": path}
    answer = client.post(sign_in["Location"], names, follow=True)
    assert answer.redirect_chain == [(reverse(view.page), 302)]
    assert str(view.lost) in answer.content.decode()
    assert str(view.lost) not in client.get(reverse(view.page)).content.decode(), "shown once"


def test_a_plan_outlives_the_session(client: Client, student: User) -> None:
    factories.section(1)
    factories.window()
    services.plan_add(student=student.id, section=1)
    sign_in = client.post("/plan/submit/", {"key": str(UUID(int=1)), "mode": "any"})
    names = {"username": "ada", "password": PASSWORD}
    text = client.post(sign_in["Location"], names, follow=True).content.decode()
    assert "You were signed out. Your plan is safe: submit it again." in text
    assert "MOD 1" in text


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("/plan/submit/", True),
        ("/plan/submit/?a=b", True),
        ("/language/", True),
        ("/plan/", False),
        ("/nowhere/", False),
        ("/api/v1/registrations/", False),
        ("", False),
    ],
)
def test_where_only_a_form_goes(address: str, is_one: bool) -> None:
    assert (post_only_at(address) is not None) is is_one


@pytest.mark.parametrize("path", ["/plan/add/", "/plan/credits/", "/plan/remove/", "/plan/swap/"])
def test_a_user_who_is_no_student_gets_a_page_that_says_so(client: Client, path: str) -> None:
    factories.section(1)
    client.force_login(User.objects.create_user("staff", is_staff=True))
    answer = client.post(path, {"section": "1", "other": "1", "credits": "4"}, follow=True)
    assert "Only students can register" in answer.content.decode()
