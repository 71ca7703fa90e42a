"""Ids for rows that an event will describe: the event names the row, so the id comes first."""

from project.bus.sql import fetch


def allocate_ids(*, sequence: str, count: int) -> list[int]:
    """That many new numbers of a sequence, in one statement. Nobody else gets them, and one that
    is not used is lost."""
    if count == 0:
        return []
    sql = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"
    return [row[0] for row in fetch(sql, [sequence, count])]
