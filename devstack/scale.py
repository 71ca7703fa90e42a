"""How many of each process run: the Procfile's names, and `SCALE="seats=2 payments=3"`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from devstack.console import UserError
from devstack.folder import ROOT

MOST = 64


def commands() -> dict[str, str]:
    """Read the Procfile."""
    found = {}
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, colon, command = line.partition(":")
        if line.strip() and not line.startswith("#"):
            if not colon or not re.fullmatch(r"[a-z_]+", name):
                raise UserError(f"Procfile: cannot read the line {line!r}")
            found[name] = command.strip()
    return found


def chosen(only: str | None) -> list[str]:
    """Return the names requested."""
    known = list(commands())
    names = [name.strip() for name in only.split(",") if name.strip()] if only else known
    _require_known(names, known)
    return names


def numbers(known: Iterable[str]) -> dict[str, int]:
    """Return how many of each process are wanted: one, unless SCALE says otherwise."""
    return {**dict.fromkeys(known, 1), **_scaled(os.environ.get("SCALE", ""), list(known))}


def _scaled(text: str, known: list[str]) -> Mapping[str, int]:
    pairs = [pair.partition("=") for pair in text.replace(",", " ").split()]
    _require_known([name for name, _, _ in pairs], known)
    for name, _, number in pairs:
        if not re.fullmatch(r"[0-9]{1,3}", number) or int(number) > MOST:
            raise UserError(
                f"SCALE has {name}={number}, which is not a number of processes (0 to {MOST}). "
                'It looks like this: SCALE="seats=2 payments=3"'
            )
    return {name: int(number) for name, _, number in pairs}


def _require_known(names: list[str], known: list[str]) -> None:
    strange = [name for name in names if name not in known]
    if strange:
        raise UserError(f"No such process: {', '.join(strange)}. There are: {', '.join(known)}.")
