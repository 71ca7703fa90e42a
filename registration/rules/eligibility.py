"""Eligibility: one function for each rule, and one table of the stages it applies to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import combinations

from project.events.credits import format_credits
from project.events.modules import Clause
from project.events.reasons import Explanation, Reason, ReasonStage, explain
from project.events.sentences import (
    COMMA,
    OR,
    SEMICOLON,
    FormatTime,
    Instant,
    Listing,
    Phrase,
    Translate,
    format_times,
)
from registration.rules.schedule import ScheduleEntry, Slots, intervals_overlap


def _(text: str) -> str:
    return text


PAIR = _("{one} with {other}")
NEED = _("{name} needs {any_of}")
CREDITS = _("{name} has {credits} credits")


class Stage(StrEnum):
    """Where rules apply: to a request when it is submitted, to a waitlisted section when a seat of
    it is offered."""

    SUBMISSION = "submission"
    OFFER = "offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedSection(ScheduleEntry):
    """A requested or offered section. `code` is only for its name, so an offer has none.
    `credit_quarters` are those that count, `credit_range` the least and the most to choose."""

    term: int
    code: str = ""
    credit_range: tuple[int, int] | None = None
    open: bool = True
    is_paused: bool = False
    requires: tuple[Clause, ...] = ()

    @property
    def name(self) -> str:
        """The name of the section."""
        return f"{self.module} {self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When this student may register for the requested term."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityContext:
    """Everything the rules read. `schedule` is what the student has in the term; `waitlisted` are
    sections that do not count yet; `teaching` the days of the term.

    For an offer only `now`, `is_active`, `blocks`, `credit_limit_quarters`, `schedule` and
    `teaching` are loaded, and `requested` is the one section. Before a rule that reads more may
    apply to offers, the offer has to load it.
    """

    now: datetime
    asked: tuple[int, ...]
    requested: tuple[RequestedSection, ...]
    credit_limit_quarters: int
    is_active: bool = True
    windows: tuple[Window, ...] = ()
    blocks: tuple[str, ...] = ()
    transcript: frozenset[str] = frozenset()
    schedule: tuple[ScheduleEntry, ...] = ()
    waitlisted: tuple[ScheduleEntry, ...] = ()
    teaching: Slots = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """The sections of a violation and the values of its text. `text` is the row of its text if a
    rule has several."""

    sections: tuple[int, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    text: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that is not satisfied."""

    code: Reason
    details: Details


def inactive(context: EligibilityContext) -> Details | None:
    """A student who has left gets no seat. A submission by one is refused before the rules."""
    return None if context.is_active else Details()


def block(context: EligibilityContext) -> Details | None:
    """A blocked student may not register."""
    if not context.blocks:
        return None
    return Details(values={"reasons": " ".join(context.blocks)})


def unknown_section(context: EligibilityContext) -> Details | None:
    """Every requested section is in the catalogue."""
    known = {section.section for section in context.requested}
    missing = [section for section in context.asked if section not in known]
    if not missing:
        return None
    names = Listing([str(section) for section in missing], COMMA)
    return Details(sections=tuple(missing), values={"names": names})


def paused(context: EligibilityContext) -> Details | None:
    """While the term is paused nobody can register."""
    return Details() if any(section.is_paused for section in context.requested) else None


def several_terms(context: EligibilityContext) -> Details | None:
    """One request is for one term: schedule, credits and window are the term's."""
    if len({section.term for section in context.requested}) <= 1:
        return None
    return Details(sections=context.asked)


def window(context: EligibilityContext) -> Details | None:
    """The student's window for the term is open by the database's clock."""
    now, windows = context.now, context.windows
    if not context.requested or any(w.opens_at <= now < w.closes_at for w in windows):
        return None
    coming = [w.opens_at for w in windows if w.opens_at > now]
    if coming:
        return Details(text=Reason.WINDOW_OPENS, values={"instant": Instant(min(coming))})
    if windows:
        over = max(w.closes_at for w in windows)
        return Details(
            text=Reason.WINDOW_CLOSED, values={"instant": Instant(over, is_deadline=True)}
        )
    return Details()


def closed_section(context: EligibilityContext) -> Details | None:
    """A closed section accepts nobody. The allocation checks this again."""
    return _about(section for section in context.requested if not section.open)


def already_registered(context: EligibilityContext) -> Details | None:
    """No section twice; no module twice, unless the other one is only waitlisted."""
    sections = {entry.section for entry in (*context.schedule, *context.waitlisted)}
    modules = {entry.module for entry in context.schedule}
    twice = []
    for section in context.requested:
        if section.section in sections or section.module in modules:
            twice.append(section)
        modules.add(section.module)
    return _about(twice)


def time_conflict(context: EligibilityContext) -> Details | None:
    """No two meetings at the same time, within the request or with the schedule."""
    pairs: list[tuple[RequestedSection, RequestedSection | ScheduleEntry]] = []
    for section in context.requested:
        for entry in context.schedule:
            if (
                intervals_overlap(section.intervals, entry.intervals, context.teaching)
                and section.section != entry.section
            ):
                pairs.append((section, entry))
    for one, other in combinations(context.requested, 2):
        if intervals_overlap(one.intervals, other.intervals, context.teaching):
            pairs.append((one, other))
    if not pairs:
        return None
    names = [Phrase(PAIR, {"one": one.name, "other": other.name}) for one, other in pairs]
    sections = sorted({section.section for section, _ in pairs})
    return Details(sections=tuple(sections), values={"names": Listing(names, SEMICOLON)})


def credit_range(context: EligibilityContext) -> Details | None:
    """The credits chosen lie in the section's range; a section without one leaves no choice."""
    return outside_credit_range(context.requested)


def outside_credit_range(sections: Iterable[RequestedSection]) -> Details | None:
    """The sections whose credits are outside their range."""
    outside = [
        section
        for section in sections
        if section.credit_range
        and not section.credit_range[0] <= section.credit_quarters <= section.credit_range[1]
    ]
    if not outside:
        return None
    names = Listing([_range_of(section) for section in outside], SEMICOLON)
    return Details(
        sections=tuple([section.section for section in outside]), values={"names": names}
    )


def _range_of(section: RequestedSection) -> Phrase:
    least, most = section.credit_range or (0, 0)
    values = {"name": section.name, "credits": format_credits(least, most)}
    return Phrase(CREDITS, values)


def credit_limit(context: EligibilityContext) -> Details | None:
    """Schedule and request together stay within the student's limit."""
    asked = sum([section.credit_quarters for section in context.requested])
    total = asked + sum([entry.credit_quarters for entry in context.schedule])
    limit = context.credit_limit_quarters
    if total <= limit or not asked:
        return None
    quarters = {"asked": asked, "total": total, "limit": limit, "over": total - limit}
    return Details(values={name: format_credits(value) for name, value in quarters.items()})


def prerequisites(context: EligibilityContext) -> Details | None:
    """Each clause is met by a module passed before, or by a corequisite taken in the same term."""
    beside: set[str] | None = None
    lacking: list[tuple[RequestedSection, Clause]] = []
    for section in context.requested:
        for clause in section.requires:
            if not context.transcript.isdisjoint(clause.any_of):
                continue
            if beside is None:
                beside = _taken_beside(context)
            if beside.isdisjoint(clause.together):
                lacking.append((section, clause))
    if not lacking:
        return None
    names = Listing([_need(*pair) for pair in lacking], SEMICOLON)
    sections = sorted({section.section for section, _ in lacking})
    return Details(sections=tuple(sections), values={"names": names})


def _taken_beside(context: EligibilityContext) -> set[str]:
    taken = {entry.module for entry in context.schedule}
    return taken | {section.module for section in context.requested}


def _need(section: RequestedSection, clause: Clause) -> Phrase:
    return Phrase(NEED, {"name": section.name, "any_of": Listing(clause.any_of, OR)})


def _about(sections: Iterable[RequestedSection]) -> Details | None:
    these = list(sections)
    if not these:
        return None
    names = Listing([section.name for section in these], COMMA)
    return Details(sections=tuple([section.section for section in these]), values={"names": names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of the table: the code of a violation, how it is found, and where. A violation that
    `may_change` while a student waits passes the student over, who keeps the waitlist position; any
    other one refuses the offer."""

    code: Reason
    check: Callable[[EligibilityContext], Details | None]
    stages: frozenset[Stage]
    may_change: bool = False


SUBMISSION, OFFER = frozenset({Stage.SUBMISSION}), frozenset({Stage.OFFER})
EVERYWHERE = frozenset(Stage)

# The most important first: it gives a refusal its code.
RULES = (
    Rule(code=Reason.INACTIVE, check=inactive, stages=OFFER),
    Rule(code=Reason.BLOCKED, check=block, stages=EVERYWHERE),
    Rule(code=Reason.UNKNOWN_SECTION, check=unknown_section, stages=SUBMISSION),
    Rule(code=Reason.PAUSED, check=paused, stages=SUBMISSION),
    Rule(code=Reason.SEVERAL_TERMS, check=several_terms, stages=SUBMISSION),
    Rule(code=Reason.WINDOW, check=window, stages=SUBMISSION),
    Rule(code=Reason.CLOSED_SECTION, check=closed_section, stages=EVERYWHERE, may_change=True),
    Rule(code=Reason.ALREADY_REGISTERED, check=already_registered, stages=EVERYWHERE),
    Rule(code=Reason.TIME_CONFLICT, check=time_conflict, stages=EVERYWHERE, may_change=True),
    Rule(code=Reason.CREDIT_RANGE, check=credit_range, stages=SUBMISSION),
    Rule(code=Reason.CREDIT_LIMIT, check=credit_limit, stages=EVERYWHERE, may_change=True),
    Rule(code=Reason.PREREQUISITES, check=prerequisites, stages=SUBMISSION),
)
RULES_AT = {stage: tuple(rule for rule in RULES if stage in rule.stages) for stage in Stage}
MAY_CHANGE = frozenset(rule.code for rule in RULES if rule.may_change)


def check_eligibility(context: EligibilityContext, stage: Stage) -> list[Violation]:
    """The violations of this stage's rules, the most important first; empty means eligible."""
    return [
        Violation(code=rule.code, details=details)
        for rule in RULES_AT[stage]
        if (details := rule.check(context)) is not None
    ]


def violation_text(
    violation: Violation, translate: Translate, format_time: FormatTime
) -> Explanation:
    """The text of a violation: a full sentence, and how to resolve it."""
    details = violation.details
    values = format_times(details.values, format_time)
    reason = details.text or violation.code
    return explain(reason, ReasonStage.REFUSAL, translate=translate, **values)
