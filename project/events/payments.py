"""Events of `payments`. Amounts are integers in minor units of the one currency."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event, RegistrationEvent
from project.events.reasons import Reason
from project.events.vocabulary import AuthorisationOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged(Event):
    """Appended when a programme's fee per credit is set; `limit` is the most that a new account may
    owe."""

    type: ClassVar[str] = "payments.rate_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("rate", "programme")
    programme: str
    per_credit: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """Appended when a student's account is opened or its limit is changed."""

    type: ClassVar[str] = "payments.account_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("account", "student")
    student: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationItem:
    """Money for one item. `outcome` is authorised or declined (then `code` is the reason)."""

    section: int
    amount: int
    outcome: AuthorisationOutcome = AuthorisationOutcome.AUTHORISED
    code: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised(RegistrationEvent):
    """Appended once per flow with a fee; the fee of each item is fixed from then on. For:
    decide."""

    type: ClassVar[str] = "payments.authorised.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[AuthorisationItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyItem:
    """An amount captured, voided or refunded for one item."""

    section: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured(RegistrationEvent):
    """Appended when the fees of confirmed items are charged. For: announce, the ledger."""

    type: ClassVar[str] = "payments.captured.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[MoneyItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(RegistrationEvent):
    """Appended when an authorisation is voided; amount 0 is a tombstone for one yet to come."""

    type: ClassVar[str] = "payments.voided.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[MoneyItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded(RegistrationEvent):
    """Appended when a charged fee is refunded."""

    type: ClassVar[str] = "payments.refunded.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[MoneyItem, ...]
