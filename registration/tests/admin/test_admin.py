"""The admin: staff edit students, windows and blocks by events; the rest is read-only."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from project.accounts.models import User
from project.events.modules import Clause
from registration import services
from registration.models import Block, Student, Window
from registration.tests import factories

pytestmark = pytest.mark.django_db
ROOT = "/admin/registration"


def test_student_is_admitted_by_a_event(admin_client: Client) -> None:
    user = User.objects.create_user("new")
    form = {"programme": "CS", "year": 1, "credit_limit_quarters": 20, "transcript": "A 1,B 2"}
    assert admin_client.post(f"{ROOT}/student/add/", {"id": user.id, **form}).status_code == 302
    change = f"{ROOT}/student/{user.id}/change/"
    assert admin_client.post(change, {**form, "year": 2}).status_code == 302
    row = Student.objects.get(id=user.id)
    assert (row.programme, row.year, row.transcript) == ("CS", 2, ["A 1", "B 2"])
    assert [event["year"] for event in factories.stored("student_changed")] == [1, 2]


def test_nobody_becomes_a_student_without_being_a_user(admin_client: Client) -> None:
    form = {"id": 424242, "programme": "CS", "year": 1, "credit_limit_quarters": 20}
    answer = admin_client.post(f"{ROOT}/student/add/", form)
    assert "No user has this id." in answer.content.decode()
    assert factories.stored("student_changed") == []


def test_window_is_opened_moved_and_closed(admin_client: Client) -> None:
    factories.section(1)
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
    assert admin_client.post(f"{change}change/", {**form, "year": 3}).status_code == 302
    assert admin_client.post(f"{change}delete/", {"post": "yes"}).status_code == 302
    assert not Window.objects.exists()
    assert [event["removed"] for event in factories.stored("window_changed")] == [
        False,
        False,
        True,
    ]


def test_block_is_put_reworded_and_lifted(admin_client: Client) -> None:
    student = factories.student()
    form = {"student_id": student, "reason": "Pay."}
    assert admin_client.post(f"{ROOT}/block/add/", form).status_code == 302
    block = Block.objects.get()
    change = f"{ROOT}/block/{block.id}/"
    assert admin_client.post(f"{change}change/", {"reason": "Pay now."}).status_code == 302
    assert Block.objects.get().reason == "Pay now."
    assert admin_client.post(f"{change}delete/", {"post": "yes"}).status_code == 302
    assert [event["lifted"] for event in factories.stored("block_changed")] == [False, False, True]


@pytest.mark.parametrize("name", ["ada", "ADA", " ada ", "ada@x.org", "Ada@X.org", "the id"])
def test_a_block_finds_its_student_by_any_name(admin_client: Client, name: str) -> None:
    student = factories.student(name="ada")
    User.objects.filter(id=student).update(email="ada@x.org")
    form = {"student_id": str(student) if name == "the id" else name, "reason": "Pay."}
    assert admin_client.post(f"{ROOT}/block/add/", form).status_code == 302
    assert Block.objects.get().student_id == student


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("424242", "Nobody has this"),
        ("99999999999999999999", "Nobody has this"),
        ("nobody", "Nobody has this"),
        ("", "This field is required"),
        ("clerk", "clerk is not a student"),
        ("clerk@x.org", "clerk is not a student"),
        ("-1", "Nobody has this"),
    ],
)
def test_a_block_on_somebody_who_is_no_student_is_refused(
    admin_client: Client, name: str, message: str
) -> None:
    User.objects.create_user("clerk", email="clerk@x.org", is_staff=True)
    answer = admin_client.post(f"{ROOT}/block/add/", {"student_id": name, "reason": "Pay."})
    assert message in answer.content.decode()
    assert not Block.objects.exists()


@pytest.mark.parametrize("who", [0, -1, 424242])
def test_no_block_is_put_on_a_stranger_by_any_way(who: int) -> None:
    with pytest.raises(LookupError, match="is no student"):
        services.block_put(student=who, reason="Pay.")


@pytest.mark.parametrize(
    ("programme", "is_kept"),
    [("CS", True), ("", True), (" CS ", True), ("Cs", False), ("Nursery", False), ("C S", False)],
)
def test_a_window_for_a_programme_without_students_is_refused(
    admin_client: Client, programme: str, is_kept: bool
) -> None:
    factories.section(1)
    factories.student()
    form = {
        "term_id": factories.TERM,
        "programme": programme,
        "year": "",
        "opens_at_0": "2026-09-01",
        "opens_at_1": "08:00",
        "closes_at_0": "2026-09-02",
        "closes_at_1": "08:00",
    }
    answer = admin_client.post(f"{ROOT}/window/add/", form)
    assert Window.objects.exists() is is_kept
    if not is_kept:
        assert "No student is in this programme. There are: CS." in answer.content.decode()


@pytest.mark.parametrize(
    "model", ["student", "window", "block", "term", "module", "section", "registration"]
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
    assert list(Student.objects.values_list("transcript", flat=True)) == [["A 1", "B 1"]] * 3
    assert (Window.objects.count(), len(factories.stored("student_changed"))) == (1, 3)
    student = User.objects.get(username="p2").id
    assert factories.post(student, factories.body(1)).status_code == 202


def test_students_need_a_term_that_exists() -> None:
    with pytest.raises(CommandError, match="no term T9"):
        call_command("prepare_students", term="T9", count=1)
