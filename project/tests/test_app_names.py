"""The platform knows its apps by what they register: no source of `project` names one.

Settings list the apps, contracts belong to one each, and invariants across apps name the tables of
both. Anything else would be a place to edit when an app is added or removed.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings

from project.bus.registry import bus
from project.events.registry import EVENT_TYPES
from project.ops.env import ROOT

PROJECT = ROOT / "project"
MAY_NAME = (
    "settings.py",
    "settings_celery.py",
    "events",
    "invariants",
    "tests",
    "testing",
    "locale",
)
READ = (".py", ".sql", ".html", ".txt", ".js")
# The live updates and the API use a word that is also a queue's.
ORDINARY = {"email"}  # a queue's name, and a word of every site
NO_QUEUE = {("project/live/push.py", "seats"), ("project/demo.py", "seats")}

APPS = "|".join(settings.APPS)
# As a program names it, alone or with a suffix. "Registration is open." does not count.
NAME = re.compile(rf"(?<![\w.-])(?:{APPS})(?=[.:/]\w|_\w)|(?<=[`'\"])(?:{APPS})(?=[`'\"])")


def found_in(path: str, text: str) -> list[str]:
    """Names of apps, queues and cursors in this source: file, line and name."""
    words = _in_python(text) if path.endswith(".py") else _in_text(text)
    return [f"{path}:{line}: {word}" for line, word in sorted(set(words))]


def _in_text(text: str, first: int = 1) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=first):
        for match in NAME.finditer(line):
            yield number, match[0]


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from _in_text(token.string, token.start[0])
    for node in ast.walk(ast.parse(text)):
        yield from _in_node(node)


def _in_node(node: ast.AST) -> Iterator[tuple[int, str]]:
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _in_string(node.value, line)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((line, name) for name in _imported(node) if name in settings.APPS)
    else:
        yield from ((line, name) for name in _identifiers(node) if name in _own_names())


def _in_string(value: str, line: int) -> Iterator[tuple[int, str]]:
    yield from _in_text(value, line)
    if value in (*settings.APPS, *_registered()):
        yield line, value
    # A value in SQL.
    for match in re.finditer(r"(?<=\s')\w+(?=')", value):
        if match[0] in _registered():
            yield line + value[: match.start()].count("\n"), match[0]


def _registered() -> set[str]:
    """Queues and cursors, except those named like an app of the platform."""
    ours = {path.name for path in PROJECT.iterdir()}
    return {*bus.queues, *bus.cursors} - ours - ORDINARY


def _own_names() -> set[str]:
    """Names of apps, except those that contracts use for a field."""
    return set(settings.APPS) - {
        field.name for event in EVENT_TYPES.values() for field in fields(event)
    }


def _imported(node: ast.Import | ast.ImportFrom) -> Iterable[str]:
    module = getattr(node, "module", None) or ""
    return [name.split(".")[0] for name in (module, *(alias.name for alias in node.names))]


def _identifiers(node: ast.AST) -> Iterable[str]:
    return [
        value
        for name in ("id", "attr", "arg", "name")
        if isinstance(value := getattr(node, name, None), str)
    ]


def sources() -> list[Path]:
    """Every source of the platform that may name no app."""
    own = [path for path in sorted(PROJECT.rglob("*")) if path.suffix in READ]
    allowed = [PROJECT / name for name in MAY_NAME]
    return [path for path in own if not any(path.is_relative_to(one) for one in allowed)]


def test_no_source_of_the_platform_names_an_app() -> None:
    found = [
        place
        for path in sources()
        for place in found_in(str(path.relative_to(ROOT)), path.read_text())
        if (place.split(":")[0], place.split(": ")[1]) not in NO_QUEUE
    ]
    assert not found, "\n".join(found)
    assert len(sources()) > 100


SEEN = [
    ("a.py", 'bus.rebuilds["modules"]()'),
    ("a.py", 'tables_of("payments")'),
    ("a.py", "from notifications import services"),
    ("a.py", "import registration.models"),
    ("a.py", "modules = []"),
    ("a.py", "def payments(): ..."),
    ("a.py", "apps.payments.rates"),
    ("a.py", "tables = ['registration_item']"),
    ("a.py", "task = 'modules.reconcile'"),
    ("a.py", "x = 1  # as `modules` keeps them"),
    ("a.py", '"""What `payments` owns."""'),
    ("a.py", "f'{x} modules_section'"),
    ("a.py", 'NAMES = ("decide",)'),
    ("a.py", "sql = \"SELECT 1 WHERE name = 'seats'\""),
    ("a.sql", "SELECT * FROM payments_ledger_entry"),
    ("a.html", "{% include 'notifications/inbox.html' %}"),
    ("a.html", "{% url \"registration:plan\" %}"),
    ("a.js", "look(\"payments\")"),
]  # fmt: skip
NOT_MEANT = [
    ("a.py", '"Student module registration"'),
    ("a.py", '"""A person\'s registration is their own matter; modules come and go."""'),
    ("a.py", "path = '/registrations/'"),
    ("a.py", "'registration@localhost'"),
    ("a.html", "<p>Registration opens. Search modules.</p>"),
    ("a.py", "one.registration"),
]


@pytest.mark.parametrize(("path", "text"), SEEN)
def test_a_name_is_found_with_its_line(path: str, text: str) -> None:
    (found,) = found_in(path, f"\n{text}\n")
    assert found.startswith(f"{path}:2: ")


@pytest.mark.parametrize(("path", "text"), NOT_MEANT)
def test_the_words_of_the_field_are_no_names(path: str, text: str) -> None:
    assert found_in(path, text) == []
