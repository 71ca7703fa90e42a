"""Allocation against everything hypothesis can think of: never over, never under, in order."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.rules.allocation import Decision, Matter, allocate
from modules.tests.halls import Model, drop, submit
from project.messages.modules import SeatOffered, SeatsDecided
from project.messages.registration import Submitted

SECTIONS = (1, 2, 3)
seats = st.fixed_dictionaries({s: st.sampled_from([None, 0, 1, 2, 3]) for s in SECTIONS})
wishes = st.tuples(
    st.integers(1, 6),
    st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["all", "any"]),
    st.sampled_from(["queue", "refuse"]),
)
drops = st.tuples(st.integers(0, 30), st.sampled_from(SECTIONS))
steps = st.lists(st.one_of(wishes, drops), max_size=30)


def as_line(drawn: list[tuple[object, ...]]) -> list[Matter]:
    line: list[Matter] = []
    submissions: list[Matter] = []
    for position, one in enumerate(drawn, start=1):
        if len(one) == 4:
            student, sections, mode, on_full = one
            made = submit(position, student, *sections, mode=mode, on_full=on_full)  # type: ignore[misc,arg-type]
            submissions.append(made)
            line.append(made)
        elif submissions:
            which, section = one
            line.append(drop(position, submissions[which % len(submissions)], section))  # type: ignore[operator,arg-type]
    return line


def run(model: Model, line: list[Matter], window: int) -> list[Decision]:
    said: list[Decision] = []
    for start in range(0, len(line), window):
        part = line[start : start + window]
        some = allocate(hall=model.hall(part), matters=part, fence=1000 * start + 1)
        model.apply(some)
        said += some
        for section in model.seats:
            assert not (model.has_seat(section) and model.waiting(section)), "undersold"
    return said


def in_words(decisions: list[Decision]) -> list[tuple[str, ...]]:
    """Without fences, which depend on how the line was cut."""
    return [_words(decision) for decision in decisions]


def _words(decision: Decision) -> tuple[str, ...]:
    fact = decision.fact
    if isinstance(fact, SeatOffered):
        return (fact.registration, str(fact.section), str(fact.seat))
    data = fact.to_data()
    items = [{k: v for k, v in item.items() if k != "fence"} for item in data["items"]]
    return (data["registration"], str(items))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seats=seats, drawn=steps, window=st.integers(1, 8))
def test_however_the_line_is_cut_nothing_is_oversold_or_undersold_and_the_answers_are_the_same(
    seats: dict[int, int | None], drawn: list[tuple[object, ...]], window: int
) -> None:
    line = as_line(drawn)
    piecemeal = run(Model(seats=dict(seats)), line, window)
    assert in_words(piecemeal) == in_words(run(Model(seats=dict(seats)), line, max(len(line), 1)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seats=seats, drawn=steps)
def test_whoever_is_seated_has_passed_nobody_who_waits(
    seats: dict[int, int | None], drawn: list[tuple[object, ...]]
) -> None:
    model = Model(seats=dict(seats))
    line = as_line(drawn)
    positions = {m.fact.registration: m.position for m in line if isinstance(m.fact, Submitted)}
    for matter in line:
        before = {section: model.waiting(section) for section in model.seats}
        said = allocate(hall=model.hall([matter]), matters=[matter], fence=1000 * matter.position)
        model.apply(said)
        for registration, section in _seated(said):
            passed = [p for p in before[section] if p.position < positions[registration]]
            assert all(place not in model.waiting(section) for place in passed)


def _seated(decisions: list[Decision]) -> list[tuple[str, int]]:
    found = []
    for fact in (decision.fact for decision in decisions):
        if isinstance(fact, SeatOffered):
            found.append((fact.registration, fact.section))
        elif isinstance(fact, SeatsDecided):
            found += [(fact.registration, i.section) for i in fact.items if i.outcome == "seated"]
    return found
