"""Clean a cell: what people cannot see, and what spreadsheets put around a value, is no part of it.

Cells are cleaned before anything is compared, so two codes that look the same are the same.
"""

import re
import unicodedata

from project.imports.defects import WrongCell, message

LONGEST_CELL = 100_000
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
# How spreadsheets are made to keep leading zeros, and how our own results are guarded.
_APOSTROPHE = re.compile(r"'(?=[0-9]+$|[=+@-])")
_JOINERS = "\u200c\u200d"
# Characters without a shape that Unicode does not call format characters.
_SHAPELESS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0} | {
    number
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for number in range(first, last + 1)
}
_LINE_BREAKS = "\t\n\r"


def _(text: str) -> str:
    return text


def clean_cell(text: str) -> str:
    """The cell in composed Unicode with single spaces. Raises WrongCell."""
    if len(text) > LONGEST_CELL:
        raise WrongCell(
            message(
                _("This cell has {count} characters; at most {limit} are read."),
                count=len(text),
                limit=LONGEST_CELL,
            )
        )
    if not (text.isascii() and text.isprintable()):
        text = _visible(unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    if text[:1] in ("=", "'"):
        text = _unwrapped(text)
    return text


def _visible(text: str) -> str:
    return "".join(_seen(char, text, at) for at, char in enumerate(text))


def _seen(char: str, text: str, at: int) -> str:
    """What a person sees of one character. Raises WrongCell where that is uncertain."""
    number, kind = ord(char), unicodedata.category(char)
    if kind == "Zs" or number == 0x2800 or char in _LINE_BREAKS or kind in ("Zl", "Zp"):
        return " "
    if char in _JOINERS and _is_between_letters(text, at):
        return char
    if kind == "Cf" or number in _SHAPELESS:
        return ""
    if 0x80 <= number <= 0x9F:
        return _from_windows(number)
    if kind == "Cc":
        raise WrongCell(
            message(_("There is a control character (U+{code}) in it."), code=f"{number:04X}"),
            message(_("Delete it, or type the cell again.")),
        )
    if char == "\ufffd" or kind == "Cs":
        raise WrongCell(
            message(_("A character was lost (“{char}”) when the file was saved."), char="\ufffd"),
            message(_("Type it again, and save the file as UTF-8.")),
        )
    return char


def _is_between_letters(text: str, at: int) -> bool:
    """Joiners shape words of Persian and Indian scripts; elsewhere they are not seen."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(ord(char) > 0x5FF for char in around)


def _from_windows(number: int) -> str:
    """A character of Windows-1252 that some program took for Latin-1: U+0092 was an apostrophe."""
    try:
        return bytes([number]).decode("cp1252")
    except UnicodeDecodeError:
        raise WrongCell(
            message(_("There is a control character (U+{code}) in it."), code=f"{number:04X}"),
            message(_("Delete it, or type the cell again.")),
        ) from None


def _unwrapped(text: str) -> str:
    formula = _FORMULA_TEXT.fullmatch(text)
    if formula:
        return " ".join(formula[1].replace('""', '"').split())
    return _APOSTROPHE.sub("", text, count=1) if text.startswith("'") else text
