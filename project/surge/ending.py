"""What a run came to: every figure, and what speaks against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from project.invariants.runner import InvariantBreach
from project.surge import log
from project.surge.counting import (
    Answered,
    Tally,
    contradictions,
    not_a_surge,
    per_second,
    percentile,
    tallied,
)
from project.surge.measuring import Watch
from project.surge.report import Figures
from project.surge.stage import Order, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that is over: its figures, and what speaks against them."""

    figures: Figures
    complaints: list[str]
    broken: list[InvariantBreach]
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the crowd saw, what it was told in the end, and what the processes used."""

    crowd: dict[str, Any]
    final: dict[str, Any]
    at_rest: float
    watch: Watch


def ended(
    order: Order,
    stage: Stage,
    played: Played,
    broken: list[InvariantBreach],
    *,
    baseline: float,
    alone: float,
) -> Ended:
    """Count and judge a run that is over."""
    tally = tallied(played.crowd, played.final)
    answers = log.answers(stage.term)
    figures = Figures(
        students=order.students,
        **_counts(tally, stage, broken),
        **_times(played, answers, baseline=baseline),
        baseline_inserts_per_s=baseline,
        generator_bound=alone < 2 * baseline,
        cpu_s_by_process=_rounded(played.watch.cpu),
        peak_rss_mb_by_process=_rounded(played.watch.peak),
        batch_size_mean=log.batch_size_mean(stage.term),
    )
    complaints = _complaints(tally, stage, contradictions(played.crowd["looks"], answers))
    return Ended(figures=figures, complaints=complaints, broken=broken, tally=tally)


def _counts(tally: Tally, stage: Stage, broken: list[InvariantBreach]) -> dict[str, Any]:
    states = {name: tally.states.get(name, 0) for name in ("confirmed", "queued", "dropped")}
    return {
        "requests": tally.requests,
        "accepted": tally.accepted,
        "rejected_at_door": tally.rejected_at_door,
        **states,
        "refused": tally.states.get("refused", 0) + tally.states.get("expired", 0),
        "errors_5xx": tally.errors_5xx,
        "lost": tally.lost,
        "oversold": log.oversold(stage.term),
        "undersold": log.undersold(stage.term),
        "order_inversions": len(log.order_inversions(stage.term)),
        "invariants_failed": len({one.invariant for one in broken}),
    }


def _times(played: Played, answers: Mapping[str, Answered], *, baseline: float) -> dict[str, Any]:
    accepted = [one for one in played.crowd["outcomes"] if one["status"] == 202]
    began = played.crowd["started"]
    first = min((one["sent"] for one in played.crowd["outcomes"]), default=0.0)
    received = [one["planned"] + one["took"] for one in accepted]
    took = [one["took"] * 1000 for one in accepted]
    told = [answers[one["id"]] for one in accepted if one["id"] in answers]
    done = [one for one in told if one.answered is not None]
    waited = [one.answered - one.submitted for one in done if one.answered is not None]
    last = max((one.answered for one in done if one.answered is not None), default=began)
    finished = per_second(len(done), first=began + first, last=last)
    return {
        "accept_p50_ms": percentile(took, 0.50),
        "accept_p95_ms": percentile(took, 0.95),
        "accept_p99_ms": percentile(took, 0.99),
        "answer_p50_s": percentile(waited, 0.50),
        "answer_p95_s": percentile(waited, 0.95),
        "answer_p99_s": percentile(waited, 0.99),
        "accepted_per_s": per_second(len(accepted), first=first, last=max(received, default=0.0)),
        "finished_per_s": finished,
        "ratio_to_baseline": finished / baseline if baseline else 0.0,
        "wall_s": played.at_rest - began - first,
    }


def _rounded(by_name: Mapping[str, float]) -> dict[str, float]:
    return {name: round(max(value, 0.0), 1) for name, value in sorted(by_name.items())}


def _complaints(tally: Tally, stage: Stage, seen_otherwise: int) -> list[str]:
    sections = [offer.section for offer in stage.offers if offer.seats is not None]
    found = [f"not a surge: {why}" for why in not_a_surge(tally, log.pressure(sections))]
    if tally.forbidden_accepted:
        found.append(f"{tally.forbidden_accepted} forbidden requests were accepted")
    if seen_otherwise:
        found.append(f"{seen_otherwise} followers saw something else than the event log says")
    return found
