"""Reads, and the locks that reads take."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from payments.models import Account, Rate
from payments.rules import Held, Purse
from project.bus.sql import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Whose money a step is about; the programme only where a fee has to be known."""

    student: int
    registration: str
    programme: str = ""


_LOCK = """
SELECT FROM payments_account WHERE student_id = ANY(%(students)s)
 ORDER BY student_id FOR NO KEY UPDATE"""

_VIEW = """
SELECT w.student, a.limit_ - a.authorised - a.captured, w.programme, r.per_credit,
       w.registration, p.section_id, p.state, p.amount
  FROM unnest(%(students)s::bigint[], %(registrations)s::text[], %(programmes)s::text[])
       AS w(student, registration, programme)
  LEFT JOIN payments_account a ON a.student_id = w.student
  LEFT JOIN payments_rate r ON r.programme = w.programme
  LEFT JOIN payments_payment p ON p.registration_id = w.registration::uuid"""


def purse_locked(concerns: Iterable[Concern]) -> Purse:
    """Room, fees and payments of these, with the accounts locked in student order.

    One trip to the server, yet two statements: the second begins when every lock is held, so it
    sees what those did who held them before. Who has no account has no room in the purse.
    """
    these = list(concerns)
    rows = fetch(
        f"{_LOCK};{_VIEW}",
        {
            "students": [one.student for one in these],
            "registrations": [one.registration for one in these],
            "programmes": [one.programme for one in these],
        },
    )
    return Purse(
        room={student: room for student, room, *_ in rows if room is not None},
        per_credit={programme: fee for _, _, programme, fee, *_ in rows if fee is not None},
        payments={
            (registration, section): Held(state=state, amount=amount)
            for *_, registration, section, state, amount in rows
            if section is not None
        },
    )


def account_limit_locked(student: int) -> int | None:
    """The student's limit, its account locked; None without an account."""
    locked = Account.objects.select_for_update(no_key=True).filter(student_id=student)
    return locked.values_list("limit", flat=True).first()


def accounts_known(students: Collection[int]) -> set[int]:
    """Who of these has an account."""
    known = Account.objects.filter(student_id__in=students)
    return set(known.values_list("student_id", flat=True))


def rates_by_programme(programmes: Collection[str]) -> dict[str, Rate]:
    """The rates of these programmes that have one."""
    return Rate.objects.in_bulk(list(programmes))
