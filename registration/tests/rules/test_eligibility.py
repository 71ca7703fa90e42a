"""Eligibility as tables, for both stages: no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from project.events.modules import Clause
from project.events.reasons import Explanation, Reason, ReasonStage
from project.events.sentences import OR, SEMICOLON, Translate
from project.web.campus_time import format_time
from registration.rules.eligibility import (
    NEED,
    RULES,
    RULES_AT,
    EligibilityContext,
    RequestedSection,
    Stage,
    Window,
    check_eligibility,
    violation_text,
)
from registration.rules.schedule import ScheduleEntry, intervals_overlap

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = Window(opens_at=NOW - HOUR, closes_at=NOW + HOUR)


def weekly(start: int, end: int) -> tuple[int, ...]:
    """The times of a weekly meeting, held all term."""
    return start, end, 0, 99999


def section(number: int = 1, **changes: object) -> RequestedSection:
    plain = RequestedSection(
        section=number, term=1, module=f"M {number}", code="A01", credit_quarters=16
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def entry(number: int = 9, **changes: object) -> ScheduleEntry:
    plain = ScheduleEntry(section=number, module=f"M {number}", credit_quarters=16, intervals=())
    return replace(plain, **changes)  # type: ignore[arg-type]


def context(*requested: RequestedSection, **changes: object) -> EligibilityContext:
    plain = EligibilityContext(
        now=NOW,
        asked=tuple(one.section for one in requested),
        requested=requested,
        credit_limit_quarters=80,
        windows=(OPEN,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def codes(of: EligibilityContext, stage: Stage = Stage.SUBMISSION) -> list[str]:
    return [violation.code for violation in check_eligibility(of, stage)]


def test_plain_request_is_eligible() -> None:
    assert codes(context(section(1), section(2))) == []


NEEDS = (Clause(any_of=("X", "Y")),)


@pytest.mark.parametrize(
    ("violating", "code", "stages"),
    [
        (context(section(), blocks=("Fees are due.",)), "blocked", set(Stage)),
        (context(section(), asked=(1, 2)), "unknown_section", {Stage.SUBMISSION}),
        (context(section(1), section(2, term=2)), "several_terms", {Stage.SUBMISSION}),
        (context(section(), windows=()), "window", {Stage.SUBMISSION}),
        (context(section(), is_active=False), "inactive", {Stage.OFFER}),
        (context(section(open=False)), "closed_section", set(Stage)),
        (context(section(1), schedule=(entry(1),)), "already_registered", set(Stage)),
        (
            context(
                section(1, intervals=weekly(0, 50)), schedule=(entry(1, intervals=weekly(0, 50)),)
            ),
            "already_registered",
            set(Stage),
        ),
        (context(section(1), waitlisted=(entry(1),)), "already_registered", set(Stage)),
        (context(section(1), schedule=(entry(2, module="M 1"),)), "already_registered", set(Stage)),
        (context(section(1), section(2, module="M 1")), "already_registered", set(Stage)),
        (
            context(section(intervals=weekly(0, 50)), schedule=(entry(intervals=weekly(49, 60)),)),
            "time_conflict",
            set(Stage),
        ),
        (
            context(section(1, intervals=weekly(0, 50)), section(2, intervals=weekly(20, 30))),
            "time_conflict",
            set(Stage),
        ),
        (context(section(credit_quarters=68), schedule=(entry(),)), "credit_limit", set(Stage)),
        (context(section(requires=NEEDS)), "prerequisites", {Stage.SUBMISSION}),
        *[
            (
                context(section(credit_quarters=chosen, credit_range=(6, 14))),
                "credit_range",
                {Stage.SUBMISSION},
            )
            for chosen in (0, 5, 15, 16, 80)
        ],
        (
            context(section(credit_quarters=12, credit_range=(16, 16))),
            "credit_range",
            {Stage.SUBMISSION},
        ),
    ],
)
def test_one_violation_gives_one_code_where_its_rule_applies(
    violating: EligibilityContext, code: str, stages: set[Stage]
) -> None:
    found = {stage: codes(violating, stage) for stage in Stage}
    assert found == {stage: [code] if stage in stages else [] for stage in Stage}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    "eligible",
    [
        context(section(1), schedule=(entry(2),)),
        context(section(1), waitlisted=(entry(2, module="M 1"),)),
        context(section(intervals=weekly(0, 50)), schedule=(entry(intervals=weekly(50, 60)),)),
        context(section(intervals=weekly(0, 50)), waitlisted=(entry(intervals=weekly(0, 50)),)),
        context(section(credit_quarters=64), schedule=(entry(),)),
        context(section(credit_quarters=80), waitlisted=(entry(),)),
        context(section(credit_quarters=0), credit_limit_quarters=12, schedule=(entry(),)),
        *[context(section(credit_quarters=n, credit_range=(6, 14))) for n in (6, 7, 13, 14)],
        context(section(credit_quarters=16, credit_range=(16, 16))),
        context(section(requires=NEEDS), transcript=frozenset({"Y"})),
        context(
            section(1, requires=(Clause(any_of=("M 2",), together=("M 2",)),)),
            section(2, requires=(Clause(any_of=("M 1",), together=("M 1",)),)),
        ),
        context(
            section(1, requires=(Clause(any_of=("M 9",), together=("M 9",)),)), schedule=(entry(9),)
        ),
    ],
)
def test_what_is_eligible(eligible: EligibilityContext, stage: Stage) -> None:
    assert codes(eligible, stage) == []


def test_corequisites_do_not_count_what_is_only_waitlisted() -> None:
    requires = (Clause(any_of=("M 9",), together=("M 9",)),)
    waiting = context(section(requires=requires), waitlisted=(entry(9),))
    assert codes(waiting) == ["prerequisites"]


def test_every_row_of_the_table_applies_somewhere_and_has_a_code_of_its_own() -> None:
    assert all(rule.stages for rule in RULES)
    assert len({rule.code for rule in RULES}) == len(RULES)
    for stage in Stage:
        assert RULES_AT[stage] == tuple(rule for rule in RULES if stage in rule.stages)


def test_all_violations_are_found_and_the_most_important_comes_first() -> None:
    violating = context(section(credit_quarters=120, open=False), blocks=("One.",), windows=())
    assert codes(violating) == ["blocked", "window", "closed_section", "credit_limit"]
    assert codes(violating, Stage.OFFER) == ["blocked", "closed_section", "credit_limit"]


def words(of: EligibilityContext, translate: Translate = str) -> Explanation:
    (violation,) = check_eligibility(of, Stage.SUBMISSION)
    return violation_text(violation, translate, format_time)


@pytest.mark.parametrize(
    ("windows", "part"),
    [
        ((), "has not been set"),
        ((Window(opens_at=NOW + HOUR, closes_at=NOW + 2 * HOUR),), "opens at Tue 1 Sep, 13:00 UTC"),
        ((Window(opens_at=NOW - 2 * HOUR, closes_at=NOW),), "closed at Tue 1 Sep, 12:00 UTC"),
    ],
)
def test_window_says_when(windows: tuple[Window, ...], part: str) -> None:
    text = words(context(section(), windows=windows))
    assert part in text.sentence
    assert text.fix


def test_window_opens_on_the_instant() -> None:
    assert codes(context(section(), windows=(Window(opens_at=NOW, closes_at=NOW + HOUR),))) == []


def test_a_violation_names_the_sections_it_is_about() -> None:
    (violation,) = check_eligibility(context(section(1), section(2, open=False)), Stage.SUBMISSION)
    assert (violation.code, violation.details.sections) == ("closed_section", (2,))
    assert violation_text(violation, str, format_time) == Explanation(
        code=Reason.CLOSED_SECTION,
        stage=ReasonStage.REFUSAL,
        sentence="Not open for registration: M 2 A01.",
        fix="Choose an open section.",
    )


CONFLICTING = context(
    section(1, intervals=weekly(0, 50)),
    section(2, intervals=weekly(40, 60)),
    schedule=(entry(9, intervals=weekly(45, 55)),),
)
LACKING = context(section(1, requires=NEEDS), section(2, requires=(Clause(any_of=("Z",)),)))


@pytest.mark.parametrize(
    ("violating", "sentence"),
    [
        (
            CONFLICTING,
            "Meetings overlap: M 1 A01 with M 9; M 2 A01 with M 9; M 1 A01 with M 2 A01.",
        ),
        (LACKING, "A requirement is not met: M 1 A01 needs X or Y; M 2 A01 needs Z."),
        (context(section(1), asked=(1, 7, 8)), "There is no such section: 7, 8."),
        (
            context(section(credit_quarters=2, credit_range=(4, 14))),
            "The credits chosen are not possible: M 1 A01 has 1\N{EN DASH}3.5 credits.",
        ),
        (
            context(section(credit_quarters=2, credit_range=(16, 16))),
            "The credits chosen are not possible: M 1 A01 has 4 credits.",
        ),
        (context(section(credit_quarters=88)), "22 more credits would make 22; your limit is 20."),
    ],
)
def test_lists_within_a_sentence(violating: EligibilityContext, sentence: str) -> None:
    assert words(violating).sentence == sentence


def test_the_parts_of_a_list_are_in_the_language_of_the_sentence() -> None:
    chinese = {
        NEED: "{name}: {any_of}",
        OR: "{listed}/{following}",
        SEMICOLON: "{listed} {following}",
    }
    text = words(LACKING, lambda text: chinese.get(text, text))
    assert text.sentence == "A requirement is not met: M 1 A01: X/Y M 2 A01: Z."


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((), weekly(0, 10), False),
        (weekly(0, 10), weekly(10, 20), False),
        (weekly(0, 10), weekly(9, 20), True),
        ((*weekly(0, 10), *weekly(30, 40)), (*weekly(12, 20), *weekly(35, 36)), True),
        (weekly(5, 6), weekly(0, 10), True),
    ],
)
def test_intervals_overlap(one: tuple[int, ...], other: tuple[int, ...], overlap: bool) -> None:
    assert intervals_overlap(one, other) is overlap
    assert intervals_overlap(other, one) is overlap
