"""Pages, security headers, health, logs, status, and the description of the API."""

import io
import re
import time
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from project.accounts.models import User
from project.bus.models import DeadLetter, Event
from project.web import health

PAGES = ["/", "/api/docs/", "/admin/login/", "/nowhere"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_allows_only_our_own_files(path: str, client: Client, db: None) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = answer.content.decode()
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)
    assert not re.search(r"(?:src|href)=\"https?://", text)


def test_the_first_page_says_what_this_is_and_where_to_go(client: Client, db: None) -> None:
    text = client.get("/").content.decode()
    for address in ("/api/docs/", "/api/schema/", "/admin/", "/readyz"):
        assert f'href="{address}"' in text
    assert '<html lang="en" data-theme="auto">' in text


@pytest.mark.parametrize(
    "path",
    [
        "project/site.css",
        "project/docs.js",
        "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
    ],
)
def test_the_files_of_the_pages_are_served_from_here(path: str, client: Client) -> None:
    assert client.get(f"/static/{path}").status_code == 200


def test_the_api_describes_itself_and_its_problems(client: Client) -> None:
    schema = client.get("/api/schema/?format=json").json()
    operations = [op for path in schema["paths"].values() for op in path.values()]
    problem = {"$ref": "#/components/schemas/Problem"}
    for operation in operations:
        content = operation["responses"]["default"]["content"]
        assert content["application/problem+json"]["schema"] == problem
    submit = schema["paths"]["/api/v1/registrations/"]["post"]
    assert "Idempotency-Key" in [one["name"] for one in submit["parameters"]]
    assert submit["security"] == [{"token": []}]


def test_the_description_is_valid_and_complete() -> None:
    written = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)
    assert "/api/v1/registrations/" in written.getvalue()


def test_alive_asks_nobody(client: Client, django_assert_num_queries: Any) -> None:
    assert client.get("/livez").content == b"ok\n"


def test_probes_come_by_address_whatever_the_site_is_called(
    client: Client, settings: Settings, db: None
) -> None:
    settings.ALLOWED_HOSTS = ["registration.example"]
    settings.SECURE_SSL_REDIRECT = True
    by_address = {"host": "10.0.0.7:8000"}
    assert client.get("/livez", headers=by_address).status_code == 200
    assert client.get("/readyz", headers=by_address).status_code == 200
    assert client.get("/", headers=by_address, secure=True).status_code == 400


def test_ready_reports_the_state_of_each_server(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["checks"] == {"database": "ok", "redis": "ok", "broker": "ok"}


def test_without_redis_it_is_slower_but_ready(client: Client, db: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["redis"]) == (200, "down")


def test_without_its_database_it_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(health._CHECKS, "database", (_refuse, 1.0, True))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "down")


def test_a_server_that_hangs_does_not_hang_the_answer(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(health._CHECKS, "broker", (lambda: time.sleep(1), 0.1, False))
    started = time.perf_counter()
    assert client.get("/readyz").json()["checks"]["broker"] == "late"
    assert time.perf_counter() - started < 0.9


@pytest.mark.django_db
def test_status_names_what_a_person_should_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    DeadLetter.objects.create(task="t", error="broken")
    with pytest.raises(SystemExit):
        call_command("status", no_color=True)
    shown = capsys.readouterr().out
    for name in ("seats", "outbox", "line", "batches", "reader", "dead"):
        assert name in shown
    assert re.search(r"dead letters\s+1  <- look here", shown)


def test_a_session_lies_in_redis_and_survives_its_loss(admin_client: Client) -> None:
    key = admin_client.session.session_key
    assert caches["sessions"].get(f"{SessionStore.cache_key_prefix}{key}")
    caches["sessions"].delete(f"{SessionStore.cache_key_prefix}{key}")
    assert admin_client.get("/admin/").status_code == 200


def test_without_redis_staff_still_work(admin_client: Client, settings: Any) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "sessions": {**settings.CACHES["sessions"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    assert admin_client.get("/admin/").status_code == 200


OWN = [model for model in admin.site._registry if model._meta.app_label in ("bus", "accounts")]


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_operators_can_list_and_search_every_table(model: Any, admin_client: Client) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert admin_client.get(reverse(name)).status_code == 200
    if admin.site._registry[model].search_fields:
        assert admin_client.get(reverse(name), {"q": "17"}).status_code == 200


def test_the_admin_shows_a_event_and_lets_nobody_touch_it(admin_client: Client) -> None:
    event = Event.objects.create(stream="s", version=1, type="t", data={"a": 1})
    address = reverse("admin:bus_event_change", args=[event.pk])
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"type": "forged"}).status_code == 403
    assert admin_client.post(reverse("admin:bus_event_delete", args=[event.pk])).status_code == 403
    assert admin_client.get(reverse("admin:bus_event_add")).status_code == 403


def test_a_dead_letter_can_be_tried_again(admin_client: Client) -> None:
    item = DeadLetter.objects.create(task="t", flow_id=1, error="broken")
    lost = DeadLetter.objects.create(task="t", flow_id=None, error="from the broker")
    answer = admin_client.post(
        reverse("admin:bus_deadletter_changelist"),
        {"action": "retry", "_selected_action": [item.pk, lost.pk]},
        follow=True,
    )
    assert "1 will be tried again" in answer.content.decode()
    assert "1 left alone" in answer.content.decode()
    item.refresh_from_db()
    assert item.retry_at is not None


def test_a_dead_letter_can_be_marked_as_seen_and_nothing_else_can(admin_client: Client) -> None:
    item = DeadLetter.objects.create(task="t", flow_id=1, error="broken")
    lost = DeadLetter.objects.create(task="t", flow_id=None, error="from the broker")
    answer = admin_client.post(
        reverse("admin:bus_deadletter_changelist"),
        {"action": "seen", "_selected_action": [item.pk, lost.pk]},
        follow=True,
    )
    assert "1 dead letters are marked as seen" in answer.content.decode()
    assert list(DeadLetter.objects.filter(resolved_at=None)) == [item]


def test_who_may_change_people_cannot_promote_themselves_nor_touch_a_superuser(
    client: Client, admin_user: User
) -> None:
    clerk = User.objects.create_user("clerk", "p", full_name="Clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(clerk)
    page = reverse("admin:accounts_user_change", args=[clerk.pk])
    fields = {"username": "clerk", "full_name": "Clerk C", "language": "en", "is_active": "on"}
    client.post(page, {**fields, "is_superuser": "on"})
    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.is_superuser) == ("Clerk C", False)
    root = reverse("admin:accounts_user_change", args=[admin_user.pk])
    assert client.post(root, {**fields, "username": "root"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[admin_user.pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_sessions_are_kept_as_json_and_never_unpickled() -> None:
    assert caches["sessions"]._cache._serializer.dumps({"a": 1}) == b'{"a": 1}'  # type: ignore[attr-defined]


def test_staff_without_the_right_cannot_retry(client: Client, django_user_model: Any) -> None:
    django_user_model.objects.create_user("s", "p", full_name="S", is_staff=True)
    client.login(username="s", password="p")
    address = reverse("admin:bus_deadletter_changelist")
    assert client.post(address, {"action": "retry"}).status_code == 403


def test_staff_can_add_a_person_and_make_them_inactive_but_not_delete(admin_client: Client) -> None:
    person = {"username": "eve", "full_name": "Eve", "usable_password": "true"}
    secret = {"password1": "a long pass phrase", "password2": "a long pass phrase"}
    admin_client.post(reverse("admin:accounts_user_add"), {**person, **secret})
    eve = User.objects.get(username="eve")
    assert (eve.full_name, eve.check_password("a long pass phrase")) == ("Eve", True)
    gone = admin_client.post(reverse("admin:accounts_user_delete", args=[eve.pk]), {"post": "yes"})
    assert gone.status_code == 403


def _refuse() -> None:
    raise ConnectionError("no")
