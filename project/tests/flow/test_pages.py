"""The pages of a student after one registration through the real flow; replay agrees."""

import re

from django.test import Client

from project.accounts.models import User
from project.testing.system.world import World


def test_statement_and_inbox_name_what_was_got_and_what_was_charged(
    quiet_world: World, client: Client
) -> None:
    section = quiet_world.section(seats=1)
    (student,) = quiet_world.students(1)
    quiet_world.ready()
    registration = quiet_world.submit(student, section)
    quiet_world.ready()
    client.force_login(User.objects.get(pk=student))
    statement = client.get("/account/").content.decode()
    (name,) = re.findall(rf'<a href="/registrations/{registration}/">([^<]+)</a>', statement)
    assert f"Section {section}" != name
    assert '<span class="badge good">Charged</span>' in statement
    assert f"You have a seat in {name}." in client.get("/inbox/").content.decode()
