"""What must be passed before a module: parsed, enforced or kept as a note, with cycles relaxed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from modules.rules.cycles import find_cycles
from project.events.modules import Clause

Clauses = tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRequirement:
    """Requirements as a file states them: `parse` is exact, partial, text_only or none, each
    possibly with "+note"; `cnf` has ; for and, | for or, and or binds tighter."""

    cnf: str = ""
    parse: str = "none"
    text: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the clauses express everything that is required."""
        return self.parse.partition("+")[0] == "exact"

    @property
    def is_enforced(self) -> bool:
        """Whether nothing is required that is only shown."""
        return self.is_exact or not (self.cnf or self.text)

    @property
    def has_note(self) -> bool:
        """Whether the text adds something to the clauses."""
        return self.parse.endswith("+note")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcedRequirement:
    """The enforced part, and the note for readers."""

    clauses: Clauses = ()
    requirement_note: str = ""


def parse_clauses(cnf: str) -> Clauses:
    """`MATH 20A;CSE 11|CSE 8B`: MATH 20A, and one of CSE 11 and CSE 8B."""
    groups = [_codes(group) for group in cnf.split(";")]
    return tuple(Clause(any_of=group) for group in dict.fromkeys(groups) if group)


def _codes(group: str) -> tuple[str, ...]:
    codes = (" ".join(code.split()) for code in group.split("|"))
    return tuple(dict.fromkeys(code for code in codes if code))


def format_clauses(clauses: Clauses) -> str:
    """The clauses in the file's format."""
    return ";".join("|".join(clause.any_of) for clause in clauses)


def required(stated: SourceRequirement, *, known: Collection[str]) -> EnforcedRequirement:
    """Exact requirements are enforced, others become a note; so does a clause without any known
    code, which nobody could ever satisfy."""
    clauses = parse_clauses(stated.cnf)
    if not stated.is_exact:
        return EnforcedRequirement(requirement_note=stated.text or _sentence(clauses))
    possible = tuple(clause for clause in clauses if any(code in known for code in clause.any_of))
    impossible = tuple(clause for clause in clauses if clause not in possible)
    notes = [stated.text if stated.has_note else "", _sentence(impossible)]
    return EnforcedRequirement(
        clauses=possible, requirement_note="\n".join(note for note in notes if note)
    )


def _sentence(clauses: Clauses) -> str:
    return "; ".join(" or ".join(clause.any_of) for clause in clauses)


def relax_cycles(
    requires: Mapping[str, Clauses],
) -> tuple[dict[str, Clauses], list[tuple[str, ...]]]:
    """The same requirements, relaxed so that the modules of a cycle may be taken together; and the
    cycles, each sorted."""
    graph = {
        code: frozenset(other for clause in clauses for other in clause.any_of)
        for code, clauses in requires.items()
    }
    cycles = find_cycles(graph)
    cycle_of = {code: cycle for cycle in cycles for code in cycle}
    loosened = {
        code: tuple(_loosened(clause, cycle_of.get(code, frozenset())) for clause in clauses)
        for code, clauses in requires.items()
    }
    return loosened, [tuple(sorted(cycle)) for cycle in cycles]


def _loosened(clause: Clause, cycle: frozenset[str]) -> Clause:
    return replace(clause, together=tuple(code for code in clause.any_of if code in cycle))
