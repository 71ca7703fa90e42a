"""The documents match the code: targets, links, commands, variables, tables."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from project.bus.registry import bus
from project.events.flow import Flow, Step
from project.ops.env import ROOT, VARIABLES
from registration.saga import FLOWS
from run import PROCESSES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = ROOT / "README.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
OPERATIONS = ROOT / "docs" / "operations.md"

in_each = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


@cache
def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def section(document: Path, title: str) -> str:
    """From a heading to the next of the same or a higher level."""
    level = title.partition(" ")[0]
    _, found, rest = text(document).partition(f"\n{title}\n")
    assert found, f"{document.name} has no {title!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(table: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@in_each
def test_every_make_target_named_exists(document: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", text(document))
    blocks = re.findall(r"```sh\n(.*?)```", text(document), re.DOTALL)
    code = "\n".join([*spans, *blocks])
    assert set(re.findall(r"(?:^|[ (])make ([a-z-]+)", code, re.MULTILINE)) <= targets()


def test_the_table_of_targets_has_what_make_help_lists() -> None:
    listed = {
        cell.removeprefix("make ") for cell in first_cells(section(README, "## Make targets"))
    }
    helped = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert helped <= listed <= targets()


@in_each
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text(document)):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@in_each
def test_every_management_command_named_exists_and_takes_its_arguments(document: Path) -> None:
    for name, rest in re.findall(r"manage\.py ([a-z_]+)([^\n`#]*)", text(document)):
        assert name in get_commands(), name
        known = options_of(name)
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in known, f"{name} {option}"


@cache
def options_of(command: str) -> set[str]:
    parser = load_command_class(get_commands()[command], command).create_parser("", command)
    return {option for action in parser._actions for option in action.option_strings}


@in_each
def test_every_file_named_in_the_text_exists(document: Path) -> None:
    named = re.findall(
        r"`((?:project|registration|benchmarks|devstack|scripts|docs)/[\w./-]+)`", text(document)
    )
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_variables_are_those_that_are_read_with_their_meanings() -> None:
    table = section(OPERATIONS, "## Environment")
    assert first_cells(table) == list(VARIABLES)
    for variable in VARIABLES.values():
        assert f"| {variable.meaning} |" in table, variable.name


def test_the_state_tables_are_those_of_the_registry() -> None:
    listed = section(ARCHITECTURE, "### State")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|$", listed, re.MULTILINE))
    assert rows == bus.state_tables


def test_every_other_table_is_listed_as_events_or_machinery() -> None:
    listed = [
        *first_cells(section(ARCHITECTURE, "### Events")),
        *first_cells(section(ARCHITECTURE, "### Operational")),
    ]
    models = apps.get_models(include_auto_created=True)
    others = {model._meta.db_table for model in models} - set(bus.state_tables)
    assert sorted(listed) == sorted(others)
    assert set(bus.operational_tables) <= set(listed)


def test_the_flows_are_those_of_the_saga() -> None:
    rows = re.findall(
        r"^\| (\w+) \| `([\w.]+)` \| (.+) \|$", section(ARCHITECTURE, "## The saga"), re.MULTILINE
    )
    documented = [(name, event, re.findall(r"`([\w.]+)`", steps)) for name, event, steps in rows]
    assert documented == [
        (flow.name, flow.event.type, [s.task for s in flow.steps]) for flow in FLOWS
    ]


def test_the_picture_of_the_saga_is_its_table() -> None:
    (drawn,) = re.findall(
        r"```mermaid\n(.+?)\n```", section(ARCHITECTURE, "## The saga"), re.DOTALL
    )
    assert drawn == "\n".join(_saga_as_mermaid(FLOWS)), "put the right-hand text there"


def _saga_as_mermaid(flows: Sequence[Flow]) -> Iterator[str]:
    """One row per flow: the event, then each step with its queue; below a step its compensation."""
    yield "flowchart LR"
    for flow in flows:
        names = [f"{flow.name}_{n}" for n, _ in enumerate(flow.steps)]
        steps = zip(names, flow.steps, strict=True)
        boxes = [
            f'{name}["{step.task}<br>queue {step.queue}{_undo(step)}"]' for name, step in steps
        ]
        yield f"  {' --> '.join([f'{flow.name}([{flow.name}])', *boxes])}"


def _undo(step: Step) -> str:
    return f"<br>undone by {step.compensation.task}" if step.compensation else ""


def test_the_subscriptions_and_jobs_are_those_of_the_registry() -> None:
    documented = section(ARCHITECTURE, "## The bus")
    for one in bus.subscriptions.values():
        assert f"`{one.name}` (queue `{one.queue}`)" in documented
    for job in bus.jobs:
        assert f"`{job.task}`" in documented


def test_every_pool_can_be_started_by_hand() -> None:
    documented = re.findall(r"^\.venv/bin/python run\.py (\w+)$", text(README), re.MULTILINE)
    assert documented == [name for name, process in PROCESSES.items() if process.queues]


def test_every_process_is_explained() -> None:
    assert first_cells(section(OPERATIONS, "## Processes")) == list(PROCESSES)


def test_the_readme_says_that_compose_was_not_run() -> None:
    documented = " ".join(section(README, "## In containers").split())
    assert "**It was not run here.**" in documented


def test_decisions_are_numbered_without_gap_and_their_titles_carry_the_number() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1))
    for number, file in zip(numbers, files, strict=True):
        assert text(file).startswith(f"# {number}. ")
        assert "**Why.**" in text(file)
        assert "**Refused.**" in text(file)


def test_the_example_environment_has_every_variable() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(VARIABLES) <= set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
