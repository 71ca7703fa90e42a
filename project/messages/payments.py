"""What `payments` says. Amounts are integers in minor units of the one currency."""

from dataclasses import dataclass
from typing import ClassVar

from project.messages.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged(Fact):
    """Said when a programme's fee per credit is set; `limit` is what new accounts may owe."""

    type: ClassVar[str] = "payments.rate_changed.v1"
    programme: str
    per_credit: int
    limit: int

    @property
    def stream(self) -> str:
        return f"rate:{self.programme}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Fact):
    """Said when a student's account is opened or its limit is changed."""

    type: ClassVar[str] = "payments.account_changed.v1"
    student: int
    limit: int

    @property
    def stream(self) -> str:
        return f"account:{self.student}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Money for one item. `outcome` is authorised or declined (then `code` says why)."""

    section: int
    amount: int
    outcome: str = "authorised"
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised(Fact):
    """Said once per flow that needs money, with the fee frozen per item. For: settle."""

    type: ClassVar[str] = "payments.authorised.v1"
    registration: str
    student: int
    items: tuple[Charge, ...]

    @property
    def stream(self) -> str:
        return f"payment:{self.registration}"

    def needs(self) -> tuple[str, ...]:
        return (f"account:{self.student}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount moved for one item."""

    section: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured(Fact):
    """Said when the fee of confirmed items was charged. For: announce, the ledger."""

    type: ClassVar[str] = "payments.captured.v1"
    registration: str
    student: int
    items: tuple[Amount, ...]

    @property
    def stream(self) -> str:
        return f"payment:{self.registration}"

    def needs(self) -> tuple[str, ...]:
        return (f"account:{self.student}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(Fact):
    """Said when an authorisation was given back; amount 0 is a tombstone for one yet to come."""

    type: ClassVar[str] = "payments.voided.v1"
    registration: str
    student: int
    items: tuple[Amount, ...]

    @property
    def stream(self) -> str:
        return f"payment:{self.registration}"

    def needs(self) -> tuple[str, ...]:
        return (f"account:{self.student}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded(Fact):
    """Said when a charged fee was paid back."""

    type: ClassVar[str] = "payments.refunded.v1"
    registration: str
    student: int
    items: tuple[Amount, ...]

    @property
    def stream(self) -> str:
        return f"payment:{self.registration}"

    def needs(self) -> tuple[str, ...]:
        return (f"account:{self.student}",)
