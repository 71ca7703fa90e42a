"""Rooms and instructors are known by name: two sections at one time are reported, both of them."""

from dataclasses import replace

import pytest

from modules.rules.conflicts import find_warnings, fold_name, meetings_overlap
from modules.rules.meetings import parse_meetings
from modules.rules.seat_texts import seats_help, waitlist_moves
from project.events.modules import SectionChanged

RAISING, FEE = "Raising to", "and charges the fee."


def section(
    number: int, meetings: str, instructor: str = "", seats: int | None = 10
) -> SectionChanged:
    return SectionChanged(
        section=number, term=1, module=1, module_code=f"M {number}", code="A01", seats=seats,
        credit_quarters=16, meetings=parse_meetings(meetings).meetings, instructor=instructor,
    )  # fmt: skip


def conflicts_of(*sections: SectionChanged, **options: object) -> list[str]:
    return [str(one) for one in find_warnings(sections, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HALL 2", "HALL 2"),
        ("HALL 2", "hall  2"),
        ("HALL 2", "Hall\u200b 2"),
        ("HALL 2", "\uff28\uff21\uff2c\uff2c\u3000\uff12"),
        ("CAFÉ 1", "cafe\u0301 1"),
        ("STRASSE 3", "straße 3"),
        ("Rm. 5.", "rm. 5"),
    ],
)
def test_names_of_one_room_are_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other) != ""
    found = conflicts_of(
        section(1, f"LE M 09:00-10:00 {one}"), section(2, f"LE M 09:30-10:30 {other}")
    )
    assert len(found) == 1
    assert "M 1 A01 and M 2 A01 are both in" in found[0]
    assert found[0].endswith("M 09:30-10:30")


@pytest.mark.parametrize(
    "name", ["", " ", "TBA", "tba", "TBD", "Staff", "STAFF.", "ARR", "To be announced", "Online"]
)
def test_nobody_is_not_shared(name: str) -> None:
    assert fold_name(name) == ""
    one, other = (section(n, f"M 09:00-10:00 {name}", name) for n in (1, 2))
    assert conflicts_of(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "is_reported"),
    [
        ("Noether, Emmy", "noether, emmy", True),
        ("Noether, Emmy; Gauss, Carl", "Gauss, Carl", True),
        ("Noether, Emmy|Gauss, Carl", "Hilbert, David; GAUSS, CARL", True),
        ("Noether, Emmy", "Noether, Fritz", False),
        ("Staff; Noether, Emmy", "Staff", False),
    ],
)
def test_an_instructor_in_two_sections_at_one_time_is_reported(
    one: str, other: str, is_reported: bool
) -> None:
    found = conflicts_of(section(1, "M 09:00-10:00 A", one), section(2, "M 09:59-11:00 B", other))
    assert len(found) == is_reported
    assert all("M 1 A01 and M 2 A01 both have" in line for line in found)


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        ("M 09:00-10:00", "M 10:00-11:00", False),
        ("M 09:00-10:00", "M 08:00-09:01", True),
        ("M 09:00-10:00", "T 09:00-10:00", False),
        ("FI 2026-12-14 09:00-10:00", "2026-12-14 09:30-10:00", True),
        ("FI 2026-12-14 09:00-10:00", "2026-12-15 09:00-10:00", False),
        ("FI 2026-12-14 09:00-10:00", "M 09:00-10:00", False),
        ("F 22:00-02:00", "S 01:00-03:00", True),
        ("F 22:00-02:00", "S 02:00-03:00", False),
        ("2026-12-14 22:00-02:00", "2026-12-15 01:00-03:00", True),
    ],
)
def test_meetings_overlap(one: str, other: str, overlaps: bool) -> None:
    (a,), (b,) = parse_meetings(one).meetings, parse_meetings(other).meetings
    assert meetings_overlap(a, b) is meetings_overlap(b, a) is overlaps
    shared = conflicts_of(section(1, f"{one} HALL"), section(2, f"{other} HALL"))
    assert bool(shared) is overlaps


@pytest.mark.parametrize(
    ("seats", "room", "is_reported"),
    [
        (121, "HALL 2", True),
        (120, "HALL 2", False),
        (None, "hall 2", True),
        (0, "HALL 2", False),
        (500, "HALL 3", False),
    ],
)
def test_more_seats_than_the_room_has_are_reported(
    seats: int | None, room: str, is_reported: bool
) -> None:
    one = section(1, f"LE MW 09:00-10:00 {room}|T 09:00-10:00 {room}", seats=seats)
    found = conflicts_of(one, capacities={fold_name("Hall 2"): 120})
    assert len(found) == is_reported
    assert all(f"{room} holds 120: M 1 A01 has" in line for line in found)


def test_one_section_is_not_in_its_own_way_and_a_pair_is_reported_once() -> None:
    one = section(1, "LE MW 09:00-10:00 A|DI M 09:30-10:00 A")
    assert conflicts_of(one) == []
    assert len(conflicts_of(one, replace(one, section=2, code="B01"))) == 1


def test_three_in_one_room_are_three_pairs_and_a_long_one_meets_later_ones() -> None:
    long = section(1, "M 08:00-12:00 A")
    assert (
        len(conflicts_of(long, section(2, "M 08:30-09:00 A"), section(3, "M 11:00-13:00 A"))) == 2
    )
    assert (
        len(conflicts_of(long, section(2, "M 09:00-10:00 A"), section(3, "M 09:30-10:00 A"))) == 3
    )


@pytest.mark.parametrize(
    ("one", "other", "is_reported"),
    [
        (("2026-09-07", "2026-10-16"), ("2026-10-19", "2026-12-18"), False),
        (("2026-10-19", "2026-12-18"), ("2026-09-07", "2026-10-16"), False),
        (("2026-09-07", "2026-10-19"), ("2026-10-19", "2026-12-18"), True),
        ((None, None), ("2026-10-19", "2026-12-18"), True),
        (("2026-09-07", None), (None, "2026-10-16"), True),
    ],
)
def test_halves_of_a_term_may_share_a_room(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None], is_reported: bool
) -> None:
    days = zip((1, 2), (one, other), strict=True)
    sections = [
        replace(section(n, "M 08:00-12:00 A"), starts_on=first, ends_on=last)
        for n, (first, last) in days
    ]
    assert bool(conflicts_of(*sections)) is is_reported


def test_only_what_concerns_some_sections() -> None:
    sections = [section(n, "M 08:00-12:00 A") for n in (1, 2, 3)]
    assert len(conflicts_of(*sections, among=[3])) == 2


@pytest.mark.parametrize(
    ("seats", "is_open", "taken", "waiting", "moves"),
    [
        (37, True, 33, 4, 4),
        (35, True, 33, 4, 2),
        (33, True, 33, 4, 0),
        (None, True, 33, 4, 4),
        (40, False, 33, 4, 0),
        (0, True, 0, 4, 0),
        (9, True, 2, 0, 0),
    ],
)
def test_who_moves_up(
    seats: int | None, is_open: bool, taken: int, waiting: int, moves: int
) -> None:
    assert waitlist_moves(seats=seats, is_open=is_open, taken=taken, waiting=waiting) == moves


@pytest.mark.parametrize(
    ("seats", "taken", "waiting", "text"),
    [
        (33, 33, 4, f"33 seats, 33 taken, 4 waiting. {RAISING} 37 seats all 4 {FEE}"),
        (1, 1, 1, f"1 seats, 1 taken, 1 waiting. {RAISING} 2 seats the one who waits {FEE}"),
        (33, 30, 0, "33 seats, 30 taken, 0 waiting."),
        (None, 30, 0, "Unlimited seats, 30 taken, 0 waiting."),
        (30, 33, 2, f"30 seats, 33 taken, 2 waiting. {RAISING} 35 seats all 2 {FEE}"),
    ],
)  # fmt: skip
def test_the_form_says_what_more_seats_do(
    seats: int | None, taken: int, waiting: int, text: str
) -> None:
    assert seats_help(seats=seats, taken=taken, waiting=waiting) == text
