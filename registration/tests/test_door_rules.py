"""The door's rules as tables: no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from project.messages.modules import Clause
from registration.rules import door
from registration.rules.door import Case, Choice, Window, judge
from registration.rules.schedule import Entry, slots_overlap
from registration.rules.words import DOOR, words_for

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = Window(opens_at=NOW - HOUR, closes_at=NOW + HOUR)


def choice(section: int = 1, **changes: object) -> Choice:
    plain = Choice(section=section, term=1, module=f"M {section}", code="A01", credits=4)
    return replace(plain, **changes)  # type: ignore[arg-type]


def entry(section: int = 9, **changes: object) -> Entry:
    plain = Entry(section=section, module=f"M {section}", credits=4, slots=())
    return replace(plain, **changes)  # type: ignore[arg-type]


def case(*choices: Choice, **changes: object) -> Case:
    plain = Case(
        now=NOW,
        asked=tuple(one.section for one in choices),
        choices=choices,
        credit_limit=20,
        windows=(OPEN,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def codes(judged: Case) -> list[str]:
    return [problem.code for problem in judge(judged, str)]


def test_plain_request_may_come_in() -> None:
    assert codes(case(choice(1), choice(2))) == []


@pytest.mark.parametrize(
    ("judged", "code"),
    [
        (case(choice(), blocks=("Fees are due.",)), "block"),
        (case(choice(), asked=(1, 2)), "unknown_section"),
        (case(choice(1), choice(2, term=2)), "several_terms"),
        (case(choice(), windows=()), "window"),
        (case(choice(open=False)), "closed_section"),
        (case(choice(1), schedule=(entry(1),)), "already_registered"),
        (case(choice(1), schedule=(entry(1, queued=True),)), "already_registered"),
        (case(choice(1), schedule=(entry(2, module="M 1"),)), "already_registered"),
        (case(choice(1), choice(2, module="M 1")), "already_registered"),
        (case(choice(slots=(0, 50)), schedule=(entry(slots=(49, 60)),)), "clash"),
        (case(choice(1, slots=(0, 50)), choice(2, slots=(20, 30))), "clash"),
        (case(choice(credits=17), schedule=(entry(),)), "credit_limit"),
        (case(choice(requires=(Clause(any_of=("X", "Y")),))), "prerequisites"),
    ],
)
def test_one_wrong_thing_gives_one_code(judged: Case, code: str) -> None:
    assert codes(judged) == [code]


@pytest.mark.parametrize(
    "judged",
    [
        case(choice(1), schedule=(entry(2, module="M 1", queued=True),)),
        case(choice(slots=(0, 50)), schedule=(entry(slots=(50, 60)),)),
        case(choice(slots=(0, 50)), schedule=(entry(slots=(0, 50), queued=True),)),
        case(choice(credits=16), schedule=(entry(),)),
        case(choice(credits=20), schedule=(entry(queued=True),)),
        case(choice(credits=0), credit_limit=3, schedule=(entry(),)),
        case(choice(requires=(Clause(any_of=("X", "Y")),)), transcript=frozenset({"Y"})),
        case(
            choice(1, requires=(Clause(any_of=("M 2",), together=("M 2",)),)),
            choice(2, requires=(Clause(any_of=("M 1",), together=("M 1",)),)),
        ),
        case(
            choice(1, requires=(Clause(any_of=("M 9",), together=("M 9",)),)), schedule=(entry(9),)
        ),
    ],
)
def test_what_may_come_in(judged: Case) -> None:
    assert codes(judged) == []


def test_together_does_not_count_what_is_only_queued() -> None:
    requires = (Clause(any_of=("M 9",), together=("M 9",)),)
    assert codes(case(choice(requires=requires), schedule=(entry(9, queued=True),))) == [
        "prerequisites"
    ]


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ((), "has not been set"),
        ((Window(opens_at=NOW + HOUR, closes_at=NOW + 2 * HOUR),), "opens at 2026-09-01 13:00:00"),
        ((Window(opens_at=NOW - 2 * HOUR, closes_at=NOW),), "closed at 2026-09-01 12:00:00"),
    ],
)
def test_window_says_when(windows: tuple[Window, ...], words: str) -> None:
    (problem,) = judge(case(choice(), windows=windows), str)
    assert words in problem.detail
    assert problem.fix


def test_window_opens_on_the_instant() -> None:
    assert codes(case(choice(), windows=(Window(opens_at=NOW, closes_at=NOW + HOUR),))) == []


def test_all_that_is_wrong_is_said_and_the_weightiest_first() -> None:
    judged = case(choice(credits=30, open=False), blocks=("One.",), windows=())
    assert codes(judged) == ["block", "window", "closed_section", "credit_limit"]


def test_problem_names_what_it_is_about() -> None:
    (problem,) = judge(case(choice(1), choice(2, open=False)), str)
    assert problem == door.Problem(
        code="closed_section",
        detail="Not open for registration: M 2 A01.",
        fix="Choose an open section.",
        sections=(2,),
    )


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((), (0, 10), False),
        ((0, 10), (10, 20), False),
        ((0, 10), (9, 20), True),
        ((0, 10, 30, 40), (12, 20, 35, 36), True),
        ((5, 6), (0, 10), True),
    ],
)
def test_slots_overlap(one: tuple[int, ...], other: tuple[int, ...], overlap: bool) -> None:
    assert slots_overlap(one, other) is overlap
    assert slots_overlap(other, one) is overlap


def test_every_code_of_the_door_has_a_sentence_and_a_fix() -> None:
    facts = dict.fromkeys(
        (
            "fault",
            "limit",
            "count",
            "reasons",
            "names",
            "state",
            "instant",
            "asked",
            "total",
            "over",
        ),
        "word",
    )
    for code in DOOR:
        words = words_for(code, str, **facts)
        assert words.sentence.rstrip("}").endswith((".", "word"))
        assert words.fix
        assert "{" not in words.sentence
