"""Each system check fails when the setting it guards is wrong, and only then."""

from typing import Any

import pytest
from django.core.checks import run_checks

from project import checks
from project.bus.queues import WorkQueue
from project.bus.registry import bus
from project.celery import app


def test_as_they_are_the_settings_hold() -> None:
    assert [found for found in run_checks() if found.id and found.id.startswith("project.")] == []


def test_another_broker_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "broker_url", "redis://localhost")
    assert _only(checks.broker_settings()) == "The broker is not RabbitMQ."


def test_a_queue_whose_name_is_no_plain_word_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bus.queues, "money.authorise", WorkQueue(name="money.authorise"))
    assert _only(checks.queue_names()) == "Queue 'money.authorise' is not one plain word."


@pytest.mark.parametrize(
    ("name", "queue"), [("undotted", "seats"), ("dotted.name", "nowhere"), ("dotted.name", None)]
)
def test_a_task_without_a_dotted_name_and_a_queue_is_an_error(name: str, queue: Any) -> None:
    def nothing() -> None:
        """Celery reads a task's source, which a lambda has not."""

    app.task(name=name, queue=queue)(nothing)
    try:
        assert _only(checks.task_routes()) == f"Task {name} has queue {queue!r}."
    finally:
        app.tasks.pop(name)


def test_another_database_is_an_error(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert _only(checks.database_engine()) == "The database is not PostgreSQL."


def test_our_redis_keeps_what_it_is_given() -> None:
    assert checks.redis_keeps() == []


@pytest.mark.parametrize(
    ("name", "value"), [("maxmemory-policy", "allkeys-lru"), ("appendonly", "no")]
)
def test_a_redis_that_may_forget_is_an_error(
    name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    given = {"maxmemory-policy": "noeviction", "appendonly": "yes", name: value}

    class Forgetful:
        def config_get(self, asked: Any) -> Any:
            return {asked: given[asked]}

    monkeypatch.setattr(checks, "client", Forgetful)
    assert _only(checks.redis_keeps()) == f"Redis has {name} {value}."


def test_a_redis_that_is_down_is_an_error(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "Redis does not answer" in _only(checks.redis_keeps())


SAFE = {
    "DEBUG": False,
    "HTTPS": True,
    "ALLOWED_HOSTS": ["registration.example"],
    "SITE_URL": "https://registration.example",
    "TIME_ZONE": "Europe/London",
    "DB_ROLE": "web",
}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DEBUG", True, "DEBUG is on."),
        ("HTTPS", False, "HTTPS is off: tokens and cookies travel in the clear."),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS takes any name."),
        ("ALLOWED_HOSTS", ["localhost"], "ALLOWED_HOSTS has only this machine's names."),
        ("SITE_URL", "http://registration.example", "SITE_URL is not https."),
        ("TIME_ZONE", "UTC", "CAMPUS_TIME_ZONE is UTC: students would miss deadlines by hours."),
        ("DB_ROLE", "owner", "This process connects as the owner of all tables."),
    ],
)
def test_a_value_unsafe_in_production_is_an_error(
    name: str, value: Any, message: str, settings: Any
) -> None:
    for safe, held in {**SAFE, name: value}.items():
        setattr(settings, safe, held)
    assert _only(checks.production_values()) == message


def test_safe_values_pass(settings: Any) -> None:
    for name, value in SAFE.items():
        setattr(settings, name, value)
    assert checks.production_values() == []


def _only(found: Any) -> Any:
    assert len(found) == 1, found
    return found[0].msg
