"""The requirements of a module, clause by clause, with what the student fulfils."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from project.events.modules import Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a clause. `has` is "passed", "beside" (taken at the same time) or ""."""

    code: str
    has: str = ""
    may_be_beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One clause: any of its options fulfils it."""

    options: tuple[Option, ...]

    @property
    def is_met(self) -> bool:
        """Whether the student fulfils the clause."""
        return any(option.has for option in self.options)


def requirement_tree(
    requires: Iterable[Clause], *, transcript: Collection[str], beside: Collection[str]
) -> tuple[Need, ...]:
    """All of these requirements, in the order of the catalogue, checked as on submission.

    `beside` are the modules that the student takes in the same term; fulfilled options come first
    in their clause.
    """
    return tuple(_need(clause, transcript, beside) for clause in requires)


def _need(clause: Clause, transcript: Collection[str], beside: Collection[str]) -> Need:
    codes = dict.fromkeys((*clause.any_of, *clause.together))
    options = [_option(code, clause, transcript, beside) for code in codes]
    return Need(options=tuple(sorted(options, key=lambda option: not option.has)))


def _option(
    code: str, clause: Clause, transcript: Collection[str], beside: Collection[str]
) -> Option:
    may_be_beside = code in clause.together
    if code in clause.any_of and code in transcript:
        has = "passed"
    else:
        has = "beside" if may_be_beside and code in beside else ""
    return Option(code=code, has=has, may_be_beside=may_be_beside)
