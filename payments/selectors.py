"""The stored accounts, rates and payments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from payments.models import Account, Payment, Rate, SectionName
from payments.rules import AccountSnapshot, HeldPayment
from project.bus.sql import Row
from project.events.reasons import ENDINGS, Reason, explain
from project.events.vocabulary import PaymentState
from project.web.keyset import Order, number, page_of, uuid


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentKey:
    """The account and payments a step concerns; `programme` only if a fee has to be computed."""

    student: int
    registration: str
    programme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """The payment of one item in a statement. `section` is "" while its name is not known."""

    registration: UUID
    number: int
    section: str
    amount: int
    state: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a student may owe and owes, and one page of payments, those of the newest registration
    first; `older` and `newer` are the cursors of the neighbouring pages."""

    limit: int
    authorised: int
    captured: int
    lines: list[StatementLine]
    older: str | None
    newer: str | None

    @property
    def free(self) -> int:
        """What may still be charged; 0 if the limit was lowered below what is owed."""
        return max(0, self.limit - self.authorised - self.captured)


STATEMENT_PAGE = 50
# Not by time of change: a payment that is charged or refunded while somebody reads would move from
# a later page to one already read. Registrations' ids sort by time.
_NEWEST_FIRST = Order(keys=("-registration_id", "section_id"), reads=(uuid, number))

# The query for `account_snapshot`, with the parameters of `account_params`.
ACCOUNTS = """
SELECT w.student, a.limit_ - a.authorised - a.captured, w.programme, r.per_credit,
       w.registration, p.section_id, p.state, p.amount
  FROM unnest(%(students)s::bigint[], %(registrations)s::text[], %(programmes)s::text[])
       AS w(student, registration, programme)
  LEFT JOIN payments_account a ON a.student_id = w.student
  LEFT JOIN payments_rate r ON r.programme = w.programme
  LEFT JOIN payments_payment p ON p.registration_id = w.registration::uuid"""


def account_params(keys: Sequence[PaymentKey]) -> dict[str, list[int] | list[str]]:
    """The parameters of `ACCOUNTS`."""
    return {
        "students": [key.student for key in keys],
        "registrations": [key.registration for key in keys],
        "programmes": [key.programme for key in keys],
    }


def account_snapshot(rows: Sequence[Row]) -> AccountSnapshot:
    """A snapshot of the rows of `ACCOUNTS`. `available` has no entry without an account."""
    return AccountSnapshot(
        available={student: left for student, left, *_ in rows if left is not None},
        per_credit={programme: fee for _, _, programme, fee, *_ in rows if fee is not None},
        payments={
            (registration, section): HeldPayment(state=PaymentState(state), amount=amount)
            for *_, registration, section, state, amount in rows
            if section is not None
        },
    )


def load_accounts(students: Collection[int]) -> set[int]:
    """Which of these students have an account."""
    known = Account.objects.filter(student_id__in=students)
    return set(known.values_list("student_id", flat=True))


def rates_by_programme(programmes: Collection[str]) -> dict[str, Rate]:
    """The rates of these programmes, as far as they have one."""
    return Rate.objects.in_bulk(list(programmes))


def load_statement(*, student: int, cursor: str = "") -> Statement | None:
    """The student's account and one page of payments; None without an account. Raises Refusal for
    an invalid cursor.

    Payments that were voided before authorisation are not shown.
    """
    account = Account.objects.filter(student_id=student).first()
    if account is None:
        return None
    payments = Payment.objects.filter(student_id=student).exclude(
        state=PaymentState.VOIDED, amount=0
    )
    page = page_of(payments, order=_NEWEST_FIRST, cursor=cursor, size=STATEMENT_PAGE)
    names = SectionName.objects.in_bulk({one.section_id for one in page.rows})
    return Statement(
        limit=account.limit,
        authorised=account.authorised,
        captured=account.captured,
        lines=[_line(one, names.get(one.section_id)) for one in page.rows],
        older=page.next,
        newer=page.previous,
    )


def _reason(code: str) -> str:
    return explain(Reason(code), *ENDINGS, translate=gettext).sentence if code else ""


def _line(payment: Payment, section: SectionName | None) -> StatementLine:
    return StatementLine(
        registration=payment.registration_id,
        number=payment.section_id,
        section=f"{section.module_code} ({section.code})" if section else "",
        amount=payment.amount,
        state=payment.state,
        reason=_reason(payment.code),
        at=payment.changed_at,
    )
