"""Requirements: parsed, enforced or kept as a note, with cycles relaxed."""

import pytest

from modules.rules.cycles import find_cycles
from modules.rules.requirements import (
    EnforcedRequirement,
    SourceRequirement,
    format_clauses,
    parse_clauses,
    relax_cycles,
    required,
)
from project.events.modules import Clause

KNOWN = {"A 1", "B 2", "C 3"}


@pytest.mark.parametrize(
    ("cnf", "groups"),
    [
        ("", []),
        ("MATH 20A", [("MATH 20A",)]),
        ("MATH 20A;CSE 11|CSE 8B", [("MATH 20A",), ("CSE 11", "CSE 8B")]),
        (" A 1 | B  2 ;; A 1|B 2", [("A 1", "B 2")]),
    ],
)
def test_clauses_are_read(cnf: str, groups: list[tuple[str, ...]]) -> None:
    assert [clause.any_of for clause in parse_clauses(cnf)] == groups
    assert parse_clauses(format_clauses(parse_clauses(cnf))) == parse_clauses(cnf)


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        (
            SourceRequirement(cnf="A 1", parse="exact"),
            EnforcedRequirement(clauses=(Clause(any_of=("A 1",)),)),
        ),
        (
            SourceRequirement(cnf="A 1", parse="exact+note", text="A 1, with a B"),
            EnforcedRequirement(
                clauses=(Clause(any_of=("A 1",)),), requirement_note="A 1, with a B"
            ),
        ),
        (
            SourceRequirement(cnf="A 1", parse="partial"),
            EnforcedRequirement(requirement_note="A 1"),
        ),
        (
            SourceRequirement(parse="text_only", text="ask us"),
            EnforcedRequirement(requirement_note="ask us"),
        ),
        (SourceRequirement(parse="none"), EnforcedRequirement()),
        (
            SourceRequirement(cnf="X 9|Y 9", parse="exact"),
            EnforcedRequirement(requirement_note="X 9 or Y 9"),
        ),
        (
            SourceRequirement(cnf="X 9;A 1|Y 9", parse="exact"),
            EnforcedRequirement(clauses=(Clause(any_of=("A 1", "Y 9")),), requirement_note="X 9"),
        ),
    ],
)
def test_what_is_enforced_and_what_is_shown(
    stated: SourceRequirement, outcome: EnforcedRequirement
) -> None:
    assert required(stated, known=KNOWN) == outcome


@pytest.mark.parametrize(
    ("graph", "cycles"),
    [
        ({}, []),
        ({"a": {"b"}, "b": {"c"}}, []),
        ({"a": {"b"}, "b": {"a"}}, [{"a", "b"}]),
        ({"a": {"a"}}, [{"a"}]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"f"}, "f": {"e"}},
         [{"a", "b", "c"}, {"e", "f"}]),
    ],
)  # fmt: skip
def test_cycles_are_found(graph: dict[str, set[str]], cycles: list[set[str]]) -> None:
    assert find_cycles({node: frozenset(to) for node, to in graph.items()}) == cycles


def test_long_chain_needs_no_recursion() -> None:
    graph = {str(n): frozenset({str(n + 1)}) for n in range(50_000)}
    assert find_cycles(graph) == []


def test_cycle_can_be_satisfied_by_taking_both_together() -> None:
    modules = {
        "A": (Clause(any_of=("B", "X")),),
        "B": (Clause(any_of=("A",)), Clause(any_of=("X",))),
        "C": (Clause(any_of=("A",)),),
    }
    loose, cycles = relax_cycles(modules)
    assert cycles == [("A", "B")]
    assert loose["A"] == (Clause(any_of=("B", "X"), together=("B",)),)
    assert loose["B"] == (Clause(any_of=("A",), together=("A",)), Clause(any_of=("X",)))
    assert loose["C"] == modules["C"]
