"""What must be passed before a module: read, enforced or shown, and untangled from cycles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from modules.rules.cycles import cycles_in
from project.messages.modules import Clause

Clauses = tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Requirements as a file states them: `parse` is exact, partial, text_only or none, each
    possibly with "+note"; `cnf` has ; for and, | for or, and or binds tighter."""

    cnf: str = ""
    parse: str = "none"
    text: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the clauses say all that is required."""
        return self.parse.partition("+")[0] == "exact"

    @property
    def has_note(self) -> bool:
        """Whether the text says something beside the clauses."""
        return self.parse.endswith("+note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """What is enforced of it, and what is only shown."""

    clauses: Clauses = ()
    shown: str = ""


def clauses_read(cnf: str) -> Clauses:
    """`MATH 20A;CSE 11|CSE 8B`: MATH 20A, and one of CSE 11 and CSE 8B."""
    groups = [_codes(group) for group in cnf.split(";")]
    return tuple(Clause(any_of=group) for group in dict.fromkeys(groups) if group)


def _codes(group: str) -> tuple[str, ...]:
    codes = (" ".join(code.split()) for code in group.split("|"))
    return tuple(dict.fromkeys(code for code in codes if code))


def clauses_written(clauses: Clauses) -> str:
    """The same in the file's format."""
    return ";".join("|".join(clause.any_of) for clause in clauses)


def required(stated: Stated, *, known: Collection[str]) -> Required:
    """Exact requirements are enforced, others shown; so is a clause none of whose codes is known,
    which nobody could ever satisfy."""
    clauses = clauses_read(stated.cnf)
    if not stated.is_exact:
        return Required(shown=stated.text or _sentence(clauses))
    possible = tuple(clause for clause in clauses if any(code in known for code in clause.any_of))
    impossible = tuple(clause for clause in clauses if clause not in possible)
    notes = [stated.text if stated.has_note else "", _sentence(impossible)]
    return Required(clauses=possible, shown="\n".join(note for note in notes if note))


def _sentence(clauses: Clauses) -> str:
    return "; ".join(" or ".join(clause.any_of) for clause in clauses)


def untangled(
    requires: Mapping[str, Clauses],
) -> tuple[dict[str, Clauses], list[tuple[str, ...]]]:
    """The same requirements, where a cycle can be satisfied by taking its modules together; and
    the cycles, each sorted."""
    graph = {
        code: frozenset(other for clause in clauses for other in clause.any_of)
        for code, clauses in requires.items()
    }
    cycles = cycles_in(graph)
    cycle_of = {code: cycle for cycle in cycles for code in cycle}
    loosened = {
        code: tuple(_loosened(clause, cycle_of.get(code, frozenset())) for clause in clauses)
        for code, clauses in requires.items()
    }
    return loosened, [tuple(sorted(cycle)) for cycle in cycles]


def _loosened(clause: Clause, cycle: frozenset[str]) -> Clause:
    return replace(clause, together=tuple(code for code in clause.any_of if code in cycle))
