"""My registrations: live items, all registrations, and dropping."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from project.accounts.models import User
from project.bus.sql import run
from project.live.seat_counts import Counts
from project.web.keyset import Cursor
from registration import services
from registration.selectors import my_registrations
from registration.tests import factories
from registration.tests.factories import Flow
from registration.tests.pages import browser, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> int:
    for number in (1, 2, 3, 4):
        factories.section(number, day=number)
    factories.window()
    return factories.student()


def page(student: int, address: str = "/registrations/") -> str:
    answer = browser(student).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def one_of_each(student: int) -> Flow:
    """Confirmed, waitlisted, refused; and one still undecided."""
    flow = factories.flow(student, 1, 2, 3).seats_decided(
        ["seated", "waitlisted", "refused"], ["", "", "full"]
    )
    flow.paid(1).decided()
    factories.put_in_line(flow.flow_id, 1)
    factories.flow(student, 4)
    return flow


def test_what_a_student_has_is_grouped_by_its_state(student: int) -> None:
    flow = one_of_each(student)
    text = page(student)
    heads = re.findall(r'<h2 id="(\w+)">', text)
    assert heads == ["pending", "waitlisted", "confirmed"]
    assert "Your waitlist position: 1" in plain(text)
    assert "Credits confirmed: 4." in plain(text)
    drops = re.findall(rf'href="/registrations/{flow.id}/drop/(\d)/"', text)
    assert drops == ["2", "1"]


def test_an_offer_comes_first(student: int) -> None:
    flow = one_of_each(student)
    with transaction.atomic():
        services.waitlist_offers_evaluate(flow_ids=[flow.offered(2)])
    assert re.findall(r'<h2 id="(\w+)">', page(student))[0] == "offered"


def test_an_item_with_a_drop_request_is_not_dropped_twice(student: int) -> None:
    flow = factories.flow(student, 1)
    services.item_drop(student=student, registration=flow.id, section=1)
    text = page(student)
    assert "You dropped this section" in text
    assert "/drop/" not in text


def test_all_registrations_are_listed_the_newest_first_and_page_by_page(
    student: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(my_registrations, "PAGE_SIZE", 2)
    flows = [factories.flow(student, number) for number in (1, 2, 3)]
    factories.flow(factories.student(), 1)
    text = page(student)
    listed = r'<td[^>]*><a href="/registrations/([0-9a-f-]{36})/">'
    assert re.findall(listed, text) == [str(flows[2].id), str(flows[1].id)]
    (older,) = re.findall(r'href="(\?cursor=[^"]+)"', text)
    rest = page(student, f"/registrations/{older}")
    assert re.findall(listed, rest) == [str(flows[0].id)]
    assert 'href="?cursor=' not in rest
    assert '<h2 id="pending">' not in rest


def test_a_page_behind_the_end_is_empty(student: int) -> None:
    factories.flow(student, 1)
    first = Cursor((UUID(int=0),))
    assert "There are none." in page(student, f"/registrations/?cursor={first}")


def test_others_registrations_are_not_shown(student: int) -> None:
    one_of_each(factories.student())
    text = page(student)
    assert "You have no sections now." in text
    assert "<table" not in text


def test_a_user_who_is_no_student_gets_a_message() -> None:
    user = User.objects.create_user("clerk")
    for address in ("/registrations/", "/timetable/", "/calendar/"):
        assert "is not a student" in plain(page(user.pk, address)).replace("&#x27;", "'")


@pytest.mark.parametrize("address", ["/registrations/", "/timetable/", "/calendar/"])
def test_guests_sign_in_first(address: str) -> None:
    assert Client().get(address)["Location"] == f"/sign-in/?next={address}"


def test_the_page_takes_five_statements_however_much_is_on_it(
    student: int, django_assert_max_num_queries: Any
) -> None:
    one_of_each(student)
    client = browser(student)
    client.get("/registrations/")
    with django_assert_max_num_queries(5):
        client.get("/registrations/")


@pytest.mark.parametrize("address", ["/registrations/", "/timetable/", "/calendar/"])
def test_the_pages_keep_to_the_policy(student: int, address: str) -> None:
    flow = one_of_each(student)
    for where in (address, f"/registrations/{flow.id}/drop/1/"):
        text = page(student, where)
        assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", text)
        assert not re.search(r"(?:src|href)=\"https?://", text)
        assert text.count("<h1") == 1


def test_the_week_is_drawn_on_both_pages(student: int) -> None:
    one_of_each(student)
    for address in ("/registrations/", "/timetable/"):
        text = page(student, address)
        assert '<figure class="week">' in text
        assert "Tue 09:00–10:00: MOD 1 A01, registered" in plain(text)  # noqa: RUF001
        assert "Wed 09:00–10:00: MOD 2 A01, on the waitlist" in plain(text)  # noqa: RUF001


def test_the_timetable_lists_every_section_with_its_meetings_and_state(student: int) -> None:
    factories.section(5)
    one_of_each(student)
    factories.flow(student, 5)
    text = plain(page(student, "/timetable/"))
    assert "Term 1" in text
    assert "MOD 1 A01 About MOD 1 · Credits: 4 Tue 09:00–10:00 Lecture Confirmed" in text  # noqa: RUF001
    assert "MOD 5 A01 About MOD 5 · Credits: 4 No times are set. In line" in text


def test_every_term_has_a_week_of_its_own(student: int) -> None:
    one_of_each(student)
    factories.section(6, term=2, day=1)
    run("UPDATE registration_window SET term_id = 2")
    factories.flow(student, 6)
    text = page(student, "/timetable/")
    assert re.findall(r"<h2>(.+)</h2>", text) == ["Term 2", "Term 1"]
    assert text.count('<figure class="week">') == 2


def drop(student: int, flow: Flow, section: int) -> str:
    """Drop it on its page; returns the text of the next page."""
    address = f"/registrations/{flow.id}/drop/{section}/"
    answer = browser(student).post(address, follow=True)
    assert answer.redirect_chain == [(f"/registrations/{flow.id}/", 302)]
    return plain(answer.content.decode())


def asked(student: int, flow: Flow, section: int) -> str:
    return plain(page(student, f"/registrations/{flow.id}/drop/{section}/"))


def test_dropping_says_first_what_it_means(student: int, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = one_of_each(student)
    counts = {1: Counts(taken=10, waiting=7)}
    monkeypatch.setattr("project.live.seat_counts.read", lambda ids: counts)
    text = asked(student, flow, 1)
    assert "Your seat goes to the first on the waitlist at once." in text
    assert "Waiting for a seat here: 7." in text
    assert "The fee is paid back" in text
    assert "You lose your place 1 on the waitlist." in asked(student, flow, 2)
    assert "Leave the waitlist of MOD 2 A01?" in asked(student, flow, 2)
    assert flow.states()[1] == ("confirmed", "")


def test_unknown_counts_are_left_out(student: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("project.live.seat_counts.read", lambda ids: {})
    assert "Waiting for a seat" not in asked(student, one_of_each(student), 1)


def test_a_confirmed_section_is_dropped_at_once(student: int) -> None:
    flow = one_of_each(student)
    assert "and the fee is paid back." in drop(student, flow, 1)
    assert flow.states()[1] == ("dropped", "dropped_by_student")
    assert "You have dropped this section already." in asked(student, flow, 1)
    assert "MOD 1 A01 is dropped." in drop(student, flow, 1)
    assert len(factories.stored("dropped")) == 1


def test_a_waitlisted_section_is_dropped_at_once(student: int) -> None:
    flow = one_of_each(student)
    assert "You left the waitlist of MOD 2 A01." in drop(student, flow, 2)
    assert flow.states()[2] == ("dropped", "dropped_by_student")


def test_an_undecided_section_gets_a_drop_request(student: int) -> None:
    flow = factories.flow(student, 1)
    assert "We'll drop it as soon as it's processed" in asked(student, flow, 1)
    assert "Noted: MOD 1 A01 is dropped as soon as" in drop(student, flow, 1)
    assert flow.states()[1] == ("pending", "")
    assert "already; it ends as soon as it's processed" in asked(student, flow, 1)


def test_what_is_over_has_nothing_to_drop(student: int) -> None:
    flow = one_of_each(student)
    assert "there is nothing to drop" in asked(student, flow, 3)
    assert "This item is over already" in drop(student, flow, 3)


def test_strangers_and_unknown_sections_are_404(student: int) -> None:
    flow = one_of_each(student)
    stranger = browser(factories.student())
    for method in ("get", "post"):
        for section in (1, 10**17):
            address = f"/registrations/{flow.id}/drop/{section}/"
            assert getattr(stranger, method)(address).status_code == 404
    assert browser(student).post(f"/registrations/{flow.id}/drop/4/").status_code == 404
    assert flow.states()[1] == ("confirmed", "")


def test_dropping_needs_the_forms_token(student: int) -> None:
    flow = one_of_each(student)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(pk=student))
    assert strict.post(f"/registrations/{flow.id}/drop/1/").status_code == 403
    assert flow.states()[1] == ("confirmed", "")
