"""Ids for rows that an event will describe: the event contains the id, so it comes first."""

from project.bus.sql import fetch


def allocate_ids(*, sequence: str, count: int) -> list[int]:
    """Allocate `count` numbers of a sequence in one statement. Each is allocated once; unused ones
    are lost."""
    if count == 0:
        return []
    sql = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"
    return [row[0] for row in fetch(sql, [sequence, count])]
