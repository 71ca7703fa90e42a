"""From the first release on, no golden event is changed or removed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from project.tests.events.freezing import NothingToCompareError, changed_since
from project.tests.events.golden import FOLDER

RELEASE = "v1.0.0"
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def test_golden_events_are_as_they_were_in_the_first_release() -> None:
    try:
        changed = changed_since(RELEASE, folder=FOLDER)
    except NothingToCompareError as why:
        pytest.skip(f"{why}: until {RELEASE} a golden event may change with its type")
    assert changed == []


class Repository:
    """A repository with two golden events in it."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "golden"
        self.folder.mkdir()
        (self.folder / "sample.submitted.v1.json").write_text('{"thing": "a"}\n')
        (self.folder / "sample.decided.v1.json").write_text('{"thing": "b"}\n')
        (root / "README").write_text("about\n")
        self.git("init", "--quiet")
        self.commit()

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        nobodys = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(["git", *who, *words], cwd=self.root, env=ours | nobodys, check=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change something")

    def changed(self) -> list[str]:
        return changed_since(RELEASE, folder=self.folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def released(repository: Repository) -> Repository:
    repository.git("tag", RELEASE)
    return repository


@needs_git
def test_before_the_release_there_is_nothing_to_compare_with(repository: Repository) -> None:
    with pytest.raises(NothingToCompareError, match=r"there is no tag v1\.0\.0"):
        repository.changed()


@needs_git
def test_without_a_repository_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(NothingToCompareError, match="not a git repository"):
        changed_since(RELEASE, folder=tmp_path)


def test_without_git_there_is_nothing_to_compare_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NothingToCompareError, match="not installed"):
        changed_since(RELEASE, folder=tmp_path)


@needs_git
def test_new_events_and_other_files_are_no_change(released: Repository) -> None:
    (released.folder / "sample.new.v1.json").write_text("{}\n")
    (released.root / "README").write_text("more about\n")
    assert released.changed() == []
    released.commit()
    assert released.changed() == []


@needs_git
@pytest.mark.parametrize("is_committed", [False, True])
def test_a_changed_event_is_found(released: Repository, is_committed: bool) -> None:
    (released.folder / "sample.submitted.v1.json").write_text('{"object": "a"}\n')
    if is_committed:
        released.commit()
    assert released.changed() == ["M\tgolden/sample.submitted.v1.json"]


@needs_git
@pytest.mark.parametrize("is_committed", [False, True])
def test_a_removed_event_is_found(released: Repository, is_committed: bool) -> None:
    (released.folder / "sample.decided.v1.json").unlink()
    if is_committed:
        released.commit()
    assert released.changed() == ["D\tgolden/sample.decided.v1.json"]


@needs_git
def test_a_renamed_event_is_found(released: Repository) -> None:
    old = released.folder / "sample.decided.v1.json"
    old.rename(released.folder / "sample.renamed.v1.json")
    released.commit()
    assert released.changed() == ["D\tgolden/sample.decided.v1.json"]
