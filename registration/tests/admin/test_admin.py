"""The admin: staff edit students, windows and blocks by events; the rest is read-only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from project.accounts.models import User
from project.events.modules import Clause
from registration import services
from registration.models import Attempt, Block, BlockReason, Student, StudentRecord, Window
from registration.rules.people import Category, Kind, Status, TranscriptLine
from registration.tests import factories

pytestmark = pytest.mark.django_db
ROOT = "/admin/registration"


NEW = {
    "number": "S-1",
    "full_name": "Ada Lovelace",
    "email": "ada@x.org",
    "programme": "CS",
    "year": 1,
    "credit_limit_quarters": 20,
    "credits_earned_quarters": "8.5",
}


def test_a_student_is_added_by_one_form_and_invited(admin_client: Client) -> None:
    factories.programme("CS")
    form = {**NEW, "invite": "on"}
    assert admin_client.post(f"{ROOT}/student/add/", form).status_code == 302
    user = User.objects.get(number="S-1")
    assert (user.username, user.email, user.has_usable_password()) == ("S-1", "ada@x.org", False)
    row = StudentRecord.objects.get(student_id=user.id)
    assert row.credits_earned_quarters == 34
    assert [event["person"] for event in factories.stored("invited")] == [user.id]


def test_a_student_is_edited_by_a_event(admin_client: Client) -> None:
    student = factories.student(transcript=("A 1",))
    change = f"{ROOT}/student/{student}/change/"
    form = {"programme": "CS", "year": 3, "credit_limit_quarters": 20}
    assert admin_client.post(change, form).status_code == 302
    assert [event["year"] for event in factories.stored("student_changed")] == [2, 3]
    assert Attempt.objects.get().module_code == "A 1"


def test_who_has_left_is_edited_and_stays_so(admin_client: Client) -> None:
    student = factories.student()
    services.students_end([student])
    form = {"programme": "CS", "year": 3, "credit_limit_quarters": 20}
    change = f"{ROOT}/student/{student}/change/"
    assert admin_client.post(change, form).status_code == 302
    stored = Student.objects.get(id=student)
    assert (stored.year, stored.has_left) == (3, True)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"number": "s-1"}, "A Student has this number or user name."),
        ({"number": "TAKEN"}, "A Student has this number or user name."),
        ({"programme": "Nursery"}, "Select a valid choice"),
        ({"year": "13"}, "Select a valid choice"),
        ({"email": "nowhere"}, "Enter a valid email address"),
        ({"full_name": ""}, "This field is required"),
        ({"credit_limit_quarters": "lots"}, "is not a number"),
    ],
)
def test_a_student_who_cannot_be_added(
    admin_client: Client, changed: dict[str, str], message: str
) -> None:
    User.objects.filter(id=factories.student(name="taken")).update(number="S-1")
    answer = admin_client.post(f"{ROOT}/student/add/", {**NEW, "number": "S-2", **changed})
    assert message in answer.content.decode()
    assert Student.objects.count() == 1


def test_the_page_of_a_student_shows_what_they_have(admin_client: Client) -> None:
    factories.section(1)
    factories.window(programme="CS")
    factories.window(programme="EE")
    student = factories.student(transcript=("A 1",))
    factories.flow(student, 1).seats_decided(["refused"], ["full"]).decided()
    services.block_put(student=student, reason="Library fines.", office="The library")
    page = admin_client.get(f"{ROOT}/student/{student}/change/").content.decode()
    for shown in (
        "A Student",
        "Opens: The CS, ",
        "Library fines.",
        "see The library",
        "MOD 1 A01",
        "Every seat is taken",
        "A 1",
        f"/admin/payments/account/{student}/change/",
        f"/admin/accounts/user/{student}/change/",
    ):
        assert shown in page
    assert "Opens: EE" not in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [("1", "2 students are chosen, not 1."), ("", "This field is required"), ("2", "")],
)
def test_studies_end_once_the_number_of_students_was_typed(
    admin_client: Client, typed: str, message: str
) -> None:
    chosen = [factories.student() for _ in range(2)]
    form = {"action": "end_studies", "_selected_action": chosen}
    asked = admin_client.post(f"{ROOT}/student/", form).content.decode()
    assert "2 students can no longer sign in; 0 sections" in asked
    typed_too = {**form, "confirmed": "yes", "count": typed}
    answer = admin_client.post(f"{ROOT}/student/", typed_too, follow=True).content.decode()
    assert (message or "The studies of 2 students have ended.") in answer
    assert Student.objects.filter(has_left=True).count() == (0 if message else 2)


def test_invitations_go_out_at_a_stated_pace(admin_client: Client) -> None:
    chosen = [factories.student() for _ in range(5)]
    User.objects.filter(id__in=chosen[:4]).update(email="x@x.org")
    User.objects.filter(id=chosen[0]).update(is_active=False)
    form = {"action": "send_invitations", "_selected_action": chosen}
    asked = admin_client.post(f"{ROOT}/student/", form).content.decode()
    assert "3 of the chosen students have an address" in asked
    paced = {**form, "confirmed": "yes", "per_minute": "2"}
    answer = admin_client.post(f"{ROOT}/student/", paced, follow=True).content.decode()
    assert "3 invitations go out, 2 a minute" in answer
    assert [event["after"] for event in factories.stored("invited")] == [0, 30, 60]


def test_window_is_opened_moved_and_closed(admin_client: Client) -> None:
    factories.section(1)
    factories.student()
    form = {
        "term_id": factories.TERM,
        "programme": "",
        "year": "",
        "opens_at_0": "2026-09-01",
        "opens_at_1": "08:00",
        "closes_at_0": "2026-09-02",
        "closes_at_1": "08:00",
    }
    assert admin_client.post(f"{ROOT}/window/add/", form).status_code == 302
    window = Window.objects.get()
    change = f"{ROOT}/window/{window.id}/"
    backwards = admin_client.post(f"{change}change/", {**form, "closes_at_0": "2026-08-01"})
    assert "has to close after it opens" in backwards.content.decode()
    assert admin_client.post(f"{change}change/", {**form, "year": 2}).status_code == 302
    assert admin_client.post(f"{change}delete/", {"post": "yes"}).status_code == 302
    assert not Window.objects.exists()
    assert [event["removed"] for event in factories.stored("window_changed")] == [
        False,
        False,
        True,
    ]


def test_block_is_put_reworded_and_lifted(admin_client: Client) -> None:
    student = factories.student()
    who = User.objects.get(id=student).username
    form = {"student_id": who, "student_id_id": student, "student_id_for": who, "reason": "Pay."}
    assert admin_client.post(f"{ROOT}/block/add/", form).status_code == 302
    block = Block.objects.get()
    change = f"{ROOT}/block/{block.id}/"
    assert admin_client.post(f"{change}change/", {"reason": "Pay now."}).status_code == 302
    assert BlockReason.objects.get().reason == "Pay now."
    assert admin_client.post(f"{change}delete/", {"post": "yes"}).status_code == 302
    assert [event["lifted"] for event in factories.stored("block_changed")] == [False, False, True]


@pytest.mark.parametrize(
    "text", ["ada", "ADA", " ada ", "ada@x.org", "Ada@X.org", "S-4711", "s-47", "lovelace", "àda l"]
)
def test_a_block_shows_who_is_meant_before_it_is_saved(admin_client: Client, text: str) -> None:
    student = factories.student(name="ada")
    who = {"email": "ada@x.org", "full_name": "Ada Lovelace", "number": "S-4711"}
    User.objects.filter(id=student).update(**who)
    factories.student(name="other")
    form = {"student_id": text, "reason": "Pay."}
    shown = admin_client.post(f"{ROOT}/block/add/", form).content.decode()
    assert "Is this the person? Then save again." in shown
    assert "S-4711, ada@x.org, CS, year 2" in shown
    assert not Block.objects.exists()
    again = {**form, "student_id_id": student, "student_id_for": text.strip()}
    assert admin_client.post(f"{ROOT}/block/add/", again).status_code == 302
    assert Block.objects.get().student_id == student


def test_who_was_chosen_is_asked_again_once_another_name_is_typed(admin_client: Client) -> None:
    ada, alan = factories.student(name="ada"), factories.student(name="alan")
    form = {"student_id": "alan", "reason": "Pay.", "student_id_id": ada, "student_id_for": "ada"}
    shown = admin_client.post(f"{ROOT}/block/add/", form).content.decode()
    assert f'value="{alan}" checked' in shown
    assert not Block.objects.exists()


def test_several_who_are_found_are_a_choice(admin_client: Client) -> None:
    for name in ("ada", "adam", "alan"):
        factories.student(name=name)
    form = {"student_id": "ada", "reason": "Pay."}
    shown = admin_client.post(f"{ROOT}/block/add/", form).content.decode()
    assert "Choose who is meant, then save again." in shown
    assert shown.count('type="radio" name="student_id_id"') == 2


def test_a_block_from_the_student_s_page_knows_who_is_meant(admin_client: Client) -> None:
    student = factories.student(name="ada")
    page = admin_client.get(f"{ROOT}/block/add/?student_id={student}").content.decode()
    assert f'value="{student}" checked' in page


@pytest.mark.parametrize(
    ("name", "chosen", "message"),
    [
        ("424242", "", "No student is found by"),
        ("nobody", "", "No student is found by"),
        ("", "", "This field is required"),
        ("clerk", "", "No student is found by"),
        ("clerk", "clerk", "No student is found by"),
        ("clerk@x.org", "424242", "No student is found by"),
        ("x", "99999999999999999999", "No student is found by"),
        ("x", "-1", "No student is found by"),
    ],
)
def test_a_block_on_somebody_who_is_no_student_is_refused(
    admin_client: Client, name: str, chosen: str, message: str
) -> None:
    clerk = User.objects.create_user("clerk", email="clerk@x.org", is_staff=True)
    who = str(clerk.pk) if chosen == "clerk" else chosen
    form = {"student_id": name, "student_id_id": who, "student_id_for": name, "reason": "Pay."}
    answer = admin_client.post(f"{ROOT}/block/add/", form)
    assert message in answer.content.decode()
    assert not Block.objects.exists()


@pytest.mark.parametrize("who", [0, -1, 424242])
def test_no_block_is_put_on_a_stranger_by_any_way(who: int) -> None:
    with pytest.raises(LookupError, match="is no student"):
        services.block_put(student=who, reason="Pay.")


WINDOW = {
    "opens_at_0": "2026-09-01",
    "opens_at_1": "08:00",
    "closes_at_0": "2026-09-02",
    "closes_at_1": "08:00",
}


@pytest.mark.parametrize(
    ("audience", "message"),
    [
        ({}, "Opens for 2 students: everyone, "),
        ({"programme": "CS"}, "Opens for 1 student: The CS,"),
        ({"programme": "CS", "year": "2"}, "Opens for 1 student: The CS, year 2,"),
        ({"programme": "CS", "year": "3"}, "would open for nobody"),
        ({"student_group": "rowing"}, "Opens for 1 student: Rowing club,"),
        ({"programme": "CS", "student_group": "rowing"}, "would open for nobody"),
        ({"campus": "N"}, "would open for nobody"),
        ({"programme": "Cs"}, "Select a valid choice"),
        ({"programme": "Nursery"}, "Select a valid choice"),
        ({"programme": "OLD"}, "Select a valid choice"),
    ],
)
def test_a_window_says_how_many_students_it_opens_for(
    admin_client: Client, audience: dict[str, str], message: str
) -> None:
    factories.section(1)
    factories.student()
    rower = factories.student()
    services.categories_set(
        [
            Category(kind=Kind.PROGRAMME, code="EE", name="Electrical engineering", years=4),
            Category(kind=Kind.PROGRAMME, code="OLD", name="Old", is_retired=True),
            Category(kind=Kind.GROUP, code="rowing", name="Rowing club"),
            Category(kind=Kind.CAMPUS, code="N", name="North"),
        ]
    )
    moved = services.Admission(
        student=rower, programme="EE", year=2, credit_limit_quarters=80, groups=("rowing",)
    )
    services.student_change(moved)
    form = {"term_id": factories.TERM, **WINDOW, **audience}
    answer = admin_client.post(f"{ROOT}/window/add/", form, follow=True)
    assert message in answer.content.decode()
    assert Window.objects.exists() is message.startswith("Opens")


@pytest.mark.parametrize(
    "query",
    ["Lovelace", "lovelace ada", "LOVELÀCE", "S-4711", "s-47", "ada@x.org", "countess"],
)
@pytest.mark.parametrize("model", ["student", "registration", "block"])
def test_lists_find_a_person_by_name_number_and_address(
    admin_client: Client, model: str, query: str
) -> None:
    factories.section(1)
    factories.window()
    for name, number in (("Ada Lovelace", "S-4711"), ("Alan Turing", "S-5000")):
        student = factories.student()
        User.objects.filter(id=student).update(
            full_name=name,
            number=number,
            preferred_name="Countess" if number == "S-4711" else "",
            email=f"{name.split()[0].lower()}@x.org",
        )
        factories.flow(student, 1)
        services.block_put(student=student, reason="Pay.")
    listed = admin_client.get(f"{ROOT}/{model}/", {"q": query}).content.decode()
    assert "Ada Lovelace (S-4711)" in listed
    assert "Turing" not in listed


@pytest.mark.parametrize(
    ("admission", "reason"),
    [
        ({"programme": "Nursery"}, "There is no programme Nursery"),
        ({"programme": "cs"}, "There is no programme cs; there is CS."),
        ({"year": 0}, "CS has the years 1 to 3"),
        ({"year": 4}, "CS has the years 1 to 3"),
        ({"campus": "Mars"}, "There is no campus Mars"),
        ({"groups": ("rowing", "chess")}, "There is no group chess"),
        ({"standing": "gone"}, "The standing gone is retired"),
    ],
)
def test_a_student_is_only_put_into_categories_that_exist(
    admission: dict[str, object], reason: str
) -> None:
    services.categories_set(
        [
            Category(kind=Kind.PROGRAMME, code="CS", name="Computing", years=3),
            Category(kind=Kind.GROUP, code="rowing", name="Rowing club"),
            Category(kind=Kind.STANDING, code="gone", name="Gone", is_retired=True),
        ]
    )
    user = User.objects.create_user("new").id
    fields = {"programme": "CS", "year": 1, "credit_limit_quarters": 20, **admission}
    with pytest.raises(services.UnknownCategory, match=reason):
        services.student_change(services.Admission(student=user, **fields))  # type: ignore[arg-type]
    assert not Student.objects.exists()


def test_who_is_in_a_retired_category_stays_in_it() -> None:
    student = factories.student()
    retired = Category(kind=Kind.PROGRAMME, code="CS", name="Computing", is_retired=True)
    assert services.categories_set([retired]) == 1
    stays = services.Admission(student=student, programme="CS", year=3, credit_limit_quarters=80)
    assert services.student_change(stays)


@pytest.mark.parametrize("code", ["cs", "Cs", "CS", " CS ", "cS"])
def test_a_category_is_there_once_whatever_its_capitals(admin_client: Client, code: str) -> None:
    factories.programme("CS")
    form = {"kind": "programme", "code": code, "name": "Again"}
    answer = admin_client.post(f"{ROOT}/category/add/", form)
    assert "There is a programme CS already." in answer.content.decode()


def test_a_category_is_added_renamed_and_retired(admin_client: Client) -> None:
    form = {"kind": "group", "code": "rowing", "name": "Rowing"}
    assert admin_client.post(f"{ROOT}/category/add/", form).status_code == 302
    change = f"{ROOT}/category/group_3Arowing/change/"
    renamed = {"name": "Rowing club", "is_retired": "on"}
    assert admin_client.post(change, renamed).status_code == 302
    names = [(event["name"], event["retired"]) for event in factories.stored("category_changed")]
    assert names == [("Rowing", False), ("Rowing club", True)]


@pytest.mark.parametrize(
    ("status", "counts"), [("completed", True), ("in_progress", True), ("not_passed", False)]
)
def test_what_counts_as_a_prerequisite(status: str, counts: bool) -> None:
    factories.section(1, requires=(Clause(any_of=("A 1",)),))
    factories.window()
    student = factories.student()
    line = TranscriptLine(module="A 1", term="2025", grade="B", status=Status(status))
    services.student_change(
        services.Admission(
            student=student, programme="CS", year=2, credit_limit_quarters=80, transcript=(line,)
        )
    )
    assert factories.post(student, factories.body(1)).status_code == (202 if counts else 409)


def test_no_event_has_personal_data() -> None:
    student = factories.student(transcript=("A 1",))
    services.block_put(student=student, reason="Library fines.", office="Bursar")
    stored = str(factories.stored("student_changed") + factories.stored("block_changed"))
    for private in ("A 1", "Library", "Bursar", "A Student"):
        assert private not in stored


@pytest.mark.parametrize(
    "model", ["category", "student", "window", "block", "term", "module", "section", "registration"]
)
@pytest.mark.parametrize("query", ["", "?q=1", "?q=MOD 1", "?q=99999999999999999999"])
def test_lists_open(admin_client: Client, model: str, query: str) -> None:
    factories.section(1)
    factories.window()
    student = factories.student()
    services.block_put(student=factories.student(), reason="Pay.")
    factories.flow(student, 1)
    assert admin_client.get(f"{ROOT}/{model}/{query}").status_code == 200


def test_registration_shows_items_and_timeline(admin_client: Client) -> None:
    factories.section(1)
    factories.window()
    flow = factories.flow(factories.student(), 1).seats_decided(["seated"]).paid(1).decided()
    page = admin_client.get(f"{ROOT}/registration/{flow.id}/change/").content.decode()
    assert "confirmed" in page
    assert "You asked for MOD 1 A01." in page
    for query in ("?item=confirmed", f"?term={factories.TERM}", "?q=MOD 1", f"?q={flow.id}"):
        listed = admin_client.get(f"{ROOT}/registration/{query}").content.decode()
        assert str(flow.id) in listed
    assert (
        str(flow.id)
        not in admin_client.get(f"{ROOT}/registration/?item=waitlisted").content.decode()
    )


@pytest.mark.parametrize("model", ["term", "module", "section", "registration"])
def test_what_events_write_cannot_be_added(admin_client: Client, model: str) -> None:
    assert admin_client.get(f"{ROOT}/{model}/add/").status_code == 403


def test_students_are_prepared_once(tmp_path: object) -> None:
    factories.section(1, requires=(Clause(any_of=("B 1", "A 1")),))
    options = {"term": "T1", "count": 3, "prefix": "p", "all_modules": True, "verbosity": 0}
    call_command("prepare_students", **options)
    call_command("prepare_students", **options)
    codes = Attempt.objects.values_list("module_code", flat=True)
    assert sorted(codes) == ["A 1"] * 3 + ["B 1"] * 3
    assert (Window.objects.count(), len(factories.stored("student_changed"))) == (1, 3)
    student = User.objects.get(username="p2").id
    assert factories.post(student, factories.body(1)).status_code == 202


@pytest.mark.parametrize(
    ("audience", "windows"),
    [
        ({}, 1),
        ({"programme": "CS"}, 2),
        ({"year": 1}, 2),
        ({"level": "UG"}, 2),
        ({"campus": "N"}, 2),
        ({"group": "rowing"}, 2),
    ],
)
def test_a_window_for_some_is_none_for_everyone(audience: dict[str, Any], windows: int) -> None:
    factories.section(1)
    now = datetime.now(UTC)
    opens, closes = now - timedelta(hours=1), now + timedelta(hours=1)
    opening = services.Opening(term=factories.TERM, opens_at=opens, closes_at=closes, **audience)
    services.windows_open([opening])
    call_command("prepare_students", term="T1", count=1, verbosity=0)
    assert Window.objects.count() == windows


def test_students_need_a_term_that_exists() -> None:
    with pytest.raises(CommandError, match="no term T9"):
        call_command("prepare_students", term="T9", count=1)
