"""How much each section is wanted: from a demand file, else by its size."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from project.surge.offers import Offer

COLUMNS = ("module_code", "section", "demand_index", "seats_max")


class BadDemand(Exception):
    """The demand file cannot be used; the text says where and why."""


def demand_read(path: Path) -> dict[tuple[str, str], float]:
    """(module, section) → demand_index times seats."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise BadDemand(f"{path}: no column {', '.join(missing)}")
            return {(row["module_code"], row["section"]): _weight(path, row) for row in rows}
    except OSError as error:
        raise BadDemand(f"{path}: {error.strerror}") from error


def _weight(path: Path, row: dict[str, str]) -> float:
    try:
        return float(row["demand_index"] or 0) * float(row["seats_max"] or 0)
    except ValueError as error:
        name = f"{row['module_code']} {row['section']}"
        raise BadDemand(f"{path}: {name}: {error}") from error


def weighted(
    offers: Iterable[tuple[str, Offer]], demand: dict[tuple[str, str], float] | None
) -> list[Offer]:
    """The offers someone wants, with their weight. `offers` come with their section code; closed
    ones are never asked for, unlimited ones only where a demand file names them."""
    found = []
    for code, offer in offers:
        weight = offer.seats or 0 if demand is None else demand.get((offer.module, code), 0)
        if weight > 0 and offer.seats != 0:
            found.append(replace(offer, weight=float(weight)))
    return found
