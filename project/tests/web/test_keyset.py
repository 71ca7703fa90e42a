"""Every list, page by page: each row once and an end, forwards and backwards, with equal keys, and
while rows are added."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import escape

from notifications.models import Inbox
from payments.models import Account, Payment
from project.accounts.models import User
from project.bus.sql import fetch, run
from project.ops.ids import uuid7
from project.web.keyset import Cursor
from registration.models import Module, Registration, Section, Term
from registration.tests import factories

MANY = 1300  # of one module, more than DRF's cursors can skip

pytestmark = pytest.mark.django_db
CHANGED_AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list: its address, how rows are added, and how rows and links are read from a page."""

    url: str
    table: str
    key: str = "id"
    fill: Callable[[int, int], None]
    """For a student, so many rows; called again, as many more."""
    rows: Callable[[str], list[str]]
    onward: str = r'href="[^"]*\?([^"]*cursor=[^"]+)"(?! rel="prev")'
    back: str = ""
    start: str = ""


def _sections(student: int, count: int) -> None:
    """Sections of one module and with one code, which is not unique in this app's table."""
    term, _ = Term.objects.get_or_create(id=1, code="T", name="T", changed_at=CHANGED_AT)
    module, _ = Module.objects.get_or_create(
        id=1, code="BGRD 200", title="x", credit_quarters=4, changed_at=CHANGED_AT
    )
    begin = Section.objects.count()
    # The later half of the ids sorts first by code: so rows are added before and behind.
    Section.objects.bulk_create(
        Section(
            id=number, term=term, module=module, module_code="BGRD 200", credit_quarters=4,
            code=f"{number % 3}", is_open=True, changed_at=CHANGED_AT,
        )
        for number in range(begin + 1, begin + count + 1)
    )  # fmt: skip


def _modules(student: int, count: int) -> None:
    term, _ = Term.objects.get_or_create(id=1, code="T", name="T", changed_at=CHANGED_AT)
    begin = Module.objects.count()
    for number in range(begin + 1, begin + count + 1):
        code = f"M {number % 4}"
        module = Module.objects.create(
            id=number, code=code, title=f"#{number}#", credit_quarters=4, changed_at=CHANGED_AT
        )
        Section.objects.create(
            id=number,
            term=term,
            module=module,
            module_code=code,
            code="1",
            credit_quarters=4,
            is_open=True,
            changed_at=CHANGED_AT,
        )


def _registrations(student: int, count: int) -> None:
    Registration.objects.bulk_create(
        Registration(
            id=uuid7(), student_id=student, term_id=1, mode="any", on_full="waitlist",
            submitted_at="2026-01-01T00:00:00Z", event_id=_next_event(),
        )
        for _ in range(count)
    )  # fmt: skip


def _next_event() -> int:
    return int(fetch("SELECT nextval('bus_event_id_seq')")[0][0])


def _payments(student: int, count: int) -> None:
    """Payments of few registrations, all changed at the same moment."""
    Account.objects.get_or_create(student_id=student, limit=1, authorised=0, captured=0)
    registration, begin = uuid7(), Payment.objects.count()
    Payment.objects.bulk_create(
        Payment(
            id=f"{registration}/{n}", registration_id=registration, section_id=n, amount=1,
            student_id=student, state="captured", changed_at="2026-01-01T00:00:00Z",
        )
        for n in range(begin + 1, begin + count + 1)
    )  # fmt: skip


def _announcements(student: int, count: int) -> None:
    Inbox.objects.bulk_create(
        Inbox(
            event_id=_next_event(), student_id=student, registration_id=uuid7(), kind="decided",
            items=[], announced_at="2026-01-01T00:00:00Z",
        )
        for _ in range(count)
    )  # fmt: skip


def _found(pattern: str) -> Callable[[str], list[str]]:
    return lambda text: re.findall(pattern, text)


_IDS = _found(r'"id": ?"?([0-9a-f-]+)"?,')
_FOLLOWED = r'href="/registrations/([0-9a-f-]{36})/"'
LISTS = {
    "sections": Listing(
        url="/api/v1/sections/",
        fill=_sections,
        table="registration_section",
        rows=_IDS,
        start="module=BGRD+200&size=50",
        onward=r'"next": ?"[^"]*\?([^"]+)"',
        back=r'"previous": ?"[^"]*\?([^"]+)"',
    ),
    "registrations": Listing(
        url="/api/v1/registrations/",
        fill=_registrations,
        table="registration_registration",
        rows=_IDS,
        start="size=7",
        onward=r'"next": ?"[^"]*\?([^"]+)"',
        back=r'"previous": ?"[^"]*\?([^"]+)"',
    ),
    "catalogue": Listing(
        url="/catalogue/", fill=_modules, table="registration_module", rows=_found("#([0-9]+)#")
    ),
    "mine": Listing(
        url="/registrations/",
        fill=_registrations,
        table="registration_registration",
        rows=_found(r"<td[^>]*><a " + _FOLLOWED),
    ),
    "inbox": Listing(
        url="/inbox/", fill=_announcements, table="notifications_inbox", rows=_found(_FOLLOWED)
    ),
    "statement": Listing(
        url="/account/",
        fill=_payments,
        table="payments_payment",
        key="section_id",
        rows=_found(r"Section (\d+)<"),
        back=r'href="\?(cursor=[^"]+)" rel="prev"',
    ),
}
COUNTS = {"sections": 130, "registrations": 60}
MOST = 60


def _asked(student: int, listing: Listing, **query: str) -> Any:
    if listing.url.startswith("/api/"):
        return factories.client(student).get(listing.url, query)
    client = Client()
    client.force_login(User.objects.get(id=student))
    return client.get(listing.url, query)


@dataclass(slots=True)
class Reader:
    """A student who reads a list page by page."""

    listing: Listing
    student: int

    def page(self, query: str) -> str:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        answer = _asked(self.student, self.listing, **asked)
        assert answer.status_code == 200, answer.content
        return str(answer.content.decode())

    def walk(
        self, query: str, way: str, *, meanwhile: Callable[[], None] = lambda: None
    ) -> list[list[str]]:
        """The rows of each page from there on; from the second page on a row is added each time."""
        pages, left = [], MOST
        while True:
            text = self.page(query)
            pages.append(self.listing.rows(text))
            ahead = re.findall(way, text)
            if not ahead:
                return pages
            query = ahead[0].replace("&amp;", "&")
            meanwhile()
            left -= 1
            assert left, "there is no end"


@pytest.fixture(params=LISTS)
def reader(request: pytest.FixtureRequest) -> Reader:
    factories.window()
    listing = LISTS[request.param]
    student = factories.student()
    listing.fill(student, COUNTS.get(request.param, 55))
    return Reader(listing, student)


def _flat(pages: list[list[str]]) -> list[str]:
    return [row for page in pages for row in page]


def test_each_row_once_and_an_end(reader: Reader) -> None:
    if reader.listing.fill is _sections:
        _sections(reader.student, MANY)
    pages = reader.walk(reader.listing.start, reader.listing.onward)
    rows = _flat(pages)
    assert len(pages) > 1
    assert len(rows) == len(set(rows)) == _count(reader)


def _count(reader: Reader) -> int:
    return int(fetch(f"SELECT count(*) FROM {reader.listing.table}")[0][0])


def test_the_way_back_is_the_way_there(reader: Reader) -> None:
    if not reader.listing.back:
        pytest.skip("leads onward only")
    there = reader.walk(reader.listing.start, reader.listing.onward)
    end = f"{reader.listing.start}&cursor={Cursor(is_backwards=True)}"
    back = reader.walk(end, reader.listing.back)
    assert _flat(back[::-1]) == _flat(there)
    # Back from the second page: page one again, and from there all the rest.
    (onward,) = re.findall(reader.listing.onward, reader.page(reader.listing.start))[:1]
    (first,) = re.findall(reader.listing.back, reader.page(onward))
    text = reader.page(first)
    assert reader.listing.rows(text) == there[0]
    assert re.findall(reader.listing.back, text) == []
    assert reader.walk(first, reader.listing.onward) == there


@pytest.mark.parametrize("is_backwards", [False, True])
def test_what_was_there_is_read_once_while_rows_are_added(
    reader: Reader, is_backwards: bool
) -> None:
    if is_backwards and not reader.listing.back:
        pytest.skip("leads onward only")
    before = set(_flat(reader.walk(reader.listing.start, reader.listing.onward)))
    begin = f"{reader.listing.start}&cursor={Cursor(is_backwards=True)}"
    added = iter(range(20))

    def meanwhile() -> None:
        if next(added, None) is not None:
            reader.listing.fill(reader.student, 3)

    pages = reader.walk(
        begin if is_backwards else reader.listing.start,
        reader.listing.back if is_backwards else reader.listing.onward,
        meanwhile=meanwhile,
    )
    rows = _flat(pages)
    once = [row for row in rows if row in before]
    assert len(rows) == len(set(rows))
    assert set(once) == before


def test_a_page_whose_rows_are_gone_leads_back(reader: Reader) -> None:
    if not reader.listing.back:
        pytest.skip("leads onward only")
    onward = re.findall(reader.listing.onward, reader.page(reader.listing.start))[0]
    kept = set(reader.listing.rows(reader.page(reader.listing.start)))
    listing = reader.listing
    run(f"DELETE FROM {listing.table} WHERE {listing.key}::text <> ALL(%s)", [list(kept)])
    text = reader.page(onward)
    assert reader.listing.rows(text) == []
    (back,) = re.findall(reader.listing.back, text)
    assert set(reader.listing.rows(reader.page(back))) == kept


NONSENSE = [
    "x", "no cursor", "0", "-1", "²", "9" * 40, "cD1ub3RhbnVtYmVy", "%ff", "W10", "bnVsbA", "MQ",
    str(Cursor((True,))), str(Cursor(("a", "b"))), str(Cursor(("\x00", "a", 1))),
    str(Cursor((2**70, 1))), str(Cursor(("1 OR 1=1",) * 5)), str(Cursor((1.5,))), "W" * 5000,
    "WyJ4Il0",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("cursor", NONSENSE)
def test_a_cursor_that_leads_nowhere_is_refused_with_a_word_for_it(name: str, cursor: str) -> None:
    factories.window()
    factories.section(1)
    student = factories.student()
    listing = LISTS[name]
    _payments(student, 1)
    answer = _asked(student, listing, cursor=cursor)
    assert answer.status_code == 400
    assert "This cursor leads nowhere" in answer.content.decode()


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", "²", "1.5"])
@pytest.mark.parametrize("name", ["sections", "registrations"])
def test_a_size_that_is_none_is_refused(name: str, size: str) -> None:
    answer = factories.client(factories.student()).get(LISTS[name].url, {"size": size})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "Say a whole number from 1 to 200."


def test_the_addresses_keep_the_rest_of_the_search() -> None:
    student = factories.student()
    _sections(student, 60)
    answer = factories.client(student).get(
        "/api/v1/sections/", {"module": "BGRD 200", "size": "50"}
    )
    query = parse_qs(urlsplit(answer.json()["next"]).query)
    assert (query["module"], query["size"]) == (["BGRD 200"], ["50"])
    assert escape(query["cursor"][0]) == query["cursor"][0]
