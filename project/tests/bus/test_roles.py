"""Each service's database role can do its own work and nothing else."""

from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from psycopg2.errors import InsufficientPrivilege

from project.bus import roles
from project.bus.models import Event
from project.ops import env

SERVICES = ("modules", "registration", "payments", "notifications")
EVERYBODY = (*SERVICES, "web", "relay", "scheduler", "replay")
CHANGING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")

pytestmark = pytest.mark.django_db


def may(role: str, right: str, table: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right])
        return cursor.fetchone()[0]


def rights(role: str, table: str) -> Any:
    return {right for right in ("SELECT", *CHANGING) if may(role, right, table)}


def run_as(role: str, sql: str) -> None:
    """Run one statement over a connection of that role, and roll it back."""
    address = env.started()["database"][role]
    session = psycopg2.connect(address, dbname=connection.settings_dict["NAME"])
    try:
        with session.cursor() as cursor:
            cursor.execute(sql)
    finally:
        session.close()


def test_settle_is_refused_on_payments() -> None:
    run_as("registration", "SELECT count(*) FROM registration_item")
    for table in sorted(roles.tables_of("payments")):
        for sql in (f"SELECT 1 FROM {table}", f"DELETE FROM {table}"):
            with pytest.raises(InsufficientPrivilege):
                run_as("registration", sql)


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bus_event SET data = '{}'",
        "DELETE FROM bus_event",
        "TRUNCATE bus_event",
        "ALTER TABLE bus_event DISABLE TRIGGER ALL",
        "DROP TABLE bus_event",
    ],
)
def test_nobody_changes_an_event(role: str, sql: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        run_as(role, sql)


def test_not_even_the_owner_changes_an_event_by_accident() -> None:
    event = Event.objects.create(stream="s", version=1, type="t", data={})
    for change in (lambda: Event.objects.update(data={"a": 1}), event.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert Event.objects.get().data == {}


@pytest.mark.parametrize("role", SERVICES)
def test_a_service_has_its_own_tables_and_no_other_services(role: str) -> None:
    own = {table for table in roles.tables_of(role) if may(role, "SELECT", table)}
    assert own == roles.tables_of(role)
    for other in set(SERVICES) - {role}:
        assert [t for t in roles.tables_of(other) if rights(role, t)] == []


@pytest.mark.parametrize("role", SERVICES)
def test_a_service_adds_events_and_reads_the_sequence(role: str) -> None:
    assert rights(role, "bus_event") == {"SELECT", "INSERT"}
    assert "INSERT" in rights(role, "bus_outbox")
    assert rights(role, "bus_position") == {"SELECT"}
    assert rights(role, "bus_batch") == {"SELECT", "UPDATE"}
    assert "UPDATE" in rights(role, "bus_cursor")


@pytest.mark.parametrize("role", ["relay", "scheduler"])
def test_the_machines_have_the_bus_and_no_services_table(role: str) -> None:
    assert rights(role, "bus_position") == {"SELECT", "INSERT"}
    assert rights(role, "bus_outbox") >= {"SELECT", "DELETE"}
    for service in SERVICES:
        assert [table for table in roles.tables_of(service) if rights(role, table)] == []


def test_only_the_mail_role_reads_users_and_no_other_role_a_hash() -> None:
    run_as("notifications", "SELECT id, username, full_name, email, language FROM accounts_user")
    run_as("notifications", "SELECT last_login, password_mark FROM accounts_user")
    run_as("notifications", "SELECT email FROM accounts_previousemail")
    with pytest.raises(InsufficientPrivilege):
        run_as("notifications", "SELECT password FROM accounts_user")
    for role in ("modules", "payments", "relay", "scheduler"):
        with pytest.raises(InsufficientPrivilege):
            run_as(role, "SELECT id FROM accounts_user")
    run_as("registration", "SELECT id, is_active FROM accounts_user")
    for column in ("username", "email", "password"):
        with pytest.raises(InsufficientPrivilege):
            run_as("registration", f"SELECT {column} FROM accounts_user")


def test_replay_reads_events_and_nothing_else() -> None:
    found = {table: rights("replay", table) for table in roles._tables()}
    assert {table: held for table, held in found.items() if held} == {"bus_event": {"SELECT"}}


def test_the_web_role_reads_all_and_writes_no_seat_and_no_payment() -> None:
    assert all(may("web", "SELECT", table) for table in roles._tables())
    written = {table for table in roles._tables() if may("web", "UPDATE", table)}
    assert {table for table in written if table.split("_")[0] in SERVICES} == {
        *("registration_student", "registration_window", "registration_block"),
        *("registration_category", "registration_student_record", "registration_attempt"),
        "registration_block_reason",
        *("registration_registration", "registration_item"),
        *("registration_idempotency_key", "registration_calendar_token", "registration_plan"),
        *("modules_term", "modules_module", "modules_section", "modules_room"),
        *("payments_rate", "payments_account"),
    }
    assert written >= {"accounts_user", "django_session", "auth_group", "django_admin_log"}


def test_what_a_role_may_add_to_it_may_number() -> None:
    run_as("web", "SELECT nextval(pg_get_serial_sequence('bus_event', 'id'))")
    with pytest.raises(InsufficientPrivilege):
        run_as("replay", "SELECT nextval(pg_get_serial_sequence('bus_event', 'id'))")


def test_a_right_that_nobody_wrote_down_is_taken_away() -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT DELETE ON payments_ledger_entry TO web")
    assert may("web", "DELETE", "payments_ledger_entry")
    roles.grant_all()
    assert not may("web", "DELETE", "payments_ledger_entry")


def test_the_command_says_who_got_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("grant_roles")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == sorted(EVERYBODY)


@pytest.mark.parametrize("command", ["migrate", "grant_roles", "replay"])
def test_what_needs_the_owner_says_so_to_others(command: str, settings: Any) -> None:
    settings.DB_ROLE = "web"
    with pytest.raises(CommandError, match="needs the owner of the tables, this is web"):
        call_command(command, verbosity=0)
