"""The three steps that move money. Each says once what it did, and acts by what is there.

All three lock the accounts in student order before they look at payments. So of two that move
money of one student the second sees what the first did, whichever comes first.
"""

from collections.abc import Mapping, Sequence

from payments import rules, selectors
from payments.rules import Ending, Item, Purse, Wanted
from payments.services.accounts import OPENING, accounts_open
from project.bus import locks
from project.bus.store import append, stories
from project.messages.fact import Fact
from project.messages.payments import Authorised, Captured
from project.messages.registration import Dropped, Expired, Refused, Settled


def payments_authorise(*, causes: Sequence[int]) -> None:
    """Put aside the fee of every seated item, in line order, up to each account's limit."""
    wants = {
        cause: want
        for cause, story in stories(causes).items()
        if not story.first(Authorised) and (want := rules.wanted(story.root, story.facts))
    }
    purse = _purse(list(wants.values()))
    _append({cause: [rules.charge(want, purse)] for cause, want in wants.items()})


def _purse(wants: Sequence[Wanted]) -> Purse:
    """What the accounts allow, locked; those that are still missing are opened first."""
    if not wants:
        return Purse(room={}, per_credit={})
    purse = selectors.purse_locked({(want.student, want.programme) for want in wants})
    missing = {want.student: want.programme for want in wants if want.student not in purse.room}
    if missing:
        accounts_open(missing)
        opened = selectors.purse_locked(missing.items())
        purse.room |= opened.room
        purse.per_credit = {**purse.per_credit, **opened.per_credit}
    purse.payments = selectors.payments_locked({want.registration for want in wants})
    return purse


def payments_capture(*, causes: Sequence[int]) -> None:
    """Charge what was authorised for items that were confirmed. What was given back stays so."""
    open_ = {c: s.first(Settled) for c, s in stories(causes).items() if not s.first(Captured)}
    settled = {
        cause: fact
        for cause, fact in open_.items()
        if fact and any(item.state == "confirmed" for item in fact.items)
    }
    payments = _payments(list(settled.values()))
    charged = {cause: rules.capture(fact, payments) for cause, fact in settled.items()}
    _append({cause: [fact] for cause, fact in charged.items() if fact})


def payments_give_back(*, causes: Sequence[int]) -> None:
    """Void or refund the money of items that are over, and bar what is not authorised yet."""
    roots = {cause: story.root for cause, story in stories(causes).items()}
    endings = {
        c: root for c, root in roots.items() if isinstance(root, Dropped | Refused | Expired)
    }
    payments = _payments(list(endings.values()))
    _append({cause: rules.give_back(root, payments) for cause, root in endings.items()})


def _payments(facts: Sequence[Settled] | Sequence[Ending]) -> dict[Item, rules.Held]:
    if not facts:
        return {}
    students = {fact.student for fact in facts}
    if selectors.accounts_locked(students) != students:
        # No account, so no row to wait at: whoever opens one now has to wait for us instead.
        locks.hold(OPENING)
    return selectors.payments_locked({fact.registration for fact in facts})


def _append(said: Mapping[int, Sequence[Fact]]) -> None:
    pairs = [(fact, cause) for cause, facts in said.items() for fact in facts]
    append([fact for fact, _ in pairs], causes=[cause for _, cause in pairs])
