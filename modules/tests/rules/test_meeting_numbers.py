"""A meeting keeps its number through every change, and no other meeting gets it."""

from dataclasses import replace

import pytest

from modules.rules.meeting_numbers import number_meetings
from project.events.modules import Meeting

MON, TUE, THU = 0, 1, 3
TUESDAY = Meeting(kind="LE", day=TUE, start=540, end=600, room="A", number=1)
THURSDAY = Meeting(kind="LE", day=THU, start=540, end=600, room="A", number=2)
LAB = Meeting(kind="LA", day=TUE, start=780, end=900, number=3)
EXAM = Meeting(kind="FI", date="2026-12-15", start=480, end=660, number=4)
OLD = (TUESDAY, THURSDAY, LAB, EXAM)


def moved(one: Meeting, **more: object) -> Meeting:
    return replace(one, number=0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "numbers"),
    [
        ([moved(one) for one in OLD], [1, 2, 3, 4]),
        ([moved(one) for one in reversed(OLD)], [4, 3, 2, 1]),
        (
            [moved(TUESDAY, start=660, end=720), moved(THURSDAY), moved(LAB), moved(EXAM)],
            [1, 2, 3, 4],
        ),
        ([moved(LAB, day=MON), moved(TUESDAY), moved(THURSDAY), moved(EXAM)], [3, 1, 2, 4]),
        ([moved(TUESDAY, start=480, end=540), *(moved(one) for one in OLD)], [5, 1, 2, 3, 4]),
        ([moved(TUESDAY, room="B"), moved(EXAM, date="2026-12-16")], [1, 4]),
        ([moved(THURSDAY, day=MON), moved(TUESDAY)], [2, 1]),
        ([moved(TUESDAY, day=MON), moved(THURSDAY, day=4)], [1, 2]),
        ([moved(TUESDAY, kind="SE")], [5]),
        ([moved(EXAM), moved(EXAM, start=700, end=760)], [4, 5]),
        ([], []),
    ],
)
def test_a_meeting_keeps_its_number(new: list[Meeting], numbers: list[int]) -> None:
    kept = number_meetings(OLD, new)
    assert [one.number for one in kept] == numbers
    assert [replace(one, number=0) for one in kept] == new
    assert number_meetings(kept, [replace(one, number=0) for one in kept]) == kept


def test_the_first_ones_and_those_from_before_are_numbered_in_order() -> None:
    bare = [moved(one) for one in OLD]
    assert [one.number for one in number_meetings((), bare)] == [1, 2, 3, 4]
    assert [one.number for one in number_meetings(bare, bare[1:])] == [2, 3, 4]
