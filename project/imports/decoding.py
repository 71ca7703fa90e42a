"""From bytes to text: UTF-8, UTF-16, and Windows-1252 where nothing else is possible."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from project.imports.defects import Defect, Message, message

# Letters that mean the same in the encodings of Western and Central Europe (Windows-1252, -1250).
_SHARED = frozenset(
    char
    for number in range(0xC0, 0x100)
    if (char := bytes([number]).decode("cp1252")) == bytes([number]).decode("cp1250")
)
_APOSTROPHE = "\u2019"
# Quotation marks, dashes, an ellipsis, a bullet, a hard space, signs.
_MARKS = frozenset("\u2018\u201c\u201d\u2013\u2014\u2026\u2022\u00a0®™€")
_AFTER_APOSTROPHE = ("s", "t", "d", "m", "ll", "re", "ve")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_NEIGHBOURS = re.compile(rb"[\x80-\xff]{2}")


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text, or the defects why there is none; and what the reader should know."""

    text: str = ""
    defects: tuple[Defect, ...] = ()
    notes: tuple[Message, ...] = ()


def decode(data: bytes, *, file: str) -> Decoded:
    """The text of a file."""
    wide = _utf_16(data)
    if wide:
        return _decode_wide(data, wide, file)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(text=data.decode())
    except UnicodeDecodeError:
        return _decode_windows(data, file)


def _utf_16(data: bytes) -> str:
    """The name of the UTF-16 encoding that the first bytes show, "" if it is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:64]
    if len(start) >= 4 and len(data) % 2 == 0:
        if not any(start[1::2]) and all(start[::2]):
            return "utf-16-le"
        if not any(start[::2]) and all(start[1::2]):
            return "utf-16-be"
    return ""


def _decode_wide(data: bytes, encoding: str, file: str) -> Decoded:
    try:
        return Decoded(text=data.decode(encoding))
    except UnicodeDecodeError:
        reason = message(_("The file begins as UTF-16, but is cut off or damaged."))
        return Decoded(defects=(Defect(file=file, reason=reason, fix=_AS_UTF_8),))


_AS_UTF_8 = message(_("Save it as UTF-8 (in Excel: CSV UTF-8) or as .xlsx."))


def _decode_windows(data: bytes, file: str) -> Decoded:
    """Windows-1252 where every word has one reading; else the lines of which nobody can be sure."""
    unsure = list(_unsure(data, file))
    if unsure:
        return Decoded(defects=tuple(unsure))
    note = message(_("The file is not UTF-8; it was read as Windows-1252."))
    return Decoded(text=data.decode("cp1252"), notes=(note,))


def _unsure(data: bytes, file: str) -> Iterator[Defect]:
    for line, raw in enumerate(data.split(b"\n"), start=1):
        if not raw.isascii() and not all(_is_certain(word[0]) for word in _WORD.finditer(raw)):
            at = next(n for n, byte in enumerate(raw) if byte >= 0x80)
            reason = _("Byte {place} of the line (0x{byte}) is not UTF-8.")
            yield Defect(
                file=file,
                line=line,
                value=raw[max(at - 20, 0) : at + 20].decode("ascii", "replace").strip(),
                reason=message(reason, place=at + 1, byte=f"{raw[at]:02x}"),
                fix=_AS_UTF_8,
            )


def _is_certain(word: bytes) -> bool:
    """Whether a word has one reading. Two bytes beside each other may be one Chinese character; a
    small letter among capitals is another letter of a Macintosh."""
    if word.isascii():
        return True
    text = word.decode("cp1252", "replace")
    return not _NEIGHBOURS.search(word) and all(
        char.isascii() or _fits(char, text[:at], text[at + 1 :]) for at, char in enumerate(text)
    )


def _fits(char: str, before: str, after: str) -> bool:
    if char == _APOSTROPHE:
        return not after or after[0].isupper() or after in _AFTER_APOSTROPHE
    if char not in _SHARED:
        return char in _MARKS
    beside = before[-1:] + after[:1]
    if char.islower():
        return any(other.islower() for other in beside)
    return beside.isupper() or (not before and after[:1].islower())
