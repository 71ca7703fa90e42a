"""The decision as a table: no database."""

from dataclasses import replace

import pytest

from project.events.reasons import Reason
from project.events.vocabulary import AuthorisationOutcome, ItemState, Mode, SeatOutcome
from registration.rules.decision import ItemDecision, ItemOutcomes, decide_items

SEATED = ItemOutcomes(
    section=1,
    state=ItemState.PENDING,
    seat=SeatOutcome.SEATED,
    money=AuthorisationOutcome.AUTHORISED,
)
WAITLISTED = ItemOutcomes(section=2, state=ItemState.PENDING, seat=SeatOutcome.WAITLISTED)
FULL = ItemOutcomes(
    section=3, state=ItemState.PENDING, seat=SeatOutcome.REFUSED, seat_code=Reason.FULL
)
DECLINED = ItemOutcomes(
    section=4,
    state=ItemState.PENDING,
    seat=SeatOutcome.SEATED,
    money=AuthorisationOutcome.DECLINED,
    money_code=Reason.ACCOUNT_LIMIT,
)
EXPIRED = ItemOutcomes(section=5, state=ItemState.EXPIRED, seat=SeatOutcome.SEATED)
TOGETHER = ItemOutcomes(
    section=6, state=ItemState.PENDING, seat=SeatOutcome.REFUSED, seat_code=Reason.ALL_OR_NOTHING
)


def drop_requested(item: ItemOutcomes) -> ItemOutcomes:
    return replace(item, drop_requested=True)


DecisionRow = tuple[int, str, str, str | None, bool]


def as_row(found: ItemDecision) -> DecisionRow:
    return found.section, found.state, found.was, found.code, found.needs_compensation


CONFIRMED: DecisionRow = (1, "confirmed", "authorised", None, False)
STAYS_WAITLISTED: DecisionRow = (2, "waitlisted", "waitlisted", None, False)


@pytest.mark.parametrize(
    ("mode", "items", "decisions"),
    [
        ("any", [SEATED], [CONFIRMED]),
        ("any", [SEATED, WAITLISTED], [CONFIRMED, STAYS_WAITLISTED]),
        ("any", [SEATED, FULL], [CONFIRMED, (3, "refused", "refused", "full", False)]),
        ("any", [SEATED, DECLINED], [CONFIRMED, (4, "refused", "seated", "account_limit", True)]),
        ("any", [SEATED, EXPIRED], [CONFIRMED]),
        ("any", [drop_requested(SEATED)], [(1, "dropped", "authorised", "drop_requested", True)]),
        (
            "any",
            [drop_requested(WAITLISTED)],
            [(2, "dropped", "waitlisted", "drop_requested", True)],
        ),
        ("any", [drop_requested(FULL)], [(3, "refused", "refused", "full", False)]),
        ("any", [drop_requested(DECLINED)], [(4, "dropped", "seated", "drop_requested", True)]),
        ("all", [SEATED, WAITLISTED], [CONFIRMED, STAYS_WAITLISTED]),
        (
            "all",
            [FULL, TOGETHER],
            [
                (3, "refused", "refused", "full", False),
                (6, "refused", "refused", "all_or_nothing", False),
            ],
        ),
        (
            "all",
            [DECLINED, WAITLISTED],
            [
                (4, "refused", "seated", "account_limit", True),
                (2, "refused", "waitlisted", "all_or_nothing", True),
            ],
        ),
        ("all", [SEATED, EXPIRED], [(1, "refused", "authorised", "all_or_nothing", True)]),
        (
            "all",
            [drop_requested(SEATED), WAITLISTED],
            [(1, "dropped", "authorised", "drop_requested", True), STAYS_WAITLISTED],
        ),
        (
            "all",
            [drop_requested(SEATED), DECLINED],
            [
                (1, "dropped", "authorised", "drop_requested", True),
                (4, "refused", "seated", "account_limit", True),
            ],
        ),
        ("any", [EXPIRED], []),
    ],
)
def test_decision(mode: str, items: list[ItemOutcomes], decisions: list[DecisionRow]) -> None:
    assert [as_row(found) for found in decide_items(mode=Mode(mode), items=items)] == decisions
