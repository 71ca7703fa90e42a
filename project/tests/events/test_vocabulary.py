"""The words that services share: as SQL gets them, as events carry them, and nowhere else in the
sources."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from project.events import vocabulary
from project.events.modules import SeatDecision
from project.events.registration import DecidedItem, Submitted
from project.events.registry import read_event
from project.events.vocabulary import (
    ENDED_STATES,
    LIVE_STATES,
    SCHEDULE_STATES,
    STORED_STATES,
    UNCONFIRMED_STATES,
    UNDECIDED_STATES,
    AnnouncementKind,
    ItemState,
    Mode,
    OnFull,
    PaymentState,
    RegistrationStatus,
    fill_words,
)
from project.imports.models import ImportJob
from project.ops.env import ROOT

ENUMERATIONS = [
    found
    for found in vars(vocabulary).values()
    if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
]
# Codes that are also everyday names, of tables, fields and switches.
ORDINARY = {
    "blocked",
    "busy",
    "credit_limit",
    "full",
    "inactive",
    "paused",
    "prerequisites",
    "window",
}
WORDS = {word.value for enumeration in ENUMERATIONS for word in enumeration} - ORDINARY
HOMES = ("project/events/vocabulary.py", "project/events/reasons.py")

APPS = ("modules", "registration", "payments", "notifications", "project")
# The same letters with another meaning: names of fields, columns, lines of the history and
# choices of the admin, and words inside a sentence.
OTHER_MEANING = {
    "modules/admin/catalogue.py": {"waitlist", "waiting"},
    "modules/gateway.py": {"waiting"},
    "modules/selectors/seats.py": {"waiting", "waitlisted", "offered", "passed_over"},
    "notifications/admin.py": {"waiting"},
    "payments/admin.py": {"authorised", "captured"},
    "project/invariants/legal_steps.sql": {"nothing"},
    "project/live/seat_counts.py": {"waiting"},
    "registration/admin/student_actions.py": {"confirmed"},
    "registration/api/registrations.py": {"nothing"},
    "registration/api/sections.py": {"waiting"},
    "registration/api/serializers.py": {"drop_requested"},
    "registration/live/connection.py": {"live"},
    "registration/live/hub.py": {"live"},
    "registration/projections/registrations.py": {"resumed"},
    "registration/rules/timeline.py": {
        *(
            "decided",
            "drop_requested",
            "dropped",
            "expired",
            "refused",
            "released",
            "waitlist_halted",
        ),
    },
    "registration/rules/timetable.py": {"waitlisted"},
    "registration/views/availability.py": {"waiting"},
    "registration/views/drop.py": {"waiting"},
}


def quoted(path: Path) -> Iterator[tuple[int, str]]:
    """Words of the vocabulary that stand quoted in this source, with their lines."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        yield from _in_sql(text, 1)
        return
    tree = ast.parse(text)
    marked = set(_marked(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in marked:
            if node.value in WORDS:
                yield node.lineno, node.value
            elif _is_sql(node.value):
                yield from _in_sql(node.value, node.lineno)


def _marked(tree: ast.AST) -> Iterator[ast.AST]:
    """Texts for readers, which are marked for translation; and names of flows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext_lazy"):
            yield from node.args
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Flow":
            yield from (word.value for word in node.keywords if word.arg == "name")


def _is_sql(text: str) -> bool:
    return re.search(r"\b(SELECT|UPDATE|INSERT|DELETE|WHERE|CASE|FROM)\b", text) is not None


def _in_sql(text: str, first: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=first):
        yield from ((number, word) for word in re.findall(r"'(\w+)'", line) if word in WORDS)


def _sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in (".py", ".sql") and not {*path.relative_to(ROOT).parts} & {
                "tests",
                "testing",
                "migrations",
            }:
                yield path


@pytest.mark.parametrize("app", APPS)
def test_no_word_is_quoted_outside_the_vocabulary(app: str) -> None:
    found = []
    for path in _sources():
        name = str(path.relative_to(ROOT))
        if name.startswith(f"{app}/") and name not in HOMES:
            meant = OTHER_MEANING.get(name, set())
            found += [f"{name}:{n}: {word}" for n, word in quoted(path) if word not in meant]
    assert not found, f"take these from {HOMES}"


def test_no_exception_is_stale() -> None:
    for name, meant in OTHER_MEANING.items():
        assert meant <= {word for _, word in quoted(ROOT / name)}, name


# A template cannot import: it compares with the word itself, and only with one that exists.
COMPARED = {
    "state": {*ItemState, *PaymentState, *ImportJob.State},
    "mode": {*Mode},
    "on_full": {*OnFull},
    "status": {*RegistrationStatus},
    "outcome": {*AnnouncementKind},
}
IN_TEMPLATE = re.compile(
    r"""\.(state|mode|on_full|status|outcome) [!=]= ["'](\w*)["']"""
    r'|name="(mode|on_full)" value="(\w*)"'
)


def test_templates_compare_with_words_that_exist() -> None:
    compared = [
        (str(path.relative_to(ROOT)), match[1] or match[3], match[2] or match[4])
        for app in APPS
        for path in (ROOT / app).rglob("*.html")
        for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert len(compared) > 10
    assert [one for one in compared if one[2] not in COMPARED[one[1]]] == []


@pytest.mark.parametrize(
    ("sql", "filled"),
    [
        ("state = <ItemState.PENDING>", "state = 'pending'"),
        ("state IN <UNDECIDED_STATES> AND a < b", "state IN ('pending', 'offered') AND a < b"),
        ("<newest> <terms>, x <> <Released.NOTHING>", "<newest> <terms>, x <> 'nothing'"),
        ("'money: ' || <AuthorisationOutcome.DECLINED>", "'money: ' || 'declined'"),
        ("a<b AND (c>d)", "a<b AND (c>d)"),
        ("state IN <RELEASED_SEATS>", "state IN ('allocated', 'passed_over')"),
    ],
)
def test_a_statement_gets_its_words(sql: str, filled: str) -> None:
    assert fill_words(sql) == filled


@pytest.mark.parametrize(
    "sql",
    ["<ItemState.PENDNG>", "<ItemStat.PENDING>", "<ENDED>", "<ItemState>", "<LIVE_STATES.PENDING>"],
)
def test_a_misspelt_word_is_no_statement(sql: str) -> None:
    with pytest.raises(LookupError):
        fill_words(f"SELECT {sql}")


def test_the_sets_of_states_fit_together() -> None:
    assert set(LIVE_STATES) | set(ENDED_STATES) == set(STORED_STATES)
    assert set(LIVE_STATES) & set(ENDED_STATES) == set()
    assert set(SCHEDULE_STATES) == set(LIVE_STATES) - {ItemState.WAITLISTED}
    assert set(UNDECIDED_STATES) == set(SCHEDULE_STATES) - {ItemState.CONFIRMED}
    assert set(UNCONFIRMED_STATES) == set(LIVE_STATES) - {ItemState.CONFIRMED}


def test_events_are_read_with_their_words() -> None:
    stored = {"registration": "r", "student": 1, "programme": "P", "term": 1, "items": []}
    data = {**stored, "mode": "all", "on_full": "refuse"}
    event = read_event(type=Submitted.type, data=data)
    assert isinstance(event, Submitted)
    assert event.mode is Mode.ALL
    assert event.on_full is OnFull.REFUSE
    assert event.to_data() == data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (SeatDecision, {"section": 1, "outcome": "queued"}),
        (SeatDecision, {"section": 1, "outcome": ""}),
        (SeatDecision, {"section": 1, "outcome": "SEATED"}),
        (DecidedItem, {"section": 1, "state": "settled"}),
        (DecidedItem, {"section": 1, "state": "confirmed "}),
    ],
)
def test_a_word_of_no_version_is_an_error_that_names_it(
    kind: type[SeatDecision], data: dict[str, object]
) -> None:
    word = data.get("outcome", data.get("state"))
    holder = {SeatDecision: "modules.seats_decided.v1", DecidedItem: "registration.decided.v1"}
    with pytest.raises(ValueError, match=repr(word)):
        read_event(type=holder[kind], data={"registration": "r", "student": 1, "items": [data]})
