"""The words that services share in events and tables, and their sets; SQL gets them from here."""

import re
from enum import StrEnum

from project.events.reasons import Reason  # noqa: F401  (statements name it, too)


class ItemState(StrEnum):
    """Where an item of a registration stands. Seated and authorised are read from events only."""

    PENDING = "pending"
    SEATED = "seated"
    AUTHORISED = "authorised"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DROPPED = "dropped"
    EXPIRED = "expired"


# The states of the table. One live item per student and section.
LIVE_STATES = (
    ItemState.PENDING,
    ItemState.WAITLISTED,
    ItemState.OFFERED,
    ItemState.CONFIRMED,
)
ENDED_STATES = (ItemState.REFUSED, ItemState.DROPPED, ItemState.EXPIRED)
STORED_STATES = (*LIVE_STATES, *ENDED_STATES)
# The current schedule: what counts for time conflicts, credits and modules.
SCHEDULE_STATES = (ItemState.PENDING, ItemState.OFFERED, ItemState.CONFIRMED)
# Without a decision although a step of the saga is to bring one. All others are at rest.
UNDECIDED_STATES = (ItemState.PENDING, ItemState.OFFERED)
# A decision on the item may still come.
UNCONFIRMED_STATES = (ItemState.PENDING, ItemState.WAITLISTED, ItemState.OFFERED)
# As a student sees them: those that change without the student, and those that can be dropped.
MOVING_STATES = (ItemState.SEATED, ItemState.AUTHORISED, *UNCONFIRMED_STATES)
DROPPABLE_STATES = (*MOVING_STATES, ItemState.CONFIRMED)


class RegistrationStatus(StrEnum):
    """Decided means that none of its items is pending."""

    PENDING = "pending"
    DECIDED = "decided"


class Mode(StrEnum):
    """All of the requested sections or none, or each by itself."""

    ALL = "all"
    ANY = "any"


class OnFull(StrEnum):
    """What becomes of a requested section without a free seat."""

    WAITLIST = "waitlist"
    REFUSE = "refuse"


class SeatOutcome(StrEnum):
    """What seat allocation decides on a requested section."""

    SEATED = "seated"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"


class OfferOutcome(StrEnum):
    """What becomes of a seat offered to the first on a waitlist: it is the student's, it goes to
    the next, or the student leaves the waitlist."""

    OFFERED = "offered"
    PASSED_OVER = "passed_over"
    REFUSED = "refused"


class Released(StrEnum):
    """What a release has released. Nothing is a tombstone; of a student who was passed over the
    seat is released and the waitlist position kept."""

    ALLOCATED = "allocated"
    WAITING = "waiting"
    PASSED_OVER = "passed_over"
    NOTHING = "nothing"


RELEASED_SEATS = (Released.ALLOCATED, Released.PASSED_OVER)


class DropKind(StrEnum):
    """Who or what dropped an item."""

    STUDENT = "by_student"
    REGISTRY = "by_registry"


class AllocationState(StrEnum):
    """Whether a seat is still held."""

    LIVE = "live"
    RELEASED = "released"


class WaitlistState(StrEnum):
    """Where a student stands on a waitlist."""

    WAITING = "waiting"
    PASSED_OVER = "passed_over"
    OFFERED = "offered"
    LEFT = "left"


WAITLISTED_ENTRIES = (WaitlistState.WAITING, WaitlistState.PASSED_OVER)


class AuthorisationOutcome(StrEnum):
    """Whether the fee of an item is on hold."""

    AUTHORISED = "authorised"
    DECLINED = "declined"


class PaymentState(StrEnum):
    """What has become of the fee of an item."""

    AUTHORISED = "authorised"
    DECLINED = "declined"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"


class AnnouncementKind(StrEnum):
    """What a student is notified of."""

    DECIDED = "decided"
    MOVED_UP = "moved_up"
    PASSED_OVER = "passed_over"
    DROPPED = "dropped"
    LEFT = "left"
    REFUSED = "refused"
    EXPIRED = "expired"
    WAITLIST_HALTED = "waitlist_halted"
    WAITLIST_RESUMED = "waitlist_resumed"
    WAITLIST_CLOSED = "waitlist_closed"
    SECTION_MOVED = "section_moved"


_MARK = re.compile(r"<([A-Z]\w*)(?:\.([A-Z_]+))?>")


def fill_words(sql: str) -> str:
    """The statement with its words in place: `<ItemState.PENDING>` becomes `'pending'`, and a set
    like `<LIVE_STATES>` a list in brackets. Raises LookupError for a word that does not exist."""
    return _MARK.sub(_in_sql, sql)


def _in_sql(mark: re.Match[str]) -> str:
    name, member = mark.groups()
    found = globals().get(name)
    if member and isinstance(found, type) and issubclass(found, StrEnum):
        return f"'{found[member]}'"
    if not member and isinstance(found, tuple):
        listed = ", ".join(f"'{word}'" for word in found)
        return f"({listed})"
    raise LookupError(f"the vocabulary has no {mark[0]}")
