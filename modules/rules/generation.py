"""Generate a sample catalogue from a seed, the same every time. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

Row = dict[str, str]

_SUBJECTS = {
    "ANTH": "Anthropology", "ARTS": "Visual Arts", "BIOL": "Biology", "CHEM": "Chemistry",
    "COMP": "Computing", "ECON": "Economics", "EDUC": "Education", "ENGL": "English",
    "GEOG": "Geography", "HIST": "History", "LAWS": "Law", "LING": "Linguistics",
    "MATH": "Mathematics", "MUSC": "Music", "PHIL": "Philosophy", "PHYS": "Physics",
    "POLI": "Politics", "PSYC": "Psychology", "SOCI": "Sociology", "STAT": "Statistics",
}  # fmt: skip
_LEVELS = ("Introduction to", "Foundations of", "Methods in", "Topics in", "Advanced", "Seminar in")
_PARTS = (
    "Theory", "Practice", "History", "Data", "Ethics", "Systems", "Models", "Research",
    "Networks", "Culture", "Design", "Measurement", "Change", "Language", "Proof",
)  # fmt: skip
_SURNAMES = (
    "Abara", "Bergström", "Castellanos", "Dubois", "Eriksen", "Fujimoto", "Gutiérrez", "Haddad",
    "Ivanova", "Jansen", "Kowalski", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Petrov",
    "Quispe", "Rahman", "Sørensen", "Takahashi", "Ueda", "Vargas", "Wójcik", "Yilmaz", "Zhang",
)  # fmt: skip
_MODULES_PER_SUBJECT = 15
_CREDITS, _CREDIT_WEIGHTS = (2, 3, 4, 5, 6), (1, 2, 8, 2, 1)
_WEEKLY = (
    ("MWF", 50, range(8, 18)), ("TR", 80, range(8, 19)), ("MW", 80, range(14, 19)),
    ("W", 170, range(14, 18)), ("F", 110, range(9, 16)),
)  # fmt: skip
_PATTERN_WEIGHTS = (6, 6, 3, 1, 1)
_SIZES, _SIZE_WEIGHTS = ((15, 25), (26, 45), (46, 90), (91, 250)), (4, 6, 3, 1)
_TINY, _TINY_SHARE = (3, 8), 0.04
_UNLIMITED_SHARE, _CLOSED_SHARE = 0.02, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The rows of both files."""

    sections: list[Row] = field(default_factory=list)
    modules: list[Row] = field(default_factory=list)


def generate_catalogue(*, seed: int) -> Catalogue:
    """About 300 modules and 1,000 sections, spread over the week, with chains of requirements,
    large lectures, and a few tiny sections in high demand."""
    rng = random.Random(seed)  # noqa: S311  not for secrets
    modules = [module for subject in _SUBJECTS for module in _modules(subject, rng)]
    sections = [row for module in modules for row in _sections(module, rng)]
    return Catalogue(sections=sections, modules=modules)


def _modules(subject: str, rng: random.Random) -> list[Row]:
    numbers = sorted(rng.sample(range(1000, 5000, 5), _MODULES_PER_SUBJECT))
    codes = [f"{subject} {number}" for number in numbers]
    return [_module(subject, codes, place, rng) for place in range(len(codes))]


def _module(subject: str, codes: Sequence[str], place: int, rng: random.Random) -> Row:
    level = _LEVELS[place * len(_LEVELS) // len(codes)]
    needs = _needs(codes, place, rng)
    return {
        "module_code": codes[place],
        "department": subject,
        "title": f"{level} {_SUBJECTS[subject]}: {_PARTS[place % len(_PARTS)]}",
        "credits_min": str(rng.choices(_CREDITS, _CREDIT_WEIGHTS)[0]),
        "prereq_cnf": needs,
        "prereq_parse": "exact" if needs else "none",
    }


def _needs(codes: Sequence[str], place: int, rng: random.Random) -> str:
    """The first third requires nothing; each of the others requires modules shortly before it."""
    if place < len(codes) // 3 or rng.random() < 0.5:
        return ""
    before = codes[place - 1]
    earlier = rng.choice(codes[:place])
    return before if rng.random() < 0.5 or earlier == before else f"{before}|{earlier}"


def _sections(module: Row, rng: random.Random) -> list[Row]:
    how_many = rng.choices((1, 2, 3, 4, 6, 8), (2, 4, 4, 3, 2, 1))[0]
    is_popular = rng.random() < _TINY_SHARE
    return [_section(module, f"A{n:02}", is_popular, rng) for n in range(1, how_many + 1)]


def _section(module: Row, code: str, is_popular: bool, rng: random.Random) -> Row:
    days, minutes, hours = rng.choices(_WEEKLY, _PATTERN_WEIGHTS)[0]
    start = rng.choice(hours) * 60
    room = f"HALL {rng.randint(1, 40)}"
    return {
        "module_code": module["module_code"],
        "title": module["title"],
        "credits_min": module["credits_min"],
        "section": code,
        "kind": "LE",
        "capacity": _capacity(is_popular, rng),
        "days": days,
        "start": _clock(start),
        "end": _clock(start + minutes),
        "room": room,
        "instructor": _person(rng.randint(0, 399)),
        "meetings": f"LE {days} {_clock(start)}-{_clock(start + minutes)} {room}",
        "prereq_cnf": module["prereq_cnf"],
        "prereq_parse": module["prereq_parse"],
    }


def _person(number: int) -> str:
    return f"{chr(ord('A') + number % 26)}. {_SURNAMES[number % len(_SURNAMES)]}"


def _capacity(is_popular: bool, rng: random.Random) -> str:
    if is_popular:
        return str(rng.randint(*_TINY))
    draw = rng.random()
    if draw < _UNLIMITED_SHARE:
        return "9999"
    if draw < _UNLIMITED_SHARE + _CLOSED_SHARE:
        return "0"
    return str(rng.randint(*rng.choices(_SIZES, _SIZE_WEIGHTS)[0]))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
