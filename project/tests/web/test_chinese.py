# ruff: noqa: RUF001  (Chinese has its own punctuation)
"""The site in Traditional Chinese: no page, refusal or email contains English sentences."""

import re
from collections import defaultdict

import pytest
from django.test import Client
from django.utils import translation

from notifications import selectors
from notifications import services as notifications
from notifications.models import Inbox
from notifications.tests import factories as notified
from project.accounts.models import User
from project.events.modules import Clause
from project.events.reasons import REASONS, ReasonStage
from project.ops.redis import client as redis_client
from project.testing.in_process import posted
from registration import services
from registration.models import Section
from registration.tests import factories

LANGUAGE = "zh-hant"
PAGES = (
    "/", "/catalogue/", "/plan/", "/registrations/", "/timetable/", "/calendar/", "/inbox/",
    "/account/", "/preferences/", "/password/change/", "/api/docs/", "/nowhere/",
)  # fmt: skip
FOR_STRANGERS = ("/", "/sign-in/", "/password/reset/", "/password/reset/sent/", "/offline/")
# Three English words in a row are a sentence that was forgotten; names have fewer.
_ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")


@pytest.fixture
def student(db: None) -> int:
    factories.section(1, day=0)
    factories.section(2, day=0)
    factories.window()
    student = factories.student()
    User.objects.filter(pk=student).update(language=LANGUAGE)
    return student


@pytest.fixture
def visitor(student: int) -> Client:
    client = Client(headers={"Accept-Language": LANGUAGE})
    client.force_login(User.objects.get(pk=student))
    return client


def read_aloud(html: str) -> str:
    """The text of a page as a reader sees it."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "|", text))


@pytest.mark.parametrize("stage", ReasonStage)
def test_every_reason_is_chinese(stage: ReasonStage) -> None:
    values: dict[str, str] = defaultdict(lambda: "錯")
    with translation.override(LANGUAGE):
        texts = [
            translation.gettext(text).format_map(values)
            for row in REASONS[stage].values()
            for text in (row.sentence, row.fix)
            if text
        ]
    assert [text for text in texts if not chinese(text)] == []


def chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def title_in_chinese(page: str) -> str:
    """The title of a page without English."""
    assert f'<html lang="{LANGUAGE}"' in page
    assert _ENGLISH.findall(read_aloud(page)) == []
    title, _dot, site = page.partition("<title>")[2].partition("</title>")[0].rpartition(" · ")
    assert site == "學生選課"
    return title


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_nothing_in_english(visitor: Client, student: int, address: str) -> None:
    factories.flow(student, 2).seats_decided(["refused"], ["full"]).decided()
    services.plan_add(student=student, section=1)
    title = title_in_chinese(visitor.get(address).content.decode())
    assert chinese(title) or title == "API"


@pytest.mark.django_db
@pytest.mark.parametrize("address", FOR_STRANGERS)
def test_a_page_for_strangers_says_nothing_in_english(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": LANGUAGE})
    assert chinese(title_in_chinese(answer.content.decode()))


@pytest.mark.parametrize("outcome", ["seated", "waitlisted", "refused"])
def test_the_pages_of_one_thing_say_nothing_in_english(
    visitor: Client, student: int, outcome: str
) -> None:
    clause = Clause(any_of=("MOD 8", "MOD 9"), together=("MOD 9",))
    factories.section(3, day=3, requires=(clause,))
    module = Section.objects.get(id=3).module_id
    flow = factories.flow(student, 1).seats_decided([outcome], ["full"])
    addresses = (f"/catalogue/{module}/", f"/registrations/{flow.id}/")
    for address in (*addresses, f"{addresses[1]}drop/1/"):
        assert title_in_chinese(visitor.get(address).content.decode())


def test_a_submission_is_refused_in_the_language_asked_for(student: int) -> None:
    body = factories.body(1, 2)
    headers = {"Idempotency-Key": "k", "Accept-Language": LANGUAGE}
    answer = factories.client(student).post(factories.URL, body, format="json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "time_conflict")
    assert answer.json()["detail"] == "上課時間衝堂：MOD 1 A01 與 MOD 2 A01。"
    assert answer.json()["fix"] == "請選擇其他時間上課的班別，或退選其中一個。"


def test_the_plan_says_in_chinese_what_speaks_against_it(visitor: Client, student: int) -> None:
    for section in (1, 2):
        services.plan_add(student=student, section=section)
    text = visitor.get("/plan/").content.decode()
    assert "上課時間衝堂：MOD 1 A01 與 MOD 2 A01。" in text
    key = re.search(r'name="key" value="([^"]+)"', text)
    assert key
    sent = {"key": key[1], "mode": "any", "on_full": "waitlist"}
    answer = visitor.post("/plan/submit/", sent)
    assert "沒有送出。</strong> 上課時間衝堂" in answer.content.decode()


def test_the_timeline_and_the_reasons_are_chinese(visitor: Client, student: int) -> None:
    flow = factories.flow(student, 1).seats_decided(["waitlisted"]).decided()
    text = visitor.get(f"/registrations/{flow.id}/").content.decode()
    assert "您登記了 MOD 1 A01。" in text
    assert "排隊輪到您了。候補中：MOD 1 A01。" in text
    assert "名額已滿，您已列入候補名單。" in text


@pytest.fixture(params=[LANGUAGE, "zh-TW", "zh-Hant-HK"])
def reader(request: pytest.FixtureRequest, db: None) -> User:
    return notified.student(language=request.param)


def test_an_email_is_in_the_language_of_its_reader(reader: User) -> None:
    flow_id, _registration = notified.decided(reader, s1="confirmed", s2="refused full")
    notifications.announcements_make(flow_ids=[flow_id])
    number = Inbox.objects.get().event_id
    email = selectors.load_emails([number])[number].text
    assert email.subject == "您的選課結果"
    assert "您已取得 班別 1 的名額，費用 1,234.50 已計入您的帳戶。" in email.body
    assert "您未能選上 班別 2。名額已滿。" in email.body
    assert _ENGLISH.findall(email.body) == []


def test_the_mail_for_a_new_password_is_in_the_language_of_its_reader(reader: User) -> None:
    for key in redis_client().scan_iter("limit:*"):
        redis_client().delete(key)
    reader.set_password("correct horse battery")
    reader.save()
    Client().post("/password/reset/", {"email": reader.email})
    (email,) = posted()
    assert email.subject == "您的新密碼"
    assert str(email.body).startswith("Ada Lovelace 您好：\n")
    assert _ENGLISH.findall(str(email.body)) == []
