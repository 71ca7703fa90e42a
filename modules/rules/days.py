"""Days of the week as people write them, in two dialects.

Letters: each day is one of MTWRFSU; R is Thursday, S Saturday, U Sunday. Names: M or Mo, T or Tu,
W or We, Th, F or Fr, Sa, Su, also in full. What is another day in the other dialect (`FR`, `SU`,
`TU`) is refused unless the dialect is stated.
"""

import re
from enum import StrEnum
from functools import lru_cache

from modules.rules.times import plain
from project.imports.defects import WrongCell, message

DAYS = "MTWRFSU"
_NAMES = (
    ("monday", "mon", "mo", "m"),
    ("tuesday", "tues", "tue", "tu", "t"),
    ("wednesday", "weds", "wed", "we", "w"),
    ("thursday", "thurs", "thur", "thu", "th"),
    ("friday", "fri", "fr", "f"),
    ("saturday", "sat", "sa"),
    ("sunday", "sun", "su"),
)
_CHINESE = re.compile(r"(?:(?:星期|禮拜|週|周)?([一二三四五六日天])[、,]?)+")
_DAY_OF = {name: day for day, names in enumerate(_NAMES) for name in names}
_LONGEST_WORD = 60
_BETWEEN = re.compile(r"[\s,/&+]+")


class Dialect(StrEnum):
    """How a file writes days; EITHER refuses what the two read differently."""

    EITHER = ""
    LETTERS = "letters"
    NAMES = "names"


def _(text: str) -> str:
    return text


def parse_days(text: str, dialect: Dialect = Dialect.EITHER) -> tuple[int, ...]:
    """ "TuTh" is (1, 3). Raises WrongCell."""
    found = readings(text, dialect)
    if len(found) == 1:
        return found[0]
    if found:
        one, other = (names_of(days) for days in found)
        raise WrongCell(
            message(_("“{value}” may be {one} or {other}."), value=text, one=one, other=other),
            message(_("Write the days like MonTueThu, or state how days are written.")),
        )
    raise WrongCell(
        message(_("“{value}” is not made of days."), value=text),
        message(_("Write days like MTWRFSU (R is Thursday, U Sunday) or MonWedFri.")),
    )


def readings(text: str, dialect: Dialect = Dialect.EITHER) -> list[tuple[int, ...]]:
    """The days that the text may mean, by each dialect."""
    ways = {Dialect.LETTERS: _letters, Dialect.NAMES: _names}
    found = {parse(plain(text)) for one, parse in ways.items() if dialect in (Dialect.EITHER, one)}
    return sorted(found - {()})


def format_days(days: tuple[int, ...]) -> str:
    """The days by letters, or by names where letters might be read as other days."""
    letters = "".join(DAYS[day] for day in days)
    return letters if readings(letters) == [days] else names_of(days)


def names_of(days: tuple[int, ...]) -> str:
    """The days by names: MonWedFri."""
    return "".join(_NAMES[day][0][:3].capitalize() for day in days)


def _letters(text: str) -> tuple[int, ...]:
    """By single letters, all of one case; () if it is something else."""
    bare = _BETWEEN.sub("", text)
    if not (bare.isupper() or bare.islower()):
        return ()
    return _once([DAYS.find(letter) for letter in bare.upper()])


def _names(text: str) -> tuple[int, ...]:
    """By names; () if it is something else."""
    if _CHINESE.fullmatch(text):
        return _once(["一二三四五六日".find(char.replace("天", "日")) for char in _numerals(text)])
    parts = [_split(word) for word in _BETWEEN.split(text.casefold().strip(" ,/&+"))]
    return _once([day for part in parts for day in part]) if all(parts) else ()


@lru_cache(maxsize=1000)
def _split(word: str) -> tuple[int, ...]:
    """The days of a word such as `montuesat`, by as few names as possible; () if it has others."""
    if word in _DAY_OF:
        return (_DAY_OF[word],)
    if len(word) > _LONGEST_WORD:
        return ()
    ways = [
        (day, *rest)
        for name, day in _DAY_OF.items()
        if word.startswith(name) and (rest := _split(word[len(name) :]))
    ]
    return min(ways, key=len, default=())


def _numerals(text: str) -> str:
    return re.sub("星期|禮拜|[週周、,]", "", text)


def _once(days: list[int]) -> tuple[int, ...]:
    """In order; () if one is unknown or twice."""
    return tuple(sorted(days)) if -1 not in days and len(set(days)) == len(days) else ()
