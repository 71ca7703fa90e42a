"""What students are classified by, and the lines of a transcript."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of categories."""

    PROGRAMME = "programme"
    LEVEL = "level"
    STANDING = "standing"
    CAMPUS = "campus"
    GROUP = "group"

    @property
    def label(self) -> str:
        """The kind as staff read it."""
        return self.value.capitalize()


class Status(StrEnum):
    """How far a student is with a module of the transcript."""

    COMPLETED = "completed"
    IN_PROGRESS = "in_progress"
    NOT_PASSED = "not_passed"


# What counts as a prerequisite: a module in progress does until its grade is known.
COUNTING = (Status.COMPLETED, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TranscriptLine:
    """A module that a student took or takes."""

    module: str
    term: str = ""
    grade: str = ""
    status: Status = Status.COMPLETED


def passed(*codes: str) -> tuple[TranscriptLine, ...]:
    """A transcript of modules passed, without terms and grades."""
    return tuple(TranscriptLine(module=code) for code in codes)


def category_id(kind: str, code: str) -> str:
    """The id of a category."""
    return f"{kind}:{code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What students are classified by, under its kind and code."""

    kind: Kind
    code: str
    name: str
    years: int | None = None
    is_retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A student's record at the registry. `student` is the id of an existing user; a transcript
    None leaves the one that is stored."""

    student: int
    programme: str
    year: int
    credit_limit_quarters: int
    level: str = ""
    campus: str = ""
    groups: tuple[str, ...] = ()
    standing: str = ""
    adviser: int | None = None
    credits_earned_quarters: int = 0
    has_left: bool = False
    transcript: tuple[TranscriptLine, ...] | None = ()

    def codes(self) -> Iterator[tuple[Kind, str]]:
        """Every category that the student is in."""
        yield Kind.PROGRAMME, self.programme
        for kind, code in (
            (Kind.LEVEL, self.level),
            (Kind.STANDING, self.standing),
            (Kind.CAMPUS, self.campus),
            *((Kind.GROUP, group) for group in self.groups),
        ):
            if code:
                yield kind, code


Categories = Mapping[tuple[Kind, str], Category]


def category_faults(
    admission: Admission, categories: Categories, *, before: Admission | None = None
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a student's categories: column, value, reason. A student may stay in a
    retired one."""
    had = set(before.codes()) if before else set()
    for kind, code in admission.codes():
        category = categories.get((kind, code))
        column = "groups" if kind is Kind.GROUP else kind.value
        if category is None:
            yield column, code, _unknown(kind, code, categories)
        elif category.is_retired and (kind, code) not in had:
            yield column, code, f"The {kind} {code} is retired: nobody can be put into it any more."
    programme = categories.get((Kind.PROGRAMME, admission.programme))
    years = programme.years if programme else None
    if admission.year < 1 or (years is not None and admission.year > years):
        last = "" if years is None else f" to {years}"
        yield "year", str(admission.year), f"{admission.programme} has the years 1{last}."


def _unknown(kind: Kind, code: str, categories: Categories) -> str:
    known = sorted(other for other_kind, other in categories if other_kind is kind)
    near = [other for other in known if other.casefold() == code.casefold()]
    if near:
        return f"There is no {kind} {code}; there is {near[0]}."
    some = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    return f"There is no {kind} {code}. There are: {some or 'none yet'}."


def alike_code(kind: Kind, code: str, categories: Categories) -> str | None:
    """The code of this kind that differs from `code` only in its capitals."""
    return next(
        (
            other
            for known, other in categories
            if known is kind and other != code and other.casefold() == code.casefold()
        ),
        None,
    )
