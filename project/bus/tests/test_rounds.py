"""Cutting facts into statements must never change an order that counts."""

from hypothesis import given
from hypothesis import strategies as st

from project.bus.rounds import cut_into_rounds
from project.bus.tests.sample import Asked, Told
from project.messages.fact import Fact

_KEYS = st.lists(st.sampled_from("pqrs"), max_size=2).map(tuple)
_THINGS = st.sampled_from("abcd")
_FACTS = st.lists(
    st.one_of(
        st.builds(Asked, thing=_THINGS, amount=st.integers(1, 9), shares=_KEYS),
        st.builds(Told, thing=_THINGS, shares=_KEYS),
    ),
    min_size=1,
    max_size=30,
)


def _keys(fact: Fact) -> set[str]:
    return {fact.stream, *fact.touches()}


@given(_FACTS)
def test_every_fact_is_in_exactly_one_round(facts: list[Fact]) -> None:
    rounds = cut_into_rounds(facts)
    assert sorted(index for group in rounds for index in group) == list(range(len(facts)))


@given(_FACTS)
def test_a_round_has_one_type_and_nothing_twice(facts: list[Fact]) -> None:
    for group in cut_into_rounds(facts):
        assert len({facts[index].type for index in group}) == 1
        keys = [key for index in group for key in _keys(facts[index])]
        assert len(keys) == len(set(keys))


@given(_FACTS)
def test_facts_that_share_something_keep_their_order(facts: list[Fact]) -> None:
    place = {i: n for n, group in enumerate(cut_into_rounds(facts)) for i in group}
    for later in range(len(facts)):
        for earlier in range(later):
            if _keys(facts[earlier]) & _keys(facts[later]):
                assert place[earlier] < place[later]


def test_facts_that_share_nothing_are_one_round_a_type() -> None:
    facts = [kind(thing=str(n)) for n in range(200) for kind in (Asked, Told)]
    assert len(cut_into_rounds(facts)) == 2


def test_releases_and_what_they_cause_are_two_rounds_not_four_hundred() -> None:
    released = [Told(thing=f"r{n}", shares=(f"seat{n}",)) for n in range(200)]
    offered = [Asked(thing=f"o{n}", shares=(f"seat{n}",)) for n in range(200)]
    both = [fact for pair in zip(released, offered, strict=True) for fact in pair]
    assert len(cut_into_rounds(both)) == 2
