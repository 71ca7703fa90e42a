"""Selectors read, services write: no selector locks, writes or takes a sequence number."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

# Selectors that write on purpose: file, names of the statements, why.
EXCEPTIONS = {
    "registration/selectors/submission.py": (
        {"_LOCK", "_VIEW"},
        "A submission's first statement locks, keeps the key and reads in one trip to the server: "
        "every other trip would be paid by each request of a registration day.",
    ),
}

_SQL = re.compile(
    r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b|\bFOR\s+(?:KEY\s+)?SHARE\b|\bLOCK\s+TABLE\b"
    r"|\bINSERT\s+INTO\b|\bDELETE\s+FROM\b|\bUPDATE\s+(?:[\w.<>]+(?:\s+\w+)?\s+SET\b|$)"
    r"|\bnextval\b|\bsetval\b|\bset_config\b|\bpg_\w*advisory\w*",
    re.IGNORECASE,
)
_CALL = re.compile(r"select_for_update|save|a?create|\w*get_or_create|update_or_create|bulk_\w+")
_ON_ROWS = {"update", "delete"}  # dicts and sets have the one too
_WRITERS = {"append", "run", "allocate_ids", "hold", "lead", "locks"}


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that a selector may not have, and its name."""

    line: int
    name: str
    what: str


def writes_in(source: str) -> Iterator[Write]:
    """Every lock, write and sequence number in the text of a module."""
    for statement in ast.parse(source).body:
        name = _name(statement)
        for node in ast.walk(statement):
            for line, what in _found(node):
                yield Write(line, name, what)


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return str(getattr(statement, "name", ""))


def _found(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for match in _SQL.finditer(node.value):
            yield node.lineno + node.value[: match.start()].count("\n"), match[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        called = node.func.attr
        if _CALL.fullmatch(called) or (called in _ON_ROWS and ".objects" in ast.unparse(node.func)):
            yield node.lineno, f".{called}()"
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("project.bus"):
        for alias in node.names:
            if alias.name in _WRITERS:
                yield node.lineno, f"import of {alias.name}"


def selectors() -> list[Path]:
    """The selectors of every app and of the platform."""
    ours = [Path(one.path) for one in apps.get_app_configs()]
    return sorted(
        path
        for folder in ours
        if folder.is_relative_to(settings.ROOT) and ".venv" not in folder.parts
        for path in (
            *folder.glob("selectors.py"),
            *folder.glob("monitoring.py"),
            *folder.glob("selectors/**/*.py"),
        )
    )


def test_no_selector_writes_but_for_the_exceptions_that_are_named() -> None:
    found: dict[str, list[Write]] = {}
    for path in selectors():
        found[str(path.relative_to(settings.ROOT))] = list(writes_in(path.read_text()))
    assert "project/bus/monitoring.py" in found
    excused = {path: names for path, (names, _) in EXCEPTIONS.items()}
    wrong = [
        f"{path}:{write.line}: {write.what}"
        for path, writes in found.items()
        for write in writes
        if write.name not in excused.get(path, ())
    ]
    assert wrong == []
    needed = {path: {write.name for write in writes} for path, writes in found.items() if writes}
    assert needed == excused, "an exception that nothing needs any more"


@pytest.mark.parametrize(
    "source",
    [
        '_SQL = """\nSELECT id FROM t\n   FOR NO KEY UPDATE OF t"""',
        'x = "SELECT 1 FOR UPDATE SKIP LOCKED"',
        'x = f"INSERT INTO {t} VALUES (1)"',
        'x = "update t SET a = 1"',
        'x = f"UPDATE {t} SET a = 1"',
        'x = "DELETE FROM t"',
        "x = \"SELECT nextval('s')\"",
        'x = "SELECT pg_try_advisory_xact_lock_shared(1)"',
        'x = "SELECT set_config(1)"',
        "def f(): return T.objects.select_for_update().get()",
        "def f(): T.objects.filter(a=1).update(a=2)",
        "def f(): T.objects.all().delete()",
        "def f(): row.save()",
        "def f(): T.objects.create(a=1)",
        "def f(): T.objects.get_or_create(a=1)",
        "def f(): T.objects.bulk_create([])",
        "from project.bus.store import append",
        "from project.bus import locks",
    ],
)
def test_each_way_to_write_is_seen(source: str) -> None:
    assert len(list(writes_in(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "def f(): seen.update(other)",
        'x = "SELECT updated FROM t ORDER BY created"',
        "def f(): return T.objects.filter(is_deleted=False).first()",
    ],
)
def test_reading_is_left_alone(source: str) -> None:
    assert list(writes_in(source)) == []


def test_a_write_is_named_by_its_line() -> None:
    (write,) = writes_in('x = 1\n_Q = """\nSELECT 1\n   FOR UPDATE"""')
    assert write == Write(4, "_Q", "FOR UPDATE")
