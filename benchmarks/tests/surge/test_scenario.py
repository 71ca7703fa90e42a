"""The drawing of scripts: the same every time, allowed where it should be, forbidden where not."""

from collections import Counter
from itertools import combinations

from benchmarks.surge.demand import weigh_sections
from benchmarks.surge.invalid_requests import NOWHERE
from benchmarks.surge.scenario import StudentScript, write_scripts
from benchmarks.surge.section_pool import PooledSection, conflict, limit_supply, transcript_for
from project.events.modules import Clause, Meeting


def section(
    number: int, *, requires: tuple[Clause, ...] = (), seats: int | None = 20
) -> PooledSection:
    """A section of its own module (two of each), meeting twice a week."""
    hour = 8 * 60 + (number % 9) * 60
    meetings = tuple(
        Meeting(kind="LE", day=number % 3 + n, start=hour, end=hour + 80) for n in (0, 2)
    )
    return PooledSection(
        id=number,
        module=f"M {number // 2}",
        credit_quarters=16,
        seats=seats,
        weight=float(1 + number % 7),
        meetings=meetings,
        requires=requires,
    )


def catalogue() -> list[PooledSection]:
    """Sixty sections, some of which require another module."""
    demanding = (Clause(any_of=("M 1", "X 1")),)
    return [section(n, requires=demanding if n % 10 == 0 else ()) for n in range(60)]


def scripts(seed: int = 1, students: int = 800) -> tuple[StudentScript, ...]:
    return write_scripts(
        catalogue(), students=students, over=60, seed=seed, credit_limit_quarters=64, max_sections=8
    )


def test_same_seed_draws_the_same_and_another_seed_something_else() -> None:
    assert scripts(seed=1) == scripts(seed=1)
    assert scripts(seed=1) != scripts(seed=2)


def test_allowed_requests_are_compatible() -> None:
    by_id = {one.id: one for one in catalogue()}
    for script in scripts():
        if script.kind != "allowed":
            continue
        chosen = [by_id[section] for section in script.sections]
        assert 1 <= len(chosen) <= 5
        assert len({one.module for one in chosen}) == len(chosen)
        assert sum(one.credit_quarters for one in chosen) <= 64
        assert not any(conflict(a, b) for a, b in combinations(chosen, 2))
        assert set(transcript_for(chosen) or ()) <= set(script.transcript)


def test_shares_are_as_promised() -> None:
    found = scripts(students=4000)
    kinds = Counter(script.kind for script in found)
    assert 0.04 < 1 - kinds["allowed"] / 4000 < 0.06
    assert set(kinds) == {
        "allowed", "already_registered", "unknown_section", "too_many_sections",
        "prerequisites", "time_conflict",
    }  # fmt: skip
    assert 0.75 < sum(script.on_full == "waitlist" for script in found) / 4000 < 0.85
    assert 0.45 < sum(script.mode == "all" for script in found) / 4000 < 0.55
    assert 0.03 < sum(script.drop_after is not None for script in found) / 4000 < 0.07
    assert sum(script.followed for script in found) == 200


def test_forbidden_requests_are_forbidden() -> None:
    by_id = {one.id: one for one in catalogue()}
    for script in scripts(students=2000):
        if script.kind == "unknown_section":
            assert NOWHERE in script.sections
        if script.kind == "too_many_sections":
            assert len(set(script.sections)) == 9
        if script.kind == "prerequisites":
            assert by_id[script.sections[0]].requires
            assert not script.transcript
        if script.kind == "time_conflict":
            assert conflict(*(by_id[section] for section in script.sections))


def test_moments_fill_the_time_and_all_at_once_is_zero() -> None:
    moments = [script.at for script in scripts()]
    assert moments == sorted(moments)
    assert moments[0] < 2
    assert moments[-1] > 58
    at_once = write_scripts(
        catalogue(), students=50, over=0, seed=1, credit_limit_quarters=64, max_sections=8
    )
    assert {script.at for script in at_once} == {0.0}


def test_popular_sections_are_drawn_more_often() -> None:
    asked = Counter(section for script in scripts(students=4000) for section in script.sections)
    popular = sum(count for section, count in asked.items() if section % 7 == 6)
    others = sum(count for section, count in asked.items() if section % 7 == 0)
    assert popular > 3 * others


def test_a_module_that_must_be_passed_and_requested_cannot_be_both() -> None:
    first = section(2)
    second = section(4, requires=(Clause(any_of=("M 1",)),))
    assert transcript_for([first, second]) is None
    circle = section(4, requires=(Clause(any_of=("M 1",), together=("M 1",)),))
    assert transcript_for([first, circle]) == ()


def test_meetings_that_touch_do_not_conflict_and_dates_conflict_with_dates_only() -> None:
    weekly = Meeting(kind="LE", day=0, start=540, end=600)
    after = Meeting(kind="LE", day=0, start=600, end=660)
    dated = Meeting(kind="FI", date="2026-06-01", start=540, end=600)
    made = [
        PooledSection(
            id=n, module=str(n), credit_quarters=4, seats=1, weight=1, meetings=(meeting,)
        )
        for n, meeting in enumerate((weekly, after, dated, dated))
    ]
    assert not conflict(made[0], made[1])
    assert not conflict(made[0], made[2])
    assert conflict(made[2], made[3])


def test_few_students_ask_for_few_sections_and_many_for_all() -> None:
    all_of_them = [section(n) for n in range(200)]
    few = limit_supply(all_of_them, seats=400, seed=1)
    assert 20 <= len(few) <= 30
    assert limit_supply(all_of_them, seats=400, seed=1) == few
    assert len(limit_supply(all_of_them, seats=9000, seed=1)) == 200


def test_weights_come_from_demand_or_size_and_closed_sections_are_left_out() -> None:
    pool = [("A01", section(2)), ("A02", section(3, seats=0)), ("A03", section(4, seats=None))]
    assert [one.weight for one in weigh_sections(pool, None)] == [20.0]
    demand = {("M 1", "A01"): 7.0, ("M 1", "A02"): 5.0, ("M 2", "A03"): 2.0}
    assert [one.weight for one in weigh_sections(pool, demand)] == [7.0, 2.0]
