"""The verdict as a table: no database."""

from dataclasses import replace

import pytest

from registration.rules.verdict import Evidence, Finding, verdict

SEATED = Evidence(section=1, state="pending", seat="seated", money="authorised")
QUEUED = Evidence(section=2, state="pending", seat="queued")
FULL = Evidence(section=3, state="pending", seat="refused", seat_code="full")
DECLINED = Evidence(
    section=4, state="pending", seat="seated", money="declined", money_code="account_limit"
)
EXPIRED = Evidence(section=5, state="expired", seat="seated")
TOGETHER = Evidence(section=6, state="pending", seat="refused", seat_code="together")


def wished(item: Evidence) -> Evidence:
    return replace(item, wished=True)


Told = tuple[int, str, str, str, bool]


def told(found: Finding) -> Told:
    return found.section, found.state, found.was, found.code, found.undo


CONFIRMED: Told = (1, "confirmed", "authorised", "", False)
IN_QUEUE: Told = (2, "queued", "queued", "", False)


@pytest.mark.parametrize(
    ("mode", "items", "findings"),
    [
        ("any", [SEATED], [CONFIRMED]),
        ("any", [SEATED, QUEUED], [CONFIRMED, IN_QUEUE]),
        ("any", [SEATED, FULL], [CONFIRMED, (3, "refused", "refused", "full", False)]),
        ("any", [SEATED, DECLINED], [CONFIRMED, (4, "refused", "seated", "account_limit", True)]),
        ("any", [SEATED, EXPIRED], [CONFIRMED]),
        ("any", [wished(SEATED)], [(1, "dropped", "authorised", "wished", True)]),
        ("any", [wished(QUEUED)], [(2, "dropped", "queued", "wished", True)]),
        ("any", [wished(FULL)], [(3, "refused", "refused", "full", False)]),
        ("any", [wished(DECLINED)], [(4, "dropped", "seated", "wished", True)]),
        ("all", [SEATED, QUEUED], [CONFIRMED, IN_QUEUE]),
        (
            "all",
            [FULL, TOGETHER],
            [
                (3, "refused", "refused", "full", False),
                (6, "refused", "refused", "together", False),
            ],
        ),
        (
            "all",
            [DECLINED, QUEUED],
            [
                (4, "refused", "seated", "account_limit", True),
                (2, "refused", "queued", "together", True),
            ],
        ),
        ("all", [SEATED, EXPIRED], [(1, "refused", "authorised", "together", True)]),
        ("all", [wished(SEATED), QUEUED], [(1, "dropped", "authorised", "wished", True), IN_QUEUE]),
        (
            "all",
            [wished(SEATED), DECLINED],
            [
                (1, "dropped", "authorised", "wished", True),
                (4, "refused", "seated", "account_limit", True),
            ],
        ),
        ("any", [EXPIRED], []),
    ],
)
def test_verdict(mode: str, items: list[Evidence], findings: list[Told]) -> None:
    assert [told(found) for found in verdict(mode=mode, items=items)] == findings
