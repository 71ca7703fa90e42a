"""Codes that are spelled differently and are probably one: `001` and `1`, `3-1` and `1-Mar`.

People drop zeros, mix case and spaces; spreadsheets turn codes into numbers and dates. Loading such
a file would make everything a second time.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

_LATIN = str.maketrans("АВЕКМНОРСТУХавеорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXaveopcyxABEZHIKMNOPTYXo")
_BETWEEN = re.compile(r"(?<![0-9])[\W_]+|[\W_]+(?![0-9])")
_BETWEEN_DIGITS = re.compile(r"[\W_]+")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)*(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_SHOWN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?|[0-9](\.[0-9]+)?e[+-][0-9]{2,3}", re.IGNORECASE)
_THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TWO_NUMBERS = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})([-/.][0-9]{2,4})?")
_NAMED = re.compile(r"([0-9]{1,2})?[-/ ]?([a-z]{3,9})[-/ ]?([0-9]{1,2})?([-/ ][0-9]{2,4})?")
_ISO = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A code of a file, and another that looks like it."""

    code: str
    other: str


def find_lookalikes(*, new: Iterable[str], known: Iterable[str]) -> list[Lookalike]:
    """Each new code with the first code, known or new, that it may be another spelling of."""
    found: list[Lookalike] = []
    bearers: dict[str, list[str]] = defaultdict(list)
    for code in known:
        _bear(bearers, code)
    for code in new:
        other = next((one for key in _keys(code) for one in bearers[key] if one != code), None)
        if other is not None:
            found.append(Lookalike(code=code, other=other))
        _bear(bearers, code)
    return found


def _bear(bearers: dict[str, list[str]], code: str) -> None:
    for key in _marks(code):
        bearers[key].append(code)


def _marks(code: str) -> Iterator[str]:
    """Keys under which a code is found: what it is, what it may become, what it shows."""
    yield f"= {fold_code(code)}"
    yield from (f"becomes {form}" for form in _becomes(code))
    yield from (f"shows {form}" for form in _shows(code))


def _keys(code: str) -> Iterator[str]:
    """Keys of the codes that look like this one."""
    yield f"= {fold_code(code)}"
    yield from (f"shows {form}" for form in _becomes(code))
    yield from (f"becomes {form}" for form in _shows(code))


def fold_code(code: str) -> str:
    """The code without case, width, zeros in front of numbers, and what stands between words."""
    wide = unicodedata.normalize("NFKC", code).translate(_LATIN).casefold()
    return _BETWEEN_DIGITS.sub("-", _BETWEEN.sub("", _ZEROS.sub("", wide)))


def _becomes(code: str) -> set[str]:
    """What a spreadsheet makes of the code when it opens the file."""
    found = {f"number {number}" for number in _numbers(code)}
    if two := _TWO_NUMBERS.fullmatch(code):
        one, other = int(two[1]), int(two[2])
        found |= {f"date {month}-{day}" for month, day in ((one, other), (other, one))}
    if named := _NAMED.fullmatch(code.casefold()):
        found |= _named(named)
    return found


def _numbers(code: str) -> set[Decimal]:
    if not _NUMBER.fullmatch(code):
        return set()
    plain = code.replace(",", "")
    found = {plain} if plain.count(".") < 2 else {plain.replace(".", "")}
    if _THOUSANDS.fullmatch(code):
        found.add(plain.replace(".", ""))
    if code.count(",") == 1:
        found |= {code.replace(".", "").replace(",", "."), code.partition(",")[0]}
    return {_normal(text) for text in found}


def _normal(text: str) -> Decimal:
    return Decimal(text).normalize() + 0


def _shows(code: str) -> set[str]:
    """What the code would be if a spreadsheet had made it."""
    if _SHOWN_NUMBER.fullmatch(code):
        return {f"number {_normal(code)}"}
    if iso := _ISO.fullmatch(code):
        return {f"date {int(iso[1])}-{int(iso[2])}"}
    two = _TWO_NUMBERS.fullmatch(code)
    if two and two[3]:
        return _becomes(code)
    named = _NAMED.fullmatch(code.casefold())
    return _named(named) if named else set()


def _named(found: re.Match[str]) -> set[str]:
    """`1-Mar`, `Mar-01`, `MAR1`: a day of a month with a name."""
    month, day = found[2][:3], found[1] or found[3]
    if month not in _MONTHS or not day:
        return set()
    return {f"date {_MONTHS.index(month) + 1}-{int(day)}"}
