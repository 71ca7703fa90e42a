"""Tests are found beside what they test: an app's `tests/` has the folders of the app."""

from pathlib import Path

import pytest
from django.conf import settings

from project.ops.env import ROOT

# What no single room of the platform does.
ACROSS_APPS = {"flow", "faults", "browser"}
TOP = sorted({*settings.APPS, "project", "benchmarks", "devstack"})


def folders_of_tests(top: Path) -> list[str]:
    """The folders below `tests/` that have tests."""
    files = (top / "tests").rglob("test_*.py")
    return sorted({str(file.parent.relative_to(top / "tests")) for file in files})


@pytest.mark.parametrize("name", TOP)
def test_each_folder_of_tests_is_a_folder_of_the_app(name: str) -> None:
    top = ROOT / name
    found = folders_of_tests(top)
    assert found
    strange = [one for one in found if not (top / one).is_dir()]
    assert set(strange) == (ACROSS_APPS if name == "project" else set())


@pytest.mark.parametrize("name", TOP)
def test_tests_are_nowhere_else(name: str) -> None:
    files = (ROOT / name).rglob("test_*.py")
    assert [str(one) for one in files if one.relative_to(ROOT).parts[1] != "tests"] == []


@pytest.mark.parametrize("name", TOP)
def test_each_folder_is_a_package_so_that_names_may_repeat(name: str) -> None:
    tests = ROOT / name / "tests"
    folders = {file.parent for file in tests.rglob("test_*.py")}
    assert [str(one) for one in folders if not (one / "__init__.py").exists()] == []
