"""Two people at one form of the admin: the second save of stale values is refused, with both
versions shown. An import counts as a person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.test import Client

from modules.selectors.catalogue import get_section, load_modules
from modules.services.catalogue import module_save, section_save, term_save
from modules.services.catalogue_import import catalogue_apply
from payments.services.accounts import account_limit_set
from payments.services.rates import rate_set
from project.accounts.models import User
from project.bus.sql import fetch
from project.events.modules import Meeting
from project.imports.formats import Upload
from project.imports.records import File
from project.ops.redis import client as redis
from project.testing.db_threads import on_own_connection, somebody_waits_for_a_lock, until
from project.testing.in_process import world_in_process
from project.testing.system.world import PROGRAMME, World
from registration.services import (
    Admission,
    Opening,
    block_change,
    block_put,
    student_change,
    window_change,
    windows_open,
)

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    """A world in this process."""
    redis().flushdb()
    return world_in_process()


@dataclass
class Form:
    """The form of one row as a member of staff has it open."""

    staff: Client
    url: str
    data: dict[str, Any]

    def save(self, **changed: Any) -> str:
        """Submit it; the page that follows, "" if it was saved."""
        answer = self.staff.post(self.url, {**self.data, **changed})
        if answer.status_code == 302:
            return ""
        self.data["form_version"] = answer.context["form_version"]
        return answer.content.decode()


def opened(url: str) -> Form:
    staff = Client()
    name = f"staff-{User.objects.count()}"
    staff.force_login(User.objects.create_superuser(username=name, password="secret"))
    answer = staff.get(f"/admin/{url}/change/")
    form = answer.context["adminform"].form
    data = {"form_version": answer.context["form_version"]}
    for field in form:
        data.update(_posted(field))
    return Form(staff, f"/admin/{url}/change/", data)


def _posted(field: forms.BoundField) -> dict[str, Any]:
    value, widget = field.value(), field.field.widget
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(value)
        return {
            f"{field.html_name}_{n}": one.format_value(part) or ""
            for n, (one, part) in enumerate(zip(widget.widgets, parts or (), strict=True))
        }
    if isinstance(widget, forms.CheckboxInput):
        return {field.html_name: "on"} if value else {}
    return {field.html_name: "" if value is None else value}


def a_term(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    other = lambda: term_save(code="T1", name="Theirs", term=world.term)  # noqa: E731
    return f"modules/term/{world.term}", other, {"name": "Mine"}


def a_module(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    world.section(module="A 1")
    module = load_modules()["A 1"]
    other = lambda: module_save(module=replace(module, title="Theirs"))  # noqa: E731
    return f"modules/module/{module.module}", other, {"title": "Mine"}


def a_section(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    section = get_section(section=world.section())
    assert section is not None
    other = lambda: section_save(section=replace(section, instructor="Theirs"))  # noqa: E731
    return f"modules/section/{section.section}", other, {"instructor": "Mine"}


def a_window(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    world.students(1)
    opening = Opening(term=world.term, opens_at=NOW, closes_at=NOW + timedelta(days=1))
    (window,) = windows_open([opening])
    other = lambda: window_change(  # noqa: E731
        window=window, opening=replace(opening, closes_at=NOW + timedelta(days=2))
    )
    return f"registration/window/{window}", other, {"year": "1"}


def a_block(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    block = block_put(student=world.students(1)[0], reason="Pay.")
    other = lambda: block_change(block=block, reason="Theirs")  # noqa: E731
    return f"registration/block/{block}", other, {"reason": "Mine"}


def a_student(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    (student,) = world.students(1)
    admission = Admission(student=student, programme=PROGRAMME, year=2, credit_limit_quarters=80)
    other = lambda: student_change(admission)  # noqa: E731
    return (
        f"registration/student/{student}",
        other,
        {"year": "3", "credit_limit_quarters": "20"},
    )


def a_rate(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    other = lambda: rate_set(programme=PROGRAMME, per_credit=7, limit=1000)  # noqa: E731
    return f"payments/rate/{PROGRAMME}", other, {"per_credit": "9"}


def a_limit(world: World) -> tuple[str, Callable[[], object], dict[str, str]]:
    (student,) = world.students(1)
    world.ready()
    other = lambda: account_limit_set(student=student, limit=7)  # noqa: E731
    return f"payments/account/{student}", other, {"limit": "9"}


ROWS = [a_term, a_module, a_section, a_window, a_block, a_student, a_rate, a_limit]


@pytest.mark.parametrize("row", ROWS)
def test_stale_values_are_refused_with_both_versions_shown(
    world: World, row: Callable[[World], tuple[str, Callable[[], object], dict[str, str]]]
) -> None:
    url, other, mine = row(world)
    form = opened(url)
    other()
    before = fetch("SELECT max(id) FROM bus_event")
    page = form.save(**mine)
    assert "Somebody else has saved this since you opened it" in page
    assert "stored now" in page
    assert f"in your form “{next(iter(mine.values()))}”" in page
    assert fetch("SELECT max(id) FROM bus_event") == before
    assert form.save(**mine) == "", "having seen both, one may replace theirs"
    assert fetch("SELECT max(id) FROM bus_event") > before


@pytest.mark.parametrize("row", [a_section, a_block, a_rate])
def test_a_form_that_is_up_to_date_is_saved(
    world: World, row: Callable[[World], tuple[str, Callable[[], object], dict[str, str]]]
) -> None:
    url, _other, mine = row(world)
    assert opened(url).save(**mine) == ""


def test_the_stale_form_of_a_section_keeps_what_an_import_has_set(world: World) -> None:
    section = get_section(section=world.section(seats=30))
    assert section is not None
    form = opened(f"modules/section/{section.section}")
    imported = replace(
        section,
        seats=40,
        meetings=(Meeting(kind="LE", day=0, start=540, end=600, room="HALL 2", number=1),),
    )
    row = f"{section.module_code},{section.code},40,LE M 9:00-10:00 HALL 2"
    data = f"module_code,section,capacity,meetings\n{row}\n".encode()
    upload = Upload(file=File(name="c.csv", data=data), texts={"term": "T1"})
    catalogue_apply(upload, False, lambda _done, _all: None)
    page = form.save(instructor="Noether")
    for shown in ("stored now “40”, in your form “30”", "HALL 2", "Noether"):
        assert shown in page
    assert get_section(section=section.section) == imported


@pytest.mark.parametrize("forged", ["", "section:1 9", "x", "section:1 1:forged"])
def test_a_forged_version_is_refused(world: World, forged: str) -> None:
    form = opened(f"modules/section/{world.section()}")
    form.data["form_version"] = forged
    assert "Somebody else has saved this" in form.save(instructor="Mine")


def test_the_version_of_another_row_is_refused(world: World) -> None:
    form, other = (opened(f"modules/section/{world.section()}") for _ in range(2))
    form.data["form_version"] = other.data["form_version"]
    assert "Somebody else has saved this" in form.save(instructor="Mine")


def test_another_error_keeps_the_version_of_the_form(world: World) -> None:
    section = get_section(section=world.section())
    assert section is not None
    form = opened(f"modules/section/{section.section}")
    assert "Enter a whole number" in form.save(seats="many")
    section_save(section=replace(section, instructor="Theirs"))
    assert "Somebody else has saved this" in form.save(instructor="Mine")


def second_waits() -> bool:
    fetch("SELECT pg_stat_clear_snapshot()")
    return somebody_waits_for_a_lock()


@pytest.mark.slow
@pytest.mark.parametrize("row", [a_section, a_block])
def test_of_two_saves_at_one_moment_the_second_is_refused(
    broken_world: World,
    row: Callable[[World], tuple[str, Callable[[], object], dict[str, str]]],
) -> None:
    """The other transaction has saved and not committed when this form is checked."""
    url, other, mine = row(broken_world)
    form = opened(url)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            other()
            second = pool.submit(on_own_connection, lambda: form.save(**mine))
            until(second_waits)
        assert "Somebody else has saved this" in second.result()
