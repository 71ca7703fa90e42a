"""The three steps that move money. Each is idempotent: it skips flows it has already processed.

All three lock the accounts in student order before they read payments. So of two steps on the
payments of one student the second sees what the first did, in either order.
"""

from collections.abc import Mapping, Sequence

from payments import rules
from payments.rules import AccountSnapshot, PaymentRequest, ReleasingEvent
from payments.selectors import PaymentKey
from payments.services.account_locks import accounts_lock
from payments.services.accounts import OPENING, accounts_open
from project.bus import locks
from project.bus.store import append, load_flows
from project.events.base import Event
from project.events.payments import Authorised, Captured
from project.events.registration import Decided, Dropped, Expired, Refused
from project.events.vocabulary import ItemState
from project.live import push


def payments_authorise(*, flow_ids: Sequence[int]) -> None:
    """Authorise the fee of every seated item, in position order, up to each account's limit."""
    requests = {
        flow_id: request
        for flow_id, flow in load_flows(flow_ids).items()
        if not flow.find(Authorised)
        and (request := rules.payment_request(flow.trigger, flow.events))
    }
    if requests:
        snapshot = _lock_to_authorise(list(requests.values()))
        authorised = rules.authorise(requests.values(), snapshot)
        _append({flow_id: [event] for flow_id, event in zip(requests, authorised, strict=True)})


def _lock_to_authorise(requests: Sequence[PaymentRequest]) -> AccountSnapshot:
    """Lock the accounts; missing ones are opened first."""
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


def payments_capture(*, flow_ids: Sequence[int]) -> None:
    """Capture what was authorised for confirmed items. Voided payments stay voided."""
    decided = {
        flow_id: event
        for flow_id, flow in load_flows(flow_ids).items()
        if not flow.find(Captured) and (event := flow.find(Decided)) and _confirms(event)
    }
    if decided:
        snapshot = _lock_existing(list(decided.values()))
        charged = {flow_id: rules.capture(event, snapshot) for flow_id, event in decided.items()}
        _append({flow_id: [event] for flow_id, event in charged.items() if event})


def _confirms(decided: Decided) -> bool:
    return any(item.state == ItemState.CONFIRMED for item in decided.items)


def payments_void_or_refund(*, flow_ids: Sequence[int]) -> None:
    """Void or refund the payments of ended items; those not authorised yet get a tombstone."""
    roots = {flow_id: flow.trigger for flow_id, flow in load_flows(flow_ids).items()}
    endings = {
        flow_id: root
        for flow_id, root in roots.items()
        if isinstance(root, Dropped | Refused | Expired)
    }
    if endings:
        snapshot = _lock_existing(list(endings.values()))
        _append(
            {flow_id: rules.void_or_refund(root, snapshot) for flow_id, root in endings.items()}
        )


def _lock_existing(events: Sequence[Decided | ReleasingEvent]) -> AccountSnapshot:
    keys = [PaymentKey(student=event.student, registration=event.registration) for event in events]
    snapshot = accounts_lock(keys)
    if snapshot.available.keys() >= {key.student for key in keys}:
        return snapshot
    # Without an account there is no row to lock, so block the opening of accounts instead.
    locks.acquire_transaction_lock(OPENING)
    return accounts_lock(keys)


def _append(events_by_flow: Mapping[int, Sequence[Event]]) -> None:
    pairs = [(event, flow_id) for flow_id, events in events_by_flow.items() for event in events]
    append([event for event, _ in pairs], flow_ids=[flow_id for _, flow_id in pairs])
    push.push_events(event for event, _ in pairs)
