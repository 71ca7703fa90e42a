"""Reads: the inbox, and the emails to send."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext, override

from notifications.models import Email, Inbox, SectionName
from notifications.rules import texts
from notifications.rules.moves import move_sentences
from notifications.rules.texts import EmailText
from project.accounts import emails as account_emails
from project.accounts.models import PreviousEmail, User, language_of
from project.bus.sql import fetch
from project.bus.store import load_events
from project.events.accounts import EmailReplaced, Invited, PasswordResetRequested
from project.events.notifications import Announced, AnnouncedItem
from project.events.registration import SectionsMoved
from project.events.vocabulary import AnnouncementKind
from project.web.keyset import Order, number, page_of
from project.web.tones import Tone, tone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingEmail:
    """An email and its address: "" if its reader has none now."""

    address: str
    text: EmailText


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """One announcement as the inbox shows it, in the active language."""

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
_READ = ("username", "full_name", "preferred_name", "email", "language")
_NEWEST_FIRST = Order(keys=("-event_id",), reads=(number,))


def section_names(sections: Collection[int]) -> dict[int, str]:
    """The names of these sections, as far as they are known."""
    rows = SectionName.objects.filter(section_id__in=sections)
    return {row.section_id: f"{row.module_code} ({row.code})" for row in rows}


def inbox_text(row: Inbox) -> str:
    """The text of an announcement, one line per item, in the active language."""
    return "\n".join(_lines(row, _context([row])))


def inbox_page(*, student: int, cursor: str = "") -> InboxPage:
    """The announcements to the student, newest first, from the cursor on. Raises Refusal for an
    invalid cursor."""
    rows = Inbox.objects.filter(student_id=student)
    page = page_of(rows, order=_NEWEST_FIRST, cursor=cursor, size=INBOX_PAGE)
    context = _context(page.rows)
    return InboxPage(entries=[_entry(row, context) for row in page.rows], older=page.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxContext:
    """What the texts of announcements need: names of sections, and what has moved, by the id of
    the announcement."""

    names: Mapping[int, str]
    moves: Mapping[int, SectionsMoved]


def _context(rows: Collection[Inbox]) -> InboxContext:
    names = section_names({item.section for row in rows for item in _items(row)})
    moved = [row.event_id for row in rows if row.kind == AnnouncementKind.SECTION_MOVED]
    return InboxContext(names=names, moves=load_moves(moved) if moved else {})


_MOVES = """
SELECT notice.id, moved.data
  FROM bus_event notice JOIN bus_event moved ON moved.id = notice.flow_id
 WHERE notice.id = ANY(%s) AND moved.type = %s"""


def load_moves(event_ids: Collection[int]) -> dict[int, SectionsMoved]:
    """The event that each of these announcements tells."""
    rows = fetch(_MOVES, [list(event_ids), SectionsMoved.type])
    return {event_id: SectionsMoved.from_data(json.loads(data)) for event_id, data in rows}


def _lines(row: Inbox, context: InboxContext) -> list[str]:
    moved = context.moves.get(row.event_id)
    if moved:
        return move_sentences(moved.items, gettext)
    return texts.sentences(_items(row), context.names, gettext)


def _entry(row: Inbox, context: InboxContext) -> InboxEntry:
    return InboxEntry(
        number=row.event_id,
        registration=row.registration_id,
        at=row.announced_at,
        subject=texts.subject(row.kind, gettext),
        lines=_lines(row, context),
        tone=tone_of(item.state for item in _items(row)),
    )


def load_emails(event_ids: Collection[int]) -> dict[int, OutgoingEmail]:
    """The email of each announcement and of each account event, in the current language of its
    reader and to their current address; notices of a replaced address go to the previous one."""
    inbox = Inbox.objects.in_bulk(list(event_ids))
    people = _readers({row.student_id for row in inbox.values()})
    context = _context(inbox.values())
    announced = {
        event_id: _announcement_email(row, people[row.student_id], context)
        for event_id, row in inbox.items()
        if row.student_id in people
    }
    return announced | _account_emails(set(event_ids) - inbox.keys())


def _readers(ids: Collection[int | None]) -> dict[int, User]:
    """These people, with the columns the mail role may read: see `project.accounts.grants`."""
    readers = User.objects.only(*_READ, "last_login", "password_mark")
    return readers.in_bulk(ids)


def _account_emails(event_ids: Collection[int]) -> dict[int, OutgoingEmail]:
    events = [
        (one.id, one.event)
        for one in load_events(list(event_ids))
        if isinstance(one.event, PasswordResetRequested | EmailReplaced | Invited)
    ]
    people = _readers({event.person for _, event in events})
    return {
        event_id: _account_email(event, people[event.person])
        for event_id, event in events
        if event.person in people
    }


def _account_email(
    event: PasswordResetRequested | EmailReplaced | Invited, reader: User
) -> OutgoingEmail:
    address = reader.email
    match event:
        case PasswordResetRequested():
            subject, body = account_emails.new_password(reader)
        case Invited():
            subject, body = account_emails.invitation(reader)
        case EmailReplaced():
            address = _previous_address(event.previous)
            subject, body = account_emails.new_address(reader)
    return OutgoingEmail(address=address, text=EmailText(subject=subject, body=body))


def _previous_address(number: int) -> str:
    return PreviousEmail.objects.values_list("email", flat=True).filter(pk=number).first() or ""


def _announcement_email(row: Inbox, reader: User, context: InboxContext) -> OutgoingEmail:
    with override(language_of(reader) or settings.LANGUAGE_CODE):
        text = texts.email_text(
            kind=row.kind,
            lines=_lines(row, context),
            reader=reader.get_short_name(),
            site=settings.SITE_URL,
            translate=gettext,
        )
    return OutgoingEmail(address=reader.email, text=text)


def _items(row: Inbox) -> tuple[AnnouncedItem, ...]:
    return Announced.from_data(
        {"registration": "", "student": row.student_id, "kind": row.kind, "items": row.items}
    ).items


def emails_unsent() -> int:
    """How many emails are not sent yet, due or not."""
    return Email.objects.filter(sent_at__isnull=True).count()


def email_is_due() -> bool:
    """Whether any email is due now."""
    return Email.objects.filter(sent_at__isnull=True, due_at__lte=Now()).exists()
