"""The rules at the door, one function each: a `Case` goes in, a `Problem` or None comes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from project.messages.modules import Clause
from registration.rules.schedule import Entry, entries_counting, slots_overlap
from registration.rules.words import (
    COMMA,
    NEED,
    OR,
    PAIR,
    SEMICOLON,
    Translate,
    list_said,
    words_for,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A section asked for, as the catalogue knows it."""

    section: int
    term: int
    module: str
    code: str
    credits: int
    slots: Sequence[int] = ()
    open: bool = True
    requires: tuple[Clause, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.module} {self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When this student may register for the term asked for."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the door looks at. `schedule` is what the student has in the term, queued too."""

    now: datetime
    asked: tuple[int, ...]
    choices: tuple[Choice, ...]
    credit_limit: int
    windows: tuple[Window, ...] = ()
    blocks: tuple[str, ...] = ()
    transcript: frozenset[str] = frozenset()
    schedule: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule's no: code, full sentence, what would change it, and the sections it is about."""

    code: str
    detail: str
    fix: str
    sections: tuple[int, ...] = field(default=())


def problem_of(
    code: str,
    translate: Translate,
    sections: Sequence[int] = (),
    *,
    wording: str = "",
    **facts: object,
) -> Problem:
    """The problem `code` in words; `wording` names those of one that may be said in several."""
    words = words_for(wording or code, translate, **facts)
    return Problem(code=code, detail=words.sentence, fix=words.fix, sections=tuple(sections))


def block(case: Case, translate: Translate) -> Problem | None:
    """A blocked student registers for nothing."""
    if not case.blocks:
        return None
    return problem_of("block", translate, reasons=" ".join(case.blocks))


def unknown_section(case: Case, translate: Translate) -> Problem | None:
    """Every section asked for is in the catalogue."""
    known = {choice.section for choice in case.choices}
    missing = [section for section in case.asked if section not in known]
    if not missing:
        return None
    names = list_said(map(str, missing), COMMA, translate)
    return problem_of("unknown_section", translate, missing, names=names)


def several_terms(case: Case, translate: Translate) -> Problem | None:
    """One request is for one term: schedule, credits and window are the term's."""
    if len({choice.term for choice in case.choices}) <= 1:
        return None
    return problem_of("several_terms", translate, case.asked)


def closed_section(case: Case, translate: Translate) -> Problem | None:
    """A closed section takes nobody. The seats' own writer judges this again."""
    return _about(
        "closed_section", [choice for choice in case.choices if not choice.open], translate
    )


def window(case: Case, translate: Translate) -> Problem | None:
    """The student's window for the term is open by the database's clock."""
    if not case.choices or any(w.opens_at <= case.now < w.closes_at for w in case.windows):
        return None
    coming = [w.opens_at for w in case.windows if w.opens_at > case.now]
    over = [w.closes_at for w in case.windows]
    if coming:
        instant = _instant(min(coming))
        return problem_of("window", translate, wording="window_opens", instant=instant)
    if over:
        instant = _instant(max(over))
        return problem_of("window", translate, wording="window_closed", instant=instant)
    return problem_of("window", translate)


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def already_registered(case: Case, translate: Translate) -> Problem | None:
    """No section twice; no module twice, unless the other one is only queued for."""
    sections = {entry.section for entry in case.schedule}
    modules = {entry.module for entry in entries_counting(case.schedule)}
    twice = []
    for choice in case.choices:
        if choice.section in sections or choice.module in modules:
            twice.append(choice)
        modules.add(choice.module)
    return _about("already_registered", twice, translate)


def clash(case: Case, translate: Translate) -> Problem | None:
    """No two meetings at the same time, within the request or with the current schedule."""
    have = [(entry.section, entry.module, entry.slots) for entry in entries_counting(case.schedule)]
    want = [(choice.section, choice.name, choice.slots) for choice in case.choices if choice.slots]
    pairs = [(new, old) for new in want for old in have if new[0] != old[0]]
    pairs += combinations(want, 2)
    found = [(a, b) for a, b in pairs if slots_overlap(a[2], b[2])]
    if not found:
        return None
    pair = translate(PAIR)
    names = [pair.format(one=a[1], other=b[1]) for a, b in found]
    sections = sorted({a[0] for a, _ in found})
    return problem_of("clash", translate, sections, names=list_said(names, SEMICOLON, translate))


def credit_limit(case: Case, translate: Translate) -> Problem | None:
    """The current schedule and the request stay within the student's limit."""
    asked = sum(choice.credits for choice in case.choices)
    total = asked + sum(entry.credits for entry in entries_counting(case.schedule))
    limit = case.credit_limit
    if total <= limit or not asked:
        return None
    over = total - limit
    return problem_of("credit_limit", translate, asked=asked, total=total, limit=limit, over=over)


def prerequisites(case: Case, translate: Translate) -> Problem | None:
    """Each clause is met by a module passed before, or by one of its circle taken together."""
    beside: set[str] | None = None
    lacking: list[tuple[Choice, Clause]] = []
    for choice in case.choices:
        for clause in choice.requires:
            if not case.transcript.isdisjoint(clause.any_of):
                continue
            if beside is None:
                beside = _taken_beside(case)
            if beside.isdisjoint(clause.together):
                lacking.append((choice, clause))
    if not lacking:
        return None
    names = list_said((_need(*pair, translate) for pair in lacking), SEMICOLON, translate)
    sections = sorted({choice.section for choice, _ in lacking})
    return problem_of("prerequisites", translate, sections, names=names)


def _need(choice: Choice, clause: Clause, translate: Translate) -> str:
    any_of = list_said(clause.any_of, OR, translate)
    return translate(NEED).format(name=choice.name, any_of=any_of)


def _taken_beside(case: Case) -> set[str]:
    taken = {entry.module for entry in entries_counting(case.schedule)}
    return taken | {choice.module for choice in case.choices}


def _about(code: str, choices: Sequence[Choice], translate: Translate) -> Problem | None:
    if not choices:
        return None
    names = list_said((choice.name for choice in choices), COMMA, translate)
    return problem_of(code, translate, [choice.section for choice in choices], names=names)


Rule = Callable[[Case, Translate], Problem | None]
RULES: tuple[Rule, ...] = (
    block,
    unknown_section,
    several_terms,
    window,
    closed_section,
    already_registered,
    clash,
    credit_limit,
    prerequisites,
)


def judge(case: Case, translate: Translate) -> list[Problem]:
    """Everything that speaks against the case, the weightiest first; empty means come in."""
    return [problem for rule in RULES if (problem := rule(case, translate)) is not None]
