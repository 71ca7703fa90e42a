"""The three steps that move money. Each says once what it did, and acts by what is there.

All three lock the accounts in student order before they look at payments. So of two that move
money of one student the second sees what the first did, whichever comes first.
"""

from collections.abc import Mapping, Sequence

from payments import rules
from payments.rules import Ending, Purse, Wanted
from payments.selectors import Concern, purse_locked
from payments.services.accounts import OPENING, accounts_open
from project import live_news
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
    if wants:
        purse = _purse_to_spend(list(wants.values()))
        _append({cause: [rules.charge(want, purse)] for cause, want in wants.items()})


def _purse_to_spend(wants: Sequence[Wanted]) -> Purse:
    """What the accounts allow. Those that are still missing are opened first."""
    concerns = [
        Concern(student=want.student, registration=want.registration, programme=want.programme)
        for want in wants
    ]
    purse = purse_locked(concerns)
    missing = {one.student: one.programme for one in concerns if one.student not in purse.room}
    if not missing:
        return purse
    accounts_open(missing)
    return purse_locked(concerns)


def payments_capture(*, causes: Sequence[int]) -> None:
    """Charge what was authorised for items that were confirmed. What was given back stays so."""
    settled = {
        cause: fact
        for cause, story in stories(causes).items()
        if not story.first(Captured) and (fact := story.first(Settled)) and _confirms(fact)
    }
    if settled:
        purse = _purse_to_move(list(settled.values()))
        charged = {cause: rules.capture(fact, purse) for cause, fact in settled.items()}
        _append({cause: [fact] for cause, fact in charged.items() if fact})


def _confirms(settled: Settled) -> bool:
    return any(item.state == "confirmed" for item in settled.items)


def payments_give_back(*, causes: Sequence[int]) -> None:
    """Void or refund the money of items that are over, and bar what is not authorised yet."""
    roots = {cause: story.root for cause, story in stories(causes).items()}
    endings = {
        c: root for c, root in roots.items() if isinstance(root, Dropped | Refused | Expired)
    }
    if endings:
        purse = _purse_to_move(list(endings.values()))
        _append({cause: rules.give_back(root, purse) for cause, root in endings.items()})


def _purse_to_move(facts: Sequence[Settled | Ending]) -> Purse:
    concerns = [Concern(student=fact.student, registration=fact.registration) for fact in facts]
    purse = purse_locked(concerns)
    if purse.room.keys() >= {one.student for one in concerns}:
        return purse
    # No account, so no row to wait at: whoever opens one now has to wait for us instead.
    locks.hold(OPENING)
    return purse_locked(concerns)


def _append(said: Mapping[int, Sequence[Fact]]) -> None:
    pairs = [(fact, cause) for cause, facts in said.items() for fact in facts]
    append([fact for fact, _ in pairs], causes=[cause for _, cause in pairs])
    live_news.tell(fact for fact, _ in pairs)
