"""The texts of the pages: those marked in the sources, and their translations.

The catalogue is a `.po` file that people write and a `.mo` file that Django reads. Texts keep
their translation while they are unchanged; nothing is guessed for those that changed.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib  # type: ignore[import-untyped]  # carries no types
from django.utils.translation.template import templatize

from devstack.console import UserError, run
from devstack.folder import ROOT

CATALOGUE = ROOT / "project" / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
FOLDERS = ("project", "registration", "modules", "payments", "notifications")
UNREAD = {"tests", "testing", "migrations", "locale"}
KEYWORDS = (
    "gettext_lazy", "gettext_noop", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2",
    "npgettext:1c,2,3", "npgettext_lazy:1c,2,3",
)  # fmt: skip
HEADER = {
    "Project-Id-Version": "registration-day",
    "Language": "zh_Hant",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
_TAG = re.compile(r"</?\w[^>]*>")
# Parts of a template that are not shown, or are translated.
_NOT_SHOWN = re.compile(
    r"{% comment %}.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}|{#.*?#}"
    r"|{% block width %}.*?{% endblock %}|{%.*?%}|{{.*?}}|<(script|style)\b.*?</\1>",
    re.DOTALL,
)
_ATTRIBUTE_TEXT = re.compile(r'\b(?:aria-label|alt|title|placeholder|data-label)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z]{2,}")
# Names that are the same in every language.
_NAMES = {"API"}


def sources() -> Iterator[Path]:
    """Every file that may contain texts for readers."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            is_read = UNREAD.isdisjoint(path.relative_to(ROOT).parts)
            if is_read and (path.suffix == ".py" or _is_template(path)):
                yield path


def extracted() -> polib.POFile:
    """The texts marked in the sources, without translations."""
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder)
        for path in sources():
            copy = copies / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            copy.write_text(
                templatize(text, origin=str(path)) if _is_template(path) else text, "utf-8"
            )
        return polib.pofile(_xgettext(copies))


def merged(known: polib.POFile, fresh: polib.POFile) -> polib.POFile:
    """The fresh texts with their known translations."""
    have = {_key(entry): entry for entry in known if not entry.obsolete}
    result = polib.POFile(wrapwidth=100)
    result.header, result.metadata = known.header, HEADER
    for entry in fresh:
        if old := have.get(_key(entry)):
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
            entry.tcomment = old.tcomment
            entry.flags += [flag for flag in old.flags if flag == "fuzzy"]
        if entry.msgid_plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: ""}
        result.append(entry)
    return result


def faults(known: polib.POFile, fresh: polib.POFile, compiled: bytes) -> list[str]:
    """The faults of the catalogue, one line each."""
    have = {_key(entry): entry for entry in known if not entry.obsolete}
    want = {_key(entry): entry for entry in fresh}
    found = [f"not in the catalogue: {_shown(want[key])}" for key in want if key not in have]
    found += [f"no source says it any more: {entry.msgid!r}" for entry in known.obsolete_entries()]
    for key, entry in have.items():
        if key not in want:
            found.append(f"no source says it any more: {entry.msgid!r}")
        found += [f"{fault}: {_shown(want.get(key, entry))}" for fault in entry_faults(entry)]
    if compiled != known.to_binary():
        found.append("the .mo is not what the .po compiles to")
    return found


def entry_faults(entry: polib.POEntry) -> Iterator[str]:
    """The faults of one translation."""
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        yield "only guessed (fuzzy)"
    if not all(translations):
        yield "not translated"
    else:
        # With one form for all numbers, it is translated from the plural.
        text = entry.msgid_plural or entry.msgid
        if any(_parts(one, entry) != _parts(text, entry) for one in translations):
            yield "other placeholders or tags than the text"


def unmarked() -> Iterator[str]:
    """Words on pages that are not marked for translation."""
    for path in sources():
        if path.suffix == ".html":
            for text in _read_aloud(path.read_text(encoding="utf-8")):
                if set(_WORD.findall(text)) - _NAMES:
                    yield f"not marked for translation: {' '.join(text.split())!r} ({_name(path)})"


def _read_aloud(template: str) -> Iterator[str]:
    text = _NOT_SHOWN.sub(" ", template)
    yield from _ATTRIBUTE_TEXT.findall(text)
    yield from re.split(r"<[^>]*>|&\w+;", text)


def _is_template(path: Path) -> bool:
    return "templates" in path.parts and path.suffix in (".html", ".txt", ".js")


def _xgettext(folder: Path) -> str:
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    command = [
        "xgettext", "--language=Python", "--from-code=UTF-8", "--add-location=file", "--no-wrap",
        "--keyword=_", *(f"--keyword={word}" for word in KEYWORDS), "--output=-", *files,
    ]  # fmt: skip
    try:
        result = run(command, cwd=folder)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise UserError(f"xgettext could not be run: {error}") from error
    if result.returncode != 0:
        raise UserError(f"xgettext failed:\n{result.stderr}")
    return result.stdout


def _key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


def _shown(entry: polib.POEntry) -> str:
    where = ", ".join(file for file, _line in entry.occurrences)
    return f"{entry.msgid!r}" + (f" ({where})" if where else "")


def _parts(text: str, entry: polib.POEntry) -> tuple[set[str], list[str]]:
    """The placeholders and HTML tags of a text."""
    names = set(_PLACEHOLDER.findall(text))
    if "python-brace-format" in entry.flags:
        try:
            names |= {f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name}
        except ValueError as error:
            names.add(str(error))
    return names, sorted(_TAG.findall(text))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
