"""The days of a term: stored as an event, kept by later imports, never half given or reversed."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from modules.models import Term
from modules.rules.terms import Days, Deadlines, WrongDays
from modules.services.catalogue import term_save
from project.accounts.models import User
from project.bus.registry import bus
from project.bus.replay import replay_check
from project.bus.sql import fetch, run
from project.bus.subscriptions import project_events
from project.events.modules import TermChanged

pytestmark = pytest.mark.django_db
AUTUMN = Days(date(2026, 9, 7), date(2026, 12, 18))
ROWS = "module_code,section,capacity\nMATH 1,A01,30\n"


def stored() -> tuple[date | None, date | None]:
    term = Term.objects.get()
    return term.starts_on, term.ends_on


@pytest.mark.django_db(transaction=True)
def test_a_term_is_saved_with_its_days_and_replay_agrees() -> None:
    number = term_save(code="F26", name="Autumn", days=AUTUMN)
    assert stored() == (AUTUMN.first, AUTUMN.last)
    term_save(code="F26", name="Autumn", term=number)
    assert stored() == (None, None)
    assert replay_check().differences == ()


def test_saving_the_same_days_again_appends_nothing() -> None:
    number = term_save(code="F26", name="Autumn", days=AUTUMN)
    term_save(code="F26", name="Autumn", term=number, days=AUTUMN)
    assert fetch("SELECT count(*) FROM bus_event")[0][0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_event_from_before_terms_had_days_still_reads() -> None:
    old = {"term": 1, "code": "F25", "name": "Autumn 2025"}
    assert TermChanged.from_data(old) == TermChanged(term=1, code="F25", name="Autumn 2025")
    run(
        "INSERT INTO bus_event (stream, version, type, data) VALUES"
        " ('term:1', 1, 'modules.term_changed.v1',"
        """ '{"term": 1, "code": "F25", "name": "Autumn 2025"}')"""
    )
    (event,) = fetch("SELECT id FROM bus_event")[0]
    with transaction.atomic():
        project_events(bus.projections[TermChanged], [event])
    assert stored() == (None, None)
    assert replay_check().differences == ()


@pytest.mark.parametrize(
    "days", [(date(2026, 9, 7), None), (None, date(2026, 9, 7)), (AUTUMN.last, AUTUMN.first)]
)
def test_half_a_term_or_reversed_days_are_refused(days: Any) -> None:
    with pytest.raises(WrongDays):
        Days(*days)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "c.csv"
    path.write_text(ROWS)
    return str(path)


def test_an_import_sets_the_days_and_a_later_one_keeps_them(file: str) -> None:
    call = ("import_catalogue", file, "--term", "T1", "--no-wait")
    call_command(*call)
    assert stored() == (None, None)
    call_command(*call, "--starts", "2026-09-07", "--ends", "2026-12-18")
    assert stored() == (AUTUMN.first, AUTUMN.last)
    call_command(*call)
    assert stored() == (AUTUMN.first, AUTUMN.last)


def deadlines() -> tuple[Any, ...]:
    """`add_until`, `drop_until` and `refund_until` of the one term."""
    term = Term.objects.get()
    return term.add_until, term.drop_until, term.refund_until


def test_an_import_keeps_the_deadlines(file: str) -> None:
    until = [datetime(2026, 9 + n, 21, 16, tzinfo=UTC) for n in (0, 2, 1)]
    kept = Deadlines(add_until=until[0], drop_until=until[1], refund_until=until[2])
    term_save(code="T1", name="T1", deadlines=kept)
    call = ("import_catalogue", file, "--term", "T1", "--no-wait")
    call_command(*call, "--starts", "2026-09-07", "--ends", "2026-12-18", "--name", "Autumn")
    assert deadlines() == tuple(until)
    call_command(*call)
    assert (deadlines(), stored()) == (tuple(until), (AUTUMN.first, AUTUMN.last))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (None, None, None)),
        ({"add_until": "2026-09-21 16:00"}, (21, None, None)),
        ({"drop_until": "2026-11-13 16:00"}, (None, 13, None)),
        ({"refund_until": "2026-10-02 16:00"}, (None, None, 2)),
        ({"drop_until": "2026-11-13 16:00", "refund_until": "2026-11-13 16:00"}, (None, 13, 13)),
        ({"drop_until": "2026-11-13 16:00", "refund_until": "2026-11-14 16:00"}, None),
    ],
)
def test_the_admin_sets_the_deadlines(
    fields: dict[str, str], expected: tuple[int | None, ...] | None
) -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser(username="ada", password="secret"))
    split = {
        f"{name}_{n}": part for name, at in fields.items() for n, part in enumerate(at.split())
    }
    page = reverse("admin:modules_term_add")
    text = staff.post(page, {"code": "F26", "name": "Autumn", **split}).content.decode()
    if expected is None:
        assert "for longer than one may drop" in text
        assert not Term.objects.exists()
    else:
        assert tuple(at and at.day for at in deadlines()) == expected


@pytest.mark.parametrize(
    "days",
    [
        ("--starts", "2026-09-07"),
        ("--starts", "2026-12-18", "--ends", "2026-09-07"),
        ("--starts", "tomorrow", "--ends", "2026-09-07"),
    ],
)
def test_an_import_with_impossible_days_loads_nothing(file: str, days: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("import_catalogue", file, "--term", "T1", "--no-wait", *days)
    assert not Term.objects.exists()


def test_the_admin_edits_the_days_and_refuses_half_of_them() -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser(username="ada", password="secret"))
    page = reverse("admin:modules_term_add")
    data = {"code": "F26", "name": "Autumn", "starts_on": "2026-09-07"}
    assert "or neither" in staff.post(page, data).content.decode()
    staff.post(page, {**data, "ends_on": "2026-12-18"})
    assert stored() == (AUTUMN.first, AUTUMN.last)
