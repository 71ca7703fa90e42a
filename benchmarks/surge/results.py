"""The result of a run: every figure, and the reasons not to trust them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.process_monitor import ProcessMonitor
from benchmarks.surge import queries
from benchmarks.surge.baseline import Baseline
from benchmarks.surge.metrics import (
    Answered,
    Tally,
    contradictions,
    count_outcomes,
    not_a_surge,
    per_second,
    percentile,
)
from benchmarks.surge.report import Figures
from benchmarks.surge.setup import PreparedRun, RunConfig
from project.invariants.runner import InvariantBreach


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run: its figures, and the reasons not to trust them."""

    figures: Figures
    complaints: list[str]
    broken: list[InvariantBreach]
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """What clients saw, their final states, and the resources of the processes."""

    seen: dict[str, Any]
    final: dict[str, Any]
    idle_at: float
    monitor: ProcessMonitor


def build_result(
    config: RunConfig,
    prepared: PreparedRun,
    load: LoadResult,
    broken: list[InvariantBreach],
    *,
    baseline: Baseline | None,
) -> RunResult:
    """Compute the figures of a finished run, and check them."""
    tally = count_outcomes(load.seen, load.final)
    answers = queries.answers(prepared.term)
    figures = Figures(
        students=config.students,
        **_counts(tally, prepared, broken),
        **_times(load, answers),
        **_against_baseline(_finished_per_second(load, answers), baseline),
        cpu_s_by_process=_rounded(load.monitor.cpu),
        peak_rss_mb_by_process=_rounded(load.monitor.peak),
        batch_size_mean=queries.batch_size_mean(prepared.term),
    )
    complaints = _complaints(tally, prepared, contradictions(load.seen["looks"], answers))
    return RunResult(figures=figures, complaints=complaints, broken=broken, tally=tally)


def _counts(tally: Tally, prepared: PreparedRun, broken: list[InvariantBreach]) -> dict[str, Any]:
    states = {name: tally.states.get(name, 0) for name in ("confirmed", "waitlisted", "dropped")}
    return {
        "requests": tally.requests,
        "accepted": tally.accepted,
        "refused_on_submission": tally.refused_on_submission,
        **states,
        "refused": tally.states.get("refused", 0) + tally.states.get("expired", 0),
        "errors_5xx": tally.errors_5xx,
        "lost": tally.lost,
        "oversold": queries.oversold(prepared.term),
        "undersold": queries.undersold(prepared.term),
        "order_inversions": len(queries.order_inversions(prepared.term)),
        "invariants_failed": len({breach.invariant for breach in broken}),
    }


def _accepted(load: LoadResult) -> list[dict[str, Any]]:
    return [outcome for outcome in load.seen["outcomes"] if outcome["status"] == 202]


def _first_sent(load: LoadResult) -> float:
    """Seconds from the start of the load to its first request."""
    return min((outcome["sent"] for outcome in load.seen["outcomes"]), default=0.0)


def _times(load: LoadResult, answers: Mapping[str, Answered]) -> dict[str, Any]:
    accepted, first = _accepted(load), _first_sent(load)
    received = [outcome["planned"] + outcome["took"] for outcome in accepted]
    took = [outcome["took"] * 1000 for outcome in accepted]
    waited = [at - answer.submitted for answer, at in _finished(load, answers)]
    return {
        "accept_p50_ms": percentile(took, 0.50),
        "accept_p95_ms": percentile(took, 0.95),
        "accept_p99_ms": percentile(took, 0.99),
        "answer_p50_s": percentile(waited, 0.50),
        "answer_p95_s": percentile(waited, 0.95),
        "answer_p99_s": percentile(waited, 0.99),
        "accepted_per_s": per_second(len(accepted), first=first, last=max(received, default=0.0)),
        "finished_per_s": _finished_per_second(load, answers),
        "wall_s": load.idle_at - load.seen["started"] - first,
    }


def _finished(load: LoadResult, answers: Mapping[str, Answered]) -> list[tuple[Answered, float]]:
    """Accepted registrations that were decided, each with the time of its decision."""
    known = [answers[outcome["id"]] for outcome in _accepted(load) if outcome["id"] in answers]
    return [(answer, answer.answered) for answer in known if answer.answered is not None]


def _finished_per_second(load: LoadResult, answers: Mapping[str, Answered]) -> float:
    moments = [at for _, at in _finished(load, answers)]
    began = load.seen["started"]
    last = max(moments, default=began)
    return per_second(len(moments), first=began + _first_sent(load), last=last)


def _against_baseline(finished_per_s: float, baseline: Baseline | None) -> dict[str, Any]:
    if baseline is None:
        names = ("baseline_inserts_per_s", "ratio_to_baseline", "generator_bound")
        return dict.fromkeys(names)
    inserts = baseline.inserts_per_s
    return {
        "baseline_inserts_per_s": inserts,
        "ratio_to_baseline": finished_per_s / inserts if inserts else 0.0,
        "generator_bound": baseline.is_generator_bound,
    }


def _rounded(by_name: Mapping[str, float]) -> dict[str, float]:
    return {name: round(max(value, 0.0), 1) for name, value in sorted(by_name.items())}


def _complaints(tally: Tally, prepared: PreparedRun, seen_otherwise: int) -> list[str]:
    sections = [section.id for section in prepared.pool if section.seats is not None]
    found = [f"not a surge: {why}" for why in not_a_surge(tally, queries.pressure(sections))]
    if tally.invalid_accepted:
        found.append(f"{tally.invalid_accepted} invalid requests were accepted")
    if seen_otherwise:
        found.append(f"{seen_otherwise} followers saw something else than the event log says")
    return found
