"""Count a run: outcomes from what clients received, times from the event queries. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

CLOCK_SLACK_S = 0.25
"""An event has the time it was written, which is before its transaction committed."""
COMMIT_SLACK_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Requests and items, as clients saw them. `invalid_accepted` should be 0."""

    requests: int
    accepted: int
    refused_on_submission: int
    errors_5xx: int
    lost: int
    items: int
    states: Mapping[str, int]
    codes: Mapping[str, int]
    invalid_accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """When a registration was submitted and decided, by the database's clock."""

    registration: str
    submitted: float
    answered: float | None


def count_outcomes(seen: Mapping[str, Any], final: Mapping[str, Any]) -> Tally:
    """Count the immediate answers and the final states that clients received."""
    outcomes = seen["outcomes"]
    accepted = [outcome for outcome in outcomes if outcome["status"] == 202]
    ends = [final["registrations"].get(outcome["id"], {}) for outcome in accepted]
    items = [state for end in ends for _, state in end.get("items", [])]
    return Tally(
        requests=len(outcomes),
        accepted=len(accepted),
        refused_on_submission=sum(400 <= outcome["status"] < 500 for outcome in outcomes),
        errors_5xx=seen["errors_5xx"] + final["errors_5xx"],
        lost=sum(end.get("status") != "decided" for end in ends),
        items=len(items),
        states=Counter(items),
        codes=Counter(
            outcome["code"] or str(outcome["status"])
            for outcome in outcomes
            if outcome not in accepted
        ),
        invalid_accepted=sum(outcome["kind"] != "allowed" for outcome in accepted),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted values do not exceed (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ranked = sorted(values)
    return ranked[max(0, ceil(share * len(ranked) - 1e-9) - 1)]


def contradictions(looks: Sequence[Mapping[str, Any]], answers: Mapping[str, Answered]) -> int:
    """How often a client saw a state that contradicts the event log."""
    return sum(_contradicts(look, answers.get(look["id"])) for look in looks)


def _contradicts(look: Mapping[str, Any], known: Answered | None) -> bool:
    if look["status"] is None:
        return False  # cut, or a server error that is counted elsewhere
    answered = known.answered if known is not None else None
    if look["status"] == "decided":
        return answered is None or answered > look["received"] + CLOCK_SLACK_S
    return answered is not None and answered < look["asked"] - COMMIT_SLACK_S


def per_second(count: int, *, first: float, last: float) -> float:
    """How many a second, over a span that may be empty."""
    return count / (last - first) if last > first else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """The demand of a run on the sections it requested."""

    offered: int
    filled: int
    passed_on: int


def not_a_surge(tally: Tally, pressure: Pressure) -> list[str]:
    """Reasons why a run was no surge, so that its figures do not count; empty if it was."""
    waitlisted = tally.states.get("waitlisted", 0)
    reasons = [
        (
            tally.accepted < 0.85 * tally.requests,
            f"{tally.accepted} of {tally.requests} requests accepted, fewer than 85 %",
        ),
        (
            pressure.filled < 0.1 * pressure.offered,
            f"{pressure.filled} of {pressure.offered} sections filled, fewer than a tenth",
        ),
        (
            waitlisted < 0.05 * max(tally.items, 1),
            f"{waitlisted} of {tally.items} items waitlisted, under 5 %",
        ),
        (pressure.passed_on == 0, "no freed seat was passed on"),
    ]
    return [reason for wrong, reason in reasons if wrong]
