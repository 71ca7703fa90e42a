"""Reads: what was told, and the letters made of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext, override

from notifications.models import Email, Inbox, SectionName
from notifications.rules import texts
from notifications.rules.texts import EmailText
from project.accounts import emails as account_emails
from project.accounts.models import PreviousEmail, User, language_of
from project.bus.store import load_events
from project.events.accounts import EmailReplaced, PasswordResetRequested
from project.events.notifications import Announced, AnnouncedItem
from project.web.keyset import Order, number, page_of
from project.web.tones import Tone, tone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingEmail:
    """A letter, and where it goes: "" if its reader has no address now."""

    address: str
    letter: EmailText


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """What a student was told once, in the language that was active."""

    number: int
    registration: UUID
    at: datetime
    subject: str
    lines: list[str]
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """A part of an inbox, newest first; `older` is the cursor of the next part."""

    entries: list[InboxEntry]
    older: str | None


INBOX_PAGE = 20
_NEWEST_FIRST = Order(keys=("-event_id",), reads=(number,))


def section_names(sections: Collection[int]) -> dict[int, str]:
    """What these sections are called, as far as they are known."""
    rows = SectionName.objects.filter(section_id__in=sections)
    return {row.section_id: f"{row.module_code} ({row.code})" for row in rows}


def inbox_text(told: Inbox) -> str:
    """What the student reads, one line for each item, in the language now active."""
    items = _items(told)
    names = section_names({item.section for item in items})
    return "\n".join(texts.sentences(items, names, gettext))


def inbox_page(*, student: int, cursor: str = "") -> InboxPage:
    """What the student was told, newest first, from that cursor on. Raises Refusal for one that
    leads nowhere."""
    rows = Inbox.objects.filter(student_id=student)
    page = page_of(rows, order=_NEWEST_FIRST, cursor=cursor, size=INBOX_PAGE)
    names = section_names({item.section for one in page.rows for item in _items(one)})
    return InboxPage(entries=[_entry(one, names) for one in page.rows], older=page.next)


def _entry(told: Inbox, names: Mapping[int, str]) -> InboxEntry:
    return InboxEntry(
        number=told.event_id,
        registration=told.registration_id,
        at=told.announced_at,
        subject=texts.subject(told.kind, gettext),
        lines=texts.sentences(_items(told), names, gettext),
        tone=tone_of(item.state for item in _items(told)),
    )


def load_emails(event_ids: Collection[int]) -> dict[int, OutgoingEmail]:
    """The letter of each announcement, and of each event about an account, in the language of its
    reader now; to their address now, but for what is to be told where they had another."""
    inbox = Inbox.objects.in_bulk(list(event_ids))
    people = _readers({told.student_id for told in inbox.values()})
    names = section_names({item.section for told in inbox.values() for item in _items(told)})
    announced = {
        event_id: _addressed(told, people[told.student_id], names)
        for event_id, told in inbox.items()
        if told.student_id in people
    }
    return announced | _account_letters(set(event_ids) - inbox.keys())


def _readers(ids: Collection[int | None]) -> dict[int, User]:
    """What may be read of these people: see `project.bus.roles`."""
    of_links = ("last_login", "password_mark")
    readers = User.objects.only("username", "full_name", "email", "language", *of_links)
    return readers.in_bulk(ids)


def _account_letters(event_ids: Collection[int]) -> dict[int, OutgoingEmail]:
    said = [
        (one.id, one.event)
        for one in load_events(list(event_ids))
        if isinstance(one.event, PasswordResetRequested | EmailReplaced)
    ]
    people = _readers({event.person for _, event in said})
    return {
        event_id: _account_letter(event, people[event.person])
        for event_id, event in said
        if event.person in people
    }


def _account_letter(event: PasswordResetRequested | EmailReplaced, reader: User) -> OutgoingEmail:
    if isinstance(event, PasswordResetRequested):
        address, (subject, body) = reader.email, account_emails.new_password(reader)
    else:
        address, (subject, body) = _former(event.previous), account_emails.new_address(reader)
    return OutgoingEmail(address=address, letter=EmailText(subject=subject, body=body))


def _former(number: int) -> str:
    return PreviousEmail.objects.values_list("email", flat=True).filter(pk=number).first() or ""


def _addressed(told: Inbox, reader: User, names: Mapping[int, str]) -> OutgoingEmail:
    with override(language_of(reader) or settings.LANGUAGE_CODE):
        letter = texts.email_text(
            kind=told.kind,
            lines=texts.sentences(_items(told), names, gettext),
            reader=reader.get_short_name(),
            site=settings.SITE_URL,
            translate=gettext,
        )
    return OutgoingEmail(address=reader.email, letter=letter)


def _items(told: Inbox) -> tuple[AnnouncedItem, ...]:
    return Announced.from_data(
        {"registration": "", "student": told.student_id, "kind": told.kind, "items": told.items}
    ).items


def emails_unsent() -> int:
    """How many letters have yet to go out, due or not."""
    return Email.objects.filter(sent_at__isnull=True).count()


def email_is_due() -> bool:
    """Whether any letter waits for its turn now."""
    return Email.objects.filter(sent_at__isnull=True, due_at__lte=Now()).exists()
