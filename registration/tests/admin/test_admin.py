"""The admin: staff edit students, windows and blocks by events; the rest is read-only."""

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


def test_student_is_admitted_by_a_event(admin_client: Client) -> None:
    user = User.objects.create_user("new")
    factories.programme("CS")
    form = {
        "programme": "CS",
        "year": 1,
        "credit_limit_quarters": 20,
        "credits_earned_quarters": "8.5",
    }
    assert admin_client.post(f"{ROOT}/student/add/", {"id": user.id, **form}).status_code == 302
    change = f"{ROOT}/student/{user.id}/change/"
    assert admin_client.post(change, {**form, "year": 2}).status_code == 302
    row = Student.objects.get(id=user.id)
    assert (row.programme, row.year) == ("CS", 2)
    assert StudentRecord.objects.get(student_id=user.id).credits_earned_quarters == 34
    assert [event["year"] for event in factories.stored("student_changed")] == [1, 2]


def test_nobody_becomes_a_student_without_being_a_user(admin_client: Client) -> None:
    form = {"id": 424242, "programme": "CS", "year": 1, "credit_limit_quarters": 20}
    answer = admin_client.post(f"{ROOT}/student/add/", form)
    assert "No user has this id." in answer.content.decode()
    assert factories.stored("student_changed") == []


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
    form = {"student_id": student, "reason": "Pay."}
    assert admin_client.post(f"{ROOT}/block/add/", form).status_code == 302
    block = Block.objects.get()
    change = f"{ROOT}/block/{block.id}/"
    assert admin_client.post(f"{change}change/", {"reason": "Pay now."}).status_code == 302
    assert BlockReason.objects.get().reason == "Pay now."
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


def test_students_need_a_term_that_exists() -> None:
    with pytest.raises(CommandError, match="no term T9"):
        call_command("prepare_students", term="T9", count=1)
