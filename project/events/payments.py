"""What `payments` says. Amounts are integers in minor units of the one currency."""

from dataclasses import dataclass
from typing import ClassVar

from project.events.base import Event, RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged(Event):
    """Said when a programme's fee per credit is set; `limit` is what new accounts may owe."""

    type: ClassVar[str] = "payments.rate_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("rate", "programme")
    programme: str
    per_credit: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """Said when a student's account is opened or its limit is changed."""

    type: ClassVar[str] = "payments.account_changed.v1"
    stream_of: ClassVar[tuple[str, str]] = ("account", "student")
    student: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationItem:
    """Money for one item. `outcome` is authorised or declined (then `code` says why)."""

    section: int
    amount: int
    outcome: str = "authorised"
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised(RegistrationEvent):
    """Said once per flow that needs money, with the fee frozen per item. For: decide."""

    type: ClassVar[str] = "payments.authorised.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[AuthorisationItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyItem:
    """An amount moved for one item."""

    section: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured(RegistrationEvent):
    """Said when the fee of confirmed items was charged. For: announce, the ledger."""

    type: ClassVar[str] = "payments.captured.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[MoneyItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(RegistrationEvent):
    """Said when an authorisation was given back; amount 0 is a tombstone for one yet to come."""

    type: ClassVar[str] = "payments.voided.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[MoneyItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded(RegistrationEvent):
    """Said when a charged fee was paid back."""

    type: ClassVar[str] = "payments.refunded.v1"
    stream_of: ClassVar[tuple[str, str]] = ("payment", "registration")
    items: tuple[MoneyItem, ...]
