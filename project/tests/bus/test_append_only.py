"""Nobody changes what happened: neither by right nor by accident."""

from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.db import Error, connection

from project.bus.roles import grant_all
from project.bus.sql import fetch, run
from project.tests.bus.toy_domain import batch_of

pytestmark = pytest.mark.usefixtures("world")
ROLES = ("web", "relay", "scheduler", *settings.APPS, "replay")


@pytest.fixture(autouse=True)
def _a_event(world: None) -> None:
    batch_of(1)


@pytest.mark.parametrize("table", ["bus_event", "bus_position"])
@pytest.mark.parametrize("change", ["UPDATE {} SET type = 'forged'", "DELETE FROM {}"])
def test_not_even_the_owner_changes_events_or_positions(table: str, change: str) -> None:
    before = fetch(f"SELECT * FROM {table}")
    with pytest.raises(Error, match=f"{table} is append-only"):
        run(change.format(table))
    connection.close()
    assert fetch(f"SELECT * FROM {table}") == before


@pytest.fixture
def _granted(world: None) -> None:
    grant_all()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.usefixtures("_granted")
def test_no_role_has_the_right_to_change_events_or_positions(role: str, right: str) -> None:
    for table in ("bus_event", "bus_position"):
        assert fetch("SELECT has_table_privilege(%s, %s, %s)", [role, table, right]) == [(False,)]


@pytest.mark.usefixtures("_granted")
def test_only_the_relay_writes_positions() -> None:
    writers = {
        role
        for role in ROLES
        if fetch("SELECT has_table_privilege(%s, 'bus_position', 'INSERT')", [role]) == [(True,)]
    }
    assert writers <= {"relay", "scheduler"}
    assert "relay" in writers


@pytest.mark.usefixtures("_granted")
def test_a_service_that_tries_is_refused_by_the_server() -> None:
    known = connection.settings_dict
    login = {
        "host": known["HOST"], "port": known["PORT"], "dbname": known["NAME"],
        "user": "registration", "password": known["PASSWORD"],
    }  # fmt: skip
    with closing(psycopg2.connect(**login)) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bus_event")
        assert cursor.fetchone() == (1,)
        for change in ("UPDATE bus_event SET type = 'forged'", "DELETE FROM bus_event"):
            link.rollback()
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="permission denied"):
                cursor.execute(change)
