"""The pages in Traditional Chinese: update the catalogue of texts, or check it.

Translate new texts in the .po by hand, then run `make translations` again.
"""

from __future__ import annotations

import polib  # type: ignore[import-untyped]  # carries no types

from devstack.console import log
from devstack.install import ensure_gettext
from devstack.texts import CATALOGUE, extracted, faults, merged, unmarked

COMPILED = CATALOGUE.with_suffix(".mo")


def known() -> polib.POFile:
    """Return the stored catalogue."""
    return polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()


def write() -> list[str]:
    """Write both files; return the remaining faults."""
    catalogue = merged(known(), extracted())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    catalogue = known()
    COMPILED.write_bytes(catalogue.to_binary())
    log("texts", f"{len(catalogue)} texts")
    return check()


def check() -> list[str]:
    """Return the faults."""
    compiled = COMPILED.read_bytes() if COMPILED.exists() else b""
    return [*faults(known(), extracted(), compiled), *unmarked()]


def main(*, is_check: bool) -> int:
    """Write or check; print the faults, one line each."""
    ensure_gettext()
    found = check() if is_check else write()
    for line in found:
        print(line)
    if found and is_check:
        print("\nRun `make translations`, and translate in project/locale what is named above.")
    return 1 if found and is_check else 0
