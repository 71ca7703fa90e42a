"""Moving, renaming or re-rooming a section tells everyone who has it or waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.utils import translation

from modules.rules.terms import Days
from modules.selectors.catalogue import get_section
from modules.services.catalogue import section_save, term_save
from notifications import selectors
from notifications.models import Email, Inbox
from project.events.modules import Meeting
from project.ops.redis import client
from project.testing.in_process import get_announcements, world_in_process
from project.testing.system.world import World

MEETINGS = tuple(Meeting(kind="LE", day=day, start=540, end=590, room="HALL 2") for day in (0, 2))
EXAM = Meeting(kind="FI", date="2026-12-14", start=480, end=660)
LATER = tuple(replace(one, start=660, end=710) for one in MEETINGS)
ELSEWHERE = tuple(replace(one, room="HALL 5") for one in MEETINGS)
WAS = "Mon, Wed 09:00–09:50 HALL 2"  # noqa: RUF001


@pytest.fixture
def world(db: None) -> World:
    """A world in this process."""
    client().flushdb()
    return world_in_process()


def change(section: int, **fields: object) -> None:
    """Staff edit the section, or an import does."""
    stored = get_section(section=section)
    assert stored is not None
    section_save(section=replace(stored, **fields))  # type: ignore[arg-type]


def registered(world: World, *, seats: int = 9, students: int = 1) -> tuple[int, list[UUID]]:
    section = world.section(meetings=MEETINGS, module="PHYS 2", code="A01", seats=seats)
    people = world.students(students)
    world.ready()
    got = [world.submit(student, section) for student in people]
    world.ready()
    return section, got


def notices(registration: UUID) -> list[str]:
    """The newest announcement, if it tells of a move."""
    row = Inbox.objects.filter(registration_id=registration).latest("event_id")
    return selectors.inbox_text(row).splitlines() if row.kind == "section_moved" else []


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"meetings": LATER},
            f"PHYS 2 A01 has moved: {WAS} → Mon, Wed 11:00–11:50 HALL 2.",  # noqa: RUF001
        ),
        (
            {"meetings": ELSEWHERE},
            f"PHYS 2 A01 has moved: {WAS} → Mon, Wed 09:00–09:50 HALL 5.",  # noqa: RUF001
        ),
        (
            {"meetings": (*MEETINGS, EXAM)},
            f"PHYS 2 A01 has moved: {WAS} → {WAS}; 2026-12-14 08:00–11:00.",  # noqa: RUF001
        ),
        ({"meetings": ()}, f"PHYS 2 A01 has moved: {WAS} → no times yet."),
        ({"code": "B07"}, "PHYS 2 A01 is now called PHYS 2 B07."),
        (
            {"code": "B07", "meetings": MEETINGS[:1]},
            "PHYS 2 A01 is now called PHYS 2 B07. PHYS 2 B07 has moved: "
            f"{WAS} → Mon 09:00–09:50 HALL 2.",  # noqa: RUF001
        ),
    ],
)
def test_everyone_who_has_it_is_notified_of_old_and_new(
    world: World, fields: dict[str, object], line: str
) -> None:
    section, (got,) = registered(world)
    change(section, **fields)
    world.ready()
    assert notices(got) == [
        f"{line} If it no longer suits you, you can drop it under My registrations."
    ]
    mail = selectors.load_emails([Email.objects.latest("id").event_id])
    ((_, sent),) = mail.items()
    assert sent.text.subject == "A section of yours has changed"
    assert line in sent.text.body


@pytest.mark.parametrize(
    "fields",
    [
        {"seats": 40},
        {"instructor": "Noether"},
        {"is_open": False},
        {"meetings": tuple(reversed(MEETINGS))},
        {"meetings": tuple(replace(one, kind="SE") for one in MEETINGS)},
    ],
)
def test_what_students_need_not_know_is_not_notified(
    world: World, fields: dict[str, object]
) -> None:
    section, (got,) = registered(world)
    change(section, **fields)
    world.ready()
    assert notices(got) == []


def _dropped(world: World, section: int, got: Sequence[UUID]) -> None:
    (student,) = {row.student_id for row in Inbox.objects.filter(registration_id=got[0])}
    world.drop(student, got[0], section)
    world.ready()


def _term_over(world: World, section: int, got: Sequence[UUID]) -> None:
    term_save(code="T1", name="T1", term=world.term, days=Days(date(2020, 1, 1), date(2020, 6, 1)))
    world.ready()


@pytest.mark.parametrize("meanwhile", [_dropped, _term_over])
def test_whoever_no_longer_has_it_is_not_notified(
    world: World, meanwhile: Callable[[World, int, Sequence[UUID]], None]
) -> None:
    section, got = registered(world)
    meanwhile(world, section, got)
    change(section, meetings=LATER)
    world.ready()
    assert notices(got[0]) == []


def test_who_waits_is_notified_too_and_of_two_changes_once(world: World) -> None:
    section, got = registered(world, seats=1, students=3)
    change(section, meetings=LATER)
    change(section, meetings=ELSEWHERE)
    world.ready()
    for registration in got:
        assert get_announcements(registration) == ["decided", "section_moved"]
        (line,) = notices(registration)
        assert f"{WAS} → Mon, Wed 09:00–09:50 HALL 5" in line  # noqa: RUF001


def test_what_is_moved_away_and_back_is_not_notified(world: World) -> None:
    section, (got,) = registered(world)
    change(section, meetings=LATER)
    change(section, meetings=MEETINGS)
    world.ready()
    assert notices(got) == []


def test_an_import_that_moves_two_of_ones_sections_tells_both_in_one_message(world: World) -> None:
    sections = [world.section(meetings=(one,), module=f"M 9{one.day}") for one in MEETINGS]
    (student,) = world.students(1)
    world.ready()
    got = world.submit(student, *sections)
    world.ready()
    for section in sections:
        change(section, meetings=())
    world.ready()
    assert [line[:4] for line in notices(got)] == ["M 90", "M 92"]
    assert get_announcements(got).count("section_moved") == 1


def test_a_notice_is_in_the_readers_language(world: World) -> None:
    section, (got,) = registered(world)
    change(section, meetings=LATER)
    world.ready()
    with translation.override("zh-hant"):
        (line,) = notices(got)
    assert "週一" in line
    assert "→" in line
