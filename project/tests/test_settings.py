"""A wrong or missing variable stops the start with a sentence; production is locked down."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.conf import settings

from devstack.processes import environment_of
from project.ops import env
from project.testing.subprocesses import python
from project.testing.system import fixtures, servers

WRONG = [
    ("DEBUG", "maybe", "DEBUG='maybe' is not on or off"),
    ("HTTPS", "2", "HTTPS='2' is not on or off"),
    ("BATCH_SIZE", "four", "BATCH_SIZE='four' is not a whole number"),
    ("EMAIL_PORT", "smtp", "EMAIL_PORT='smtp' is not a whole number"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_value_is_named_with_what_it_is_for(
    name: str, value: Any, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=sentence) as stopped:
        env.read(name)
    assert env.VARIABLES[name].meaning in str(stopped.value)


@pytest.mark.parametrize("name", sorted(env.VARIABLES))
def test_without_its_variable_each_setting_has_its_default(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    assert env.read(name) == env.VARIABLES[name].default


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": ""}, "http://127.0.0.1:8000"),
        ({"PORT": "8200"}, "http://127.0.0.1:8200"),
        ({"PORT": "8200", "SITE_URL": ""}, "http://127.0.0.1:8200"),
        ({"PORT": "8200", "SITE_URL": "https://r.example/"}, "https://r.example"),
        ({"SITE_URL": "https://r.example"}, "https://r.example"),
    ],
)
def test_emails_lead_to_the_site_that_runs(
    given: dict[str, str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PORT", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert env.site_url() == address


@pytest.mark.parametrize("number", [1, 2, 7])
@pytest.mark.parametrize("name", ["web", "email", "live"])
def test_each_process_gets_the_first_sites_address(
    name: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "8200")
    monkeypatch.delenv("SITE_URL", raising=False)
    assert environment_of(name, number)["SITE_URL"] == "http://127.0.0.1:8200"
    monkeypatch.setenv("SITE_URL", "https://r.example")
    assert environment_of(name, number)["SITE_URL"] == "https://r.example"


def test_an_address_of_another_kind_of_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere/else")
    with pytest.raises(SystemExit, match="DATABASE_URL must begin with postgresql://"):
        env.service_url("DATABASE_URL", "postgresql")


def test_without_servers_the_sentence_says_how_to_start_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BROKER_URL", raising=False)
    monkeypatch.setattr(env, "started", dict)
    with pytest.raises(SystemExit, match="run `python3 -m devstack up`"):
        env.service_url("BROKER_URL", "amqp")


def test_each_service_connects_with_its_own_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    roles = {role: f"postgresql://{role}@h/d" for role in settings.DB_ROLES}
    monkeypatch.setattr(env, "started", lambda: {"database": roles})
    monkeypatch.setenv("DB_ROLE", "payments")
    assert env.service_url("DATABASE_URL", "postgresql") == "postgresql://payments@h/d"


def test_an_unknown_service_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_ROLE", "everything")
    with pytest.raises(SystemExit, match="DB_ROLE='everything' must be one of web, relay"):
        env.one_of("DB_ROLE", settings.DB_ROLES)


def test_a_number_must_be_above_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCH_SIZE", "0")
    with pytest.raises(SystemExit, match="BATCH_SIZE=0 must be above zero"):
        env.positive("BATCH_SIZE")


@pytest.mark.parametrize("text", ["ten/minute", "10", "10/fortnight", "0/minute"])
def test_a_rate_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN_RATE", text)
    with pytest.raises(SystemExit, match="must look like 10/minute"):
        env.rate("LOGIN_RATE")


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "too short")
    with pytest.raises(SystemExit, match="50 random characters or more"):
        env.secret("SECRET_KEY", 50)


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text("k" * 50)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(env._env.ENVIRON, "files_cache", {})
    monkeypatch.setenv("SECRET_KEY_FILE", str(kept))
    assert env.secret("SECRET_KEY", 50) == "k" * 50


def test_a_file_gives_what_the_environment_does_not_have(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\nBATCH_SIZE=7\nDEFAULT_FROM_EMAIL='us@here'\n")
    monkeypatch.setenv("BATCH_SIZE", "8")
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", "")  # so that it is put back afterwards
    monkeypatch.delenv("DEFAULT_FROM_EMAIL")
    env.take_dotenv(file)
    assert env.read("BATCH_SIZE") == 8
    assert env.read("DEFAULT_FROM_EMAIL") == "us@here"


def test_a_program_reads_the_file_beside_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BATCH_SIZE=none\n")
    done = python("manage.py", "check", ENV_FILE=str(file))
    assert done.stderr.startswith("Cannot start: BATCH_SIZE='none' is not a whole number.")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read"):
        env.take_dotenv(tmp_path)


def test_the_example_file_lists_every_variable() -> None:
    listed = Path(env.ROOT / ".env.example").read_text()
    assert [name for name in env.VARIABLES if f"#{name}=" not in listed] == []


def test_a_program_ends_with_the_sentence_and_no_traceback() -> None:
    done = python("manage.py", "check", DB_ROLE="nobody")
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot start: DB_ROLE='nobody' must be one of")
    assert "Traceback" not in done.stderr


def test_under_https_cookies_are_locked_to_the_host_and_hsts_is_sent() -> None:
    names = (
        *("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE"),
        *(
            "CSRF_COOKIE_SECURE",
            "LANGUAGE_COOKIE_SECURE",
            "SECURE_SSL_REDIRECT",
            "SECURE_HSTS_SECONDS",
        ),
    )
    code = (
        "import json; from project import settings;"
        f"print(json.dumps([getattr(settings, name) for name in {names}]))"
    )
    done = python("-c", code, HTTPS="on", DEBUG="off", SITE_URL="https://r.example")
    assert json.loads(done.stdout) == [
        *("__Host-session", "__Host-csrf", True),
        *(True, True, True, 365 * 24 * 3600),
    ]


def test_events_can_be_read_without_django_or_celery() -> None:
    code = (
        "import sys, project.events.registration;"
        "print([m for m in sys.modules if m.split('.')[0] in ('celery', 'django', 'kombu')])"
    )
    assert python("-c", code).stdout.strip() == "[]"


def test_importing_the_settings_of_tests_starts_and_asks_nobody() -> None:
    code = (
        "import sys;"
        "acts = ('subprocess.Popen', 'os.exec', 'os.fork', 'socket.connect');"
        "sys.addaudithook(lambda event, _: event in acts and sys.exit(f'{event} at import'));"
        "import project.testing.settings"
    )
    done = python("-c", code)
    assert (done.returncode, done.stderr) == (0, "")


def test_collecting_starts_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(servers, "ensure_up", lambda: started.append("servers"))
    options = SimpleNamespace(option=SimpleNamespace(collectonly=True))
    fixtures.pytest_sessionstart(cast(pytest.Session, SimpleNamespace(config=options)))
    assert started == []
