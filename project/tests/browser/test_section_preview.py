"""Staff move a section: they see who is hit, confirm, and the student is told."""

from typing import Any

from project.accounts.models import User
from project.events.modules import Meeting
from project.testing.browser.browser_contexts import Visitors
from project.testing.system.world import World

MONDAY = (Meeting(kind="LE", day=0, start=540, end=600, room="HALL 2"),)
TUESDAY = (Meeting(kind="LE", day=1, start=540, end=600),)


def test_a_move_is_shown_confirmed_and_told(world: World, visitors: Visitors, seen: Any) -> None:
    first = world.section(meetings=MONDAY, module="MATH 1", code="A01")
    second = world.section(meetings=TUESDAY, module="PHYS 2", code="A01")
    (student,) = world.students(1)
    clerk = User.objects.create_superuser(username="clerk", password="!", email="c@x.org")
    world.ready()
    world.submit(student, first, second)
    world.ready()
    visitors.expected.append("favicon.ico")  # the admin has none
    page = visitors.come(clerk.pk)
    page.goto(f"/admin/modules/section/{second}/change/")
    page.get_by_label("Meetings:").fill("LE M 09:30-10:30 HALL 5")
    page.get_by_role("button", name="Save", exact=True).click()
    seen(page.locator("h1")).to_have_text("Save PHYS 2 A01?")
    seen(page.locator("#content")).to_contain_text("1 of 1 students would have a time conflict")
    seen(page.locator("#content")).to_contain_text("MATH 1 A01, M 09:00-10:00")
    page.get_by_role("button", name="Save", exact=True).click()
    seen(page.locator(".messagelist")).to_contain_text("was changed successfully")
    world.ready()
    reader = visitors.come(student)
    reader.goto("/inbox/")
    seen(reader.locator("#inbox")).to_contain_text("PHYS 2 A01 has moved")
    seen(reader.locator("#inbox")).to_contain_text("Mon 09:30–10:30 HALL 5")  # noqa: RUF001
