"""`.run/` of another version is refused with a reason; `.env` supplies missing variables."""

import os
from pathlib import Path

import pytest

from devstack import folder
from devstack.console import UserError


@pytest.fixture
def run_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    run = tmp_path / "run"
    monkeypatch.setattr(folder, "RUN", run)
    monkeypatch.setattr(folder, "STAMP", run / "layout")
    return run


def test_a_fresh_folder_is_our_own(run_folder: Path) -> None:
    folder.kept_secret("secret")
    folder.require_own_layout()
    assert (run_folder / "layout").read_text() == folder.LAYOUT


@pytest.mark.parametrize("stamp", [None, "1"])
def test_a_folder_of_an_older_version_is_refused_with_what_to_type(
    stamp: str | None, run_folder: Path
) -> None:
    run_folder.mkdir()
    (run_folder / "secret").write_text("kept")
    if stamp:
        (run_folder / "layout").write_text(stamp)
    for _ in range(2):  # checking does not mark it as ours
        with pytest.raises(UserError, match=r"older version .*\n.*make reset"):
            folder.require_own_layout()


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("# PG_PORT=1\nPG_PORT=2\nexport REDIS_PORT='3'\nSCALE=\"seats=2 mail=3\"\n")
    monkeypatch.setattr(folder, "DOTENV", file)
    monkeypatch.setenv("PG_PORT", "4")
    for name in ("REDIS_PORT", "SCALE"):
        monkeypatch.setenv(name, "")  # so that it is restored afterwards
        monkeypatch.delenv(name)
    folder.load_dotenv()
    given = [os.environ[name] for name in ("PG_PORT", "REDIS_PORT", "SCALE")]
    assert given == ["4", "3", "seats=2 mail=3"]
