"""The table of reasons: every code that a request can be refused with or an event can carry has its
row, and every row is shown somewhere."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from project.events.reasons import (
    ENDINGS,
    REASONS,
    Explanation,
    NextAction,
    Reason,
    ReasonStage,
    explain,
)
from project.events.registration import DecidedItem, PassedOver
from project.events.registry import read_event
from project.ops.env import ROOT
from registration.rules.eligibility import RULES_AT, Stage

TABLE = "project/events/reasons.py"
# What decides about items: the codes named there travel in events.
DECIDING = (
    "modules/rules",
    "notifications/rules/announcements.py",
    "payments/rules.py",
    "registration/rules/decision.py",
    "registration/services/drop.py",
    "registration/services/expiry.py",
    "registration/services/leaving.py",
    "registration/services/waitlist.py",
    "registration/services/waitlist_notices.py",
)
ROWS = [(stage, reason) for stage, rows in REASONS.items() for reason in rows]


def sources(*under: str) -> Iterator[ast.AST]:
    for name in under:
        found = [ROOT / name] if name.endswith(".py") else sorted((ROOT / name).rglob("*.py"))
        yield from (_parsed(path) for path in found if _is_product(path))


def _is_product(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return str(path.relative_to(ROOT)) != TABLE and not {"tests", "testing", "migrations"} & {
        *parts
    }


def _parsed(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def named_in(tree: ast.AST) -> set[Reason]:
    return {
        Reason[node.attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Reason"
    }


def refusals_in(tree: ast.AST) -> set[Reason]:
    """The reasons of every `Refusal(…)`, and of texts that a rule chooses for its violation."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if getattr(call.func, "id", "") == "Refusal"]
    texts = [word.value for call in calls for word in call.keywords if word.arg == "text"]
    return {reason for node in (*made, *texts) for reason in named_in(node)}


def compared_in(tree: ast.AST) -> set[Reason]:
    compared = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    return {reason for node in compared for reason in named_in(node)}


def refused() -> set[Reason]:
    """Every reason that a request can be refused for."""
    apps = ("project", "modules", "registration", "payments", "notifications")
    raised = {reason for tree in sources(*apps) for reason in refusals_in(tree)}
    return raised | {rule.code for rule in RULES_AT[Stage.SUBMISSION]}


def carried() -> set[Reason]:
    """Every reason that an event can carry."""
    decided = {
        reason
        for tree in sources(*DECIDING)
        for reason in named_in(tree) - refusals_in(tree) - compared_in(tree)
    }
    return decided | {rule.code for rule in RULES_AT[Stage.OFFER]}


def test_every_refusal_has_its_row_and_every_row_is_raised() -> None:
    assert refused() == set(REASONS[ReasonStage.REFUSAL])


def test_every_code_of_an_event_has_its_row_and_every_row_is_carried() -> None:
    stages = (*ENDINGS, ReasonStage.WAITLIST)
    assert carried() == {reason for stage in stages for reason in REASONS[stage]}


def test_who_is_passed_over_stays_and_who_is_refused_does_not() -> None:
    stays = {rule.code for rule in RULES_AT[Stage.OFFER] if rule.may_change}
    ends = {rule.code for rule in RULES_AT[Stage.OFFER] if not rule.may_change}
    assert stays | {Reason.RESUMED} == set(REASONS[ReasonStage.WAITLIST])
    assert ends <= {reason for stage in ENDINGS for reason in REASONS[stage]}


def test_no_code_is_without_a_row_and_none_ends_at_two_stages() -> None:
    assert {reason for _, reason in ROWS} == set(Reason)
    ending = [reason for stage in ENDINGS for reason in REASONS[stage]]
    assert len(ending) == len(set(ending))


@pytest.mark.parametrize(("stage", "reason"), ROWS)
def test_a_row_is_a_full_sentence(stage: ReasonStage, reason: Reason) -> None:
    row = REASONS[stage][reason]
    assert row.sentence.endswith((".", "}"))
    assert not row.fix or row.fix.endswith(".")
    named = re.findall(r"{(\w+)}", row.sentence)
    assert stage == ReasonStage.REFUSAL or named == []


@pytest.mark.parametrize(
    ("reason", "stages", "words"),
    [
        (
            Reason.CLOSED_SECTION,
            ENDINGS,
            ("seat", "The section is not open any more.", "Choose another section."),
        ),
        (
            Reason.CLOSED_SECTION,
            (ReasonStage.REFUSAL,),
            ("refusal", "Not open for registration: M 1.", "Choose an open section."),
        ),
        (
            Reason.NO_RATE,
            ENDINGS,
            ("fee", "No fee is set for your programme yet.", "Ask the bursar to set the fee."),
        ),
        (Reason.DROPPED_BY_STUDENT, ENDINGS, ("decision", "You dropped it.", "")),
        (
            Reason.RESUMED,
            (ReasonStage.WAITLIST,),
            (
                "waitlist",
                "The section is open again. You have kept your place on its waitlist.",
                "",
            ),
        ),
        (
            Reason("moon"),
            ENDINGS,
            (None, "The reason has the code moon.", "The registry can tell you more."),
        ),
        (
            Reason.FULL,
            (ReasonStage.WAITLIST,),
            (None, "The reason has the code full.", "The registry can tell you more."),
        ),
    ],
)
def test_a_reason_has_the_words_of_its_stage(
    reason: Reason, stages: tuple[ReasonStage, ...], words: tuple[str | None, str, str]
) -> None:
    found = explain(reason, *stages, translate=str, names="M 1")
    assert (found.stage, found.sentence, found.fix) == words


def test_a_reason_leads_somewhere_or_nowhere() -> None:
    assert _explained(Reason.FULL).next_actions == (NextAction.MODULE, NextAction.PLAN)
    assert _explained(Reason.BLOCKED).next_actions == ()


def _explained(reason: Reason) -> Explanation:
    return explain(reason, *ENDINGS, translate=str)


@pytest.mark.parametrize("code", ["moon", "a_rule_of_next_year", "FULL", "x" * 40, "已滿"])
def test_a_code_of_a_later_version_is_read_and_passed_on(code: str) -> None:
    data = {"registration": "r", "student": 1, "section": 1, "code": code}
    event = read_event(type=PassedOver.type, data=data)
    assert isinstance(event, PassedOver)
    assert event.code == code
    assert event.code not in REASONS[ReasonStage.WAITLIST]
    assert json.loads(json.dumps(event.to_data())) == data


@pytest.mark.parametrize("nothing", ["", 0, 1.5, [], {}])
def test_what_is_no_code_is_no_reason(nothing: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Reason(nothing)


def test_an_item_without_a_reason_says_none() -> None:
    data = {"registration": "r", "student": 1, "items": [{"section": 1, "state": "confirmed"}]}
    event = read_event(type="registration.decided.v1", data=data)
    assert getattr(event, "items", None) == (DecidedItem(section=1, state="confirmed"),)  # type: ignore[arg-type]
