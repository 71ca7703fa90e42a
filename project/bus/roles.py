"""The rights of each PostgreSQL role, derived from which app owns which table.

A role may write its own app's tables, add events and read positions. None may change an event.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from project.bus.registry import WRITE, bus

READ = "SELECT"
ADD = "SELECT, INSERT"
MACHINES = ("relay", "scheduler")

# What every role that runs steps needs of the bus. Events and positions are append-only.
_STEPS = {
    "bus_event": ADD,
    "bus_outbox": ADD,
    "bus_position": READ,
    "bus_batch": "SELECT, UPDATE",
    "bus_cursor": "SELECT, INSERT, UPDATE",
    "bus_dead_letter": "SELECT, INSERT, UPDATE",
    "bus_attempt": WRITE,
}
# A retry from the admin updates the item and lets its batch begin again at that step.
_WEB = {
    "bus_event": ADD,
    "bus_outbox": ADD,
    "bus_dead_letter": "SELECT, UPDATE",
    "bus_batch": "SELECT, UPDATE",
}
_GROWING = ("bus_event", "bus_position")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Grant:
    """Rights of a role on one table or sequence."""

    role: str
    kind: str
    name: str
    rights: str

    @property
    def sql(self) -> str:
        """The statement."""
        quote = connection.ops.quote_name
        return f"GRANT {self.rights} ON {self.kind} {quote(self.name)} TO {quote(self.role)}"


def grants() -> list[Grant]:
    """Return the rights of every role that the server knows on every existing table."""
    roles, tables, sequences = _known_roles(), _tables(), _sequences()
    wanted = [
        Grant(role=role, kind="TABLE", name=table, rights=rights)
        for role in roles
        for table, rights in _rights(role, tables).items()
        if table in tables
    ]
    numbering = [
        Grant(role=one.role, kind="SEQUENCE", name=name, rights="USAGE, SELECT")
        for one in wanted
        for name in sequences.get(one.name, ())
        if "INSERT" in one.rights
    ]
    own = [
        Grant(role=role, kind="SEQUENCE", name=name, rights="USAGE, SELECT")
        for role in roles
        for name in sequences.get(None, ())
        if name.startswith(f"{role}_")
    ]
    return sorted({*wanted, *numbering, *own})


def grant_all() -> list[Grant]:
    """Revoke every right of every role and grant the current ones, in one transaction."""
    given = grants()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('roles'))")
        cursor.execute(";\n".join([*_clean(_known_roles()), *(grant.sql for grant in given)]))
    return given


def missing_roles() -> list[str]:
    """Return the roles that the server does not know."""
    return sorted(set(_all_roles()) - set(_known_roles()))


def tables_of(app: str) -> set[str]:
    """Return the tables an app owns: those of its models and those it registered."""
    models = apps.get_app_config(app).get_models(include_auto_created=True)
    owners = {**bus.state_tables, **bus.operational_tables}
    return {model._meta.db_table for model in models} | {
        t for t, owner in owners.items() if owner == app
    }


def _rights(role: str, tables: Iterable[str]) -> dict[str, str]:
    granted = {name: one.rights for one in bus.grants if one.role == role for name in one.tables}
    return _own_rights(role, tables) | granted


def _own_rights(role: str, tables: Iterable[str]) -> dict[str, str]:
    """Return the rights that no app has to register. The site may read everything."""
    if role == "web":
        return dict.fromkeys(tables, READ) | _WEB
    if role == "replay":
        return {"bus_event": READ}
    if role in MACHINES:
        operational = (table for table in tables if table.startswith("bus_"))
        return {t: ADD if t in _GROWING else WRITE for t in operational}
    return _STEPS | dict.fromkeys(tables_of(role), WRITE)


def _all_roles() -> tuple[str, ...]:
    return ("web", *MACHINES, *settings.APPS, "replay")


def _known_roles() -> list[str]:
    return [str(row[0]) for row in _rows("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)")]


def _rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(_all_roles())])
        return list(cursor.fetchall())


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in cursor.fetchall()}


def _sequences() -> dict[str | None, list[str]]:
    """Return the sequences by the table they number; under None those that number none."""
    found: dict[str | None, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.relname, s.relname FROM pg_class s "
            "LEFT JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass "
            "  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') "
            "LEFT JOIN pg_class t ON t.oid = d.refobjid "
            "WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"
        )
        for table, sequence in cursor.fetchall():
            found.setdefault(table, []).append(sequence)
    return found


def _clean(roles: list[str]) -> Iterator[str]:
    """Revoke all rights first, so that one removed from this file is removed from the server."""
    for role in map(connection.ops.quote_name, roles):
        for kind in ("TABLES", "SEQUENCES"):
            yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {role}"
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
