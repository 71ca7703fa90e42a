"""Where invariants are declared, and how a broken one is shown. Their controls are elsewhere."""

import re
from pathlib import Path

import pytest

from project.bus.registry import Invariant, bus
from project.invariants.runner import HERE, SHOWN, broken_rows, invariants

APPS = sorted(set(bus.state_tables.values()))


def apps_named_in(sql: str) -> set[str]:
    """The apps whose tables or events a statement names."""
    return {app for app in APPS if re.search(rf"\b{app}(_\w|\.\w+\.v\d)", sql)}


@pytest.mark.parametrize("path", sorted(HERE.glob("*.sql")), ids=lambda path: path.stem)
def test_what_lies_between_the_apps_is_about_more_than_one(path: Path) -> None:
    sql = path.read_text().replace("registration_id", "")
    assert len(apps_named_in(sql)) > 1


@pytest.mark.parametrize("invariant", bus.invariants, ids=lambda invariant: invariant.name)
def test_what_an_app_registers_is_about_itself(invariant: Invariant) -> None:
    assert isinstance(invariant.check, str)
    assert len(apps_named_in(invariant.check.replace("registration_id", ""))) <= 1


def test_each_invariant_has_a_name_of_its_own() -> None:
    names = [invariant.name for invariant in invariants()]
    assert len(set(names)) == len(names) > len(bus.invariants)


@pytest.mark.django_db
def test_of_many_broken_rows_some_are_shown_and_the_others_counted() -> None:
    many = Invariant(name="none", check=f"SELECT n, 'x' FROM generate_series(1, {SHOWN + 3}) n")
    assert broken_rows(many) == [*(f"{n} · x" for n in range(1, SHOWN + 1)), "… and 3 more"]


def test_an_invariant_may_be_checked_by_a_function() -> None:
    assert broken_rows(Invariant(name="odd", check=lambda: ["one is odd"])) == ["one is odd"]
