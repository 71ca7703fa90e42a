"""Each system check goes red when the setting it guards is wrong, and only then."""

from typing import Any

import pytest
from django.core.checks import run_checks
from kombu import Queue

from project import checks, queues
from project.bus.registry import bus
from project.celery import app

WRONG_CELERY = {
    "task_acks_late": False,
    "task_reject_on_worker_lost": False,
    "task_ignore_result": False,
    "result_backend": "redis://",
    "task_serializer": "pickle",
    "accept_content": ["json", "pickle"],
    "task_create_missing_queues": True,
    "task_default_exchange": "celery",
    "task_default_exchange_type": "direct",
    "task_default_queue": "celery",
    "task_time_limit": None,
    "task_soft_time_limit": None,
    "worker_prefetch_multiplier": 1,
    "worker_detect_quorum_queues": False,
    "worker_consumer": "celery.worker.consumer:Consumer",
    "worker_hijack_root_logger": True,
    "worker_soft_shutdown_timeout": 0,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "control_queue_exclusive": True,
    "broker_connection_retry_on_startup": False,
    "broker_connection_max_retries": 100,
    "broker_channel_error_retry": False,
    "broker_pool_acquire_timeout": None,
}
WRONG_TRANSPORT = {"confirm_publish": False, "read_timeout": None, "write_timeout": 0}
WRONG_QUEUE = {
    "x-queue-type": "classic",
    "x-delivery-limit": None,
    "x-dead-letter-exchange": "elsewhere",
    "x-dead-letter-strategy": "at-most-once",
    "x-overflow": "drop-head",
}


def test_as_they_are_the_settings_hold() -> None:
    assert [found for found in run_checks() if found.id and found.id.startswith("project.")] == []


def test_every_row_of_the_tables_has_its_wrong_value_here() -> None:
    assert set(WRONG_CELERY) == {name for name, _, _ in checks.CELERY}
    assert set(WRONG_TRANSPORT) == {name for name, _, _ in checks.TRANSPORT}
    assert set(WRONG_QUEUE) == {name for name, _, _ in checks.QUEUE}


@pytest.mark.parametrize(("name", "value"), WRONG_CELERY.items())
def test_a_wrong_celery_setting_is_an_error(
    name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.conf, name, value)
    assert [found.msg for found in checks.celery_settings()] == [f"Celery's {name} is {value!r}."]


@pytest.mark.parametrize(("name", "value"), WRONG_TRANSPORT.items())
def test_a_wrong_transport_option_is_an_error(
    name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**app.conf.broker_transport_options, name: value}
    monkeypatch.setitem(app.conf, "broker_transport_options", options)
    assert name in _only(checks.celery_settings())


def test_another_broker_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "broker_url", "redis://localhost")
    assert _only(checks.celery_settings()) == "The broker is not RabbitMQ."


def test_eager_tasks_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    assert _only(checks.celery_settings()) == "Tasks run in their caller."


def test_tasks_that_need_no_queue_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.Task, "mandatory", False)
    assert _only(checks.celery_settings()) == "Tasks are not mandatory."


@pytest.mark.parametrize(("name", "value"), WRONG_QUEUE.items())
def test_a_queue_without_one_of_its_arguments_is_an_error(
    name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = {**(bus.queues["authorise"].declaration.queue_arguments or {}), name: value}
    _replace_queue(monkeypatch, queue_arguments=arguments)
    assert _only(checks.celery_queues()) == f"Queue authorise's {name} is {value!r}."


def test_a_dotted_routing_key_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _replace_queue(monkeypatch, routing_key="money.authorise")
    assert "money.authorise" in _only(checks.celery_queues())


def test_a_queue_that_a_restart_loses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _replace_queue(monkeypatch, durable=False)
    assert _only(checks.celery_queues()) == "Queue authorise is not durable."


def test_a_missing_queue_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "task_queues", bus.declarations()[1:])
    assert "The queues are" in _only(checks.celery_queues())


def test_dead_letters_among_the_queues_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "task_queues", (*bus.declarations(), queues.DEAD_LETTERS))
    messages = [found.msg for found in checks.celery_queues()]
    assert "Dead letters are in task_queues." in messages


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


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ENGINE", "django.db.backends.sqlite3", "The database is not PostgreSQL."),
        ("CONN_MAX_AGE", 0, "CONN_MAX_AGE is not None."),
        ("CONN_HEALTH_CHECKS", False, "CONN_HEALTH_CHECKS is off."),
    ],
)
def test_a_wrong_database_setting_is_an_error(
    name: str, value: Any, message: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], name, value)
    assert _only(checks.database_settings()) == message


def test_workers_that_close_their_connections_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "db_reuse_max", None)
    assert _only(checks.database_settings()) == "CELERY_DB_REUSE_MAX is small."


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
    "TLS": True,
    "ALLOWED_HOSTS": ["registration.example"],
    "SITE_URL": "https://registration.example",
    "SERVICE": "web",
}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DEBUG", True, "DEBUG is on."),
        ("TLS", False, "TLS is off: tokens and cookies travel in the clear."),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS takes any name."),
        ("ALLOWED_HOSTS", ["localhost"], "ALLOWED_HOSTS has only this machine's names."),
        ("SITE_URL", "http://registration.example", "SITE_URL is not https."),
        ("SERVICE", "owner", "This process connects as the owner of all tables."),
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


def _replace_queue(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    others = [queue for queue in bus.declarations() if queue.name != "authorise"]
    old = bus.queues["authorise"].declaration
    kept = {"routing_key": old.routing_key, "durable": True, "queue_arguments": old.queue_arguments}
    new = Queue(old.name, old.exchange, **{**kept, **changes})
    monkeypatch.setitem(app.conf, "task_queues", (new, *others))
