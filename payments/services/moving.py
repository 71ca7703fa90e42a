"""The three steps that move money. Each says once what it did, and acts by what is there.

All three lock the accounts in student order before they look at payments. So of two that move
money of one student the second sees what the first did, whichever comes first.
"""

from collections.abc import Mapping, Sequence

from payments import rules
from payments.rules import AccountSnapshot, Ending, PaymentRequest
from payments.selectors import PaymentKey
from payments.services.accounts import OPENING, accounts_open
from payments.services.locking import accounts_lock
from project import live_news
from project.bus import locks
from project.bus.store import append, stories
from project.messages.fact import Fact
from project.messages.payments import Authorised, Captured
from project.messages.registration import Dropped, Expired, Refused, Settled


def payments_authorise(*, causes: Sequence[int]) -> None:
    """Put aside the fee of every seated item, in line order, up to each account's limit."""
    requests = {
        cause: request
        for cause, story in stories(causes).items()
        if not story.first(Authorised)
        and (request := rules.payment_request(story.root, story.facts))
    }
    if requests:
        snapshot = _lock_to_authorise(list(requests.values()))
        authorised = rules.authorise(requests.values(), snapshot)
        _append({cause: [fact] for cause, fact in zip(requests, authorised, strict=True)})


def _lock_to_authorise(requests: Sequence[PaymentRequest]) -> AccountSnapshot:
    """What the accounts allow. Those that are still missing are opened first."""
    keys = [
        PaymentKey(
            student=request.student,
            registration=request.registration,
            programme=request.programme,
        )
        for request in requests
    ]
    snapshot = accounts_lock(keys)
    missing = {key.student: key.programme for key in keys if key.student not in snapshot.available}
    if not missing:
        return snapshot
    accounts_open(missing)
    return accounts_lock(keys)


def payments_capture(*, causes: Sequence[int]) -> None:
    """Charge what was authorised for items that were confirmed. What was given back stays so."""
    settled = {
        cause: fact
        for cause, story in stories(causes).items()
        if not story.first(Captured) and (fact := story.first(Settled)) and _confirms(fact)
    }
    if settled:
        snapshot = _lock_to_move(list(settled.values()))
        charged = {cause: rules.capture(fact, snapshot) for cause, fact in settled.items()}
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
        snapshot = _lock_to_move(list(endings.values()))
        _append({cause: rules.give_back(root, snapshot) for cause, root in endings.items()})


def _lock_to_move(facts: Sequence[Settled | Ending]) -> AccountSnapshot:
    keys = [PaymentKey(student=fact.student, registration=fact.registration) for fact in facts]
    snapshot = accounts_lock(keys)
    if snapshot.available.keys() >= {key.student for key in keys}:
        return snapshot
    # No account, so no row to wait at: whoever opens one now has to wait for us instead.
    locks.hold(OPENING)
    return accounts_lock(keys)


def _append(said: Mapping[int, Sequence[Fact]]) -> None:
    pairs = [(fact, cause) for cause, facts in said.items() for fact in facts]
    append([fact for fact, _ in pairs], causes=[cause for _, cause in pairs])
    live_news.tell(fact for fact, _ in pairs)
