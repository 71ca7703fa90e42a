"""The demand for each section: from a demand file, else by its size."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks.errors import BenchmarkFailed
from benchmarks.surge.section_pool import PooledSection

COLUMNS = ("module_code", "section", "demand_index", "seats_max")


def read_demand(path: Path) -> dict[tuple[str, str], float]:
    """(module, section) → demand_index times seats."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise BenchmarkFailed(f"{path}: no column {', '.join(missing)}")
            return {(row["module_code"], row["section"]): _weight(path, row) for row in rows}
    except OSError as error:
        raise BenchmarkFailed(f"{path}: {error.strerror}") from error


def _weight(path: Path, row: dict[str, str]) -> float:
    try:
        return float(row["demand_index"] or 0) * float(row["seats_max"] or 0)
    except ValueError as error:
        name = f"{row['module_code']} {row['section']}"
        raise BenchmarkFailed(f"{path}: {name}: {error}") from error


def weigh_sections(
    pool: Iterable[tuple[str, PooledSection]], demand: dict[tuple[str, str], float] | None
) -> list[PooledSection]:
    """The sections in demand, with their weights. `pool` has pairs of section code and section;
    closed ones are never requested, unlimited ones only if a demand file names them."""
    found = []
    for code, section in pool:
        weight = section.seats or 0 if demand is None else demand.get((section.module, code), 0)
        if weight > 0 and section.seats != 0:
            found.append(replace(section, weight=float(weight)))
    return found
