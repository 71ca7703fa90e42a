"""The command of a format: what it prints, and its exit codes."""

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from project.imports.command import ImportCommand
from project.imports.defects import Defect, message
from project.imports.differences import Difference, Missing, compare
from project.imports.formats import Comparison
from project.testing.things import Things


@pytest.fixture
def things() -> Things:
    return Things({"A": 1, "B": 2, "C": 3})


@pytest.fixture
def command(things: Things) -> ImportCommand:
    class Command(ImportCommand):
        format = things.format

    return Command()


@pytest.fixture
def load(tmp_path: Path, command: ImportCommand) -> Callable[..., str]:
    def run(text: str, *options: str) -> str:
        path = tmp_path / "f.csv"
        path.write_text(text, encoding="utf-8")
        out = StringIO()
        try:
            call_command(command, str(path), *options, stdout=out, stderr=StringIO())
        except CommandError as error:
            return f"{out.getvalue()}{error}\nexit {error.returncode}"
        return out.getvalue()

    return run


def test_everything_is_applied_and_reported(load: Callable[..., str], things: Things) -> None:
    shown = load("code,places\nA,1\nB,5\nC,3\nD,4\n", "--day", "2026-09-07", "--loud")
    assert things.options == [{"loud": "yes", "day": "2026-09-07"}]
    assert shown.splitlines() == [
        "things: 1 new, 1 changed, 0 missing, 2 unchanged", "  + D", "  ~ B: places 2 → 5",
    ]  # fmt: skip


def test_dry_run_shows_everything_and_changes_nothing(
    load: Callable[..., str], things: Things
) -> None:
    shown = load("code,places,colour\nA,1\n", "--dry-run")
    assert things.options == []
    assert "left aside: colour." in shown
    assert "  - B (2 taken)\n  - C (3 taken)\n2 things are missing." in shown
    assert shown.endswith("Nothing was changed (--dry-run).\n")


def test_what_needs_a_yes_is_not_done_without(load: Callable[..., str], things: Things) -> None:
    assert load("code,places\nA,1\n").endswith("agree with --yes.\nexit 3")
    assert things.options == []
    assert "exit" not in load("code,places\nA,1\n", "--yes")
    assert len(things.options) == 1


def test_defects_are_a_table(load: Callable[..., str]) -> None:
    shown = load("code,places\nA,x\n,1\n").splitlines()
    assert [line.split()[:4] for line in shown[:3]] == [
        ["file", "line", "column", "value"], ["f.csv", "2", "places", "x"],
        ["f.csv", "3", "code", "This"],
    ]  # fmt: skip
    assert shown[-2:] == ["Nothing was imported. Defects: 2.", "exit 1"]


def test_missing_file_and_wrong_day_are_refused(
    load: Callable[..., str], command: ImportCommand, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command(command, str(tmp_path))
    assert "is not a day like 2026-09-07" in load("code\nA\n", "--day", "7.9.")


def test_report_survives_json() -> None:
    found = _difference()
    assert Difference.from_data(found.to_data()) == found
    whole = Comparison(differences=(found,), notes=(message("{a}", a=1),), confirm=())
    assert Comparison.from_data(whole.to_data()) == whole
    defect = Defect(file="f", line=2, column="c", value="v", reason=message("{a} x", a="b"))
    assert Defect.from_data(defect.to_data()) == defect
    long = replace(defect, value="x" * 100)
    assert Defect.from_data(long.to_data()).value == f"{'x' * 60}…"


def _difference() -> Difference:
    return compare(
        kind="k", stored={"A": 1, "B": 1}, wanted={"A": 1, "B": 2, "C": 3}, name=str,
        show=lambda places: {"places": str(places)}, missing=(Missing(name="Z", taken=3),),
    )  # fmt: skip
