"""The catalogue of texts is complete, and its checks work."""

import shutil
from typing import Any

import polib  # type: ignore[import-untyped]  # carries no types
import pytest

from devstack import texts

COMPILED = texts.CATALOGUE.with_suffix(".mo")


def catalogue() -> Any:
    return polib.pofile(str(texts.CATALOGUE))


def faults(known: Any) -> list[str]:
    """What is wrong with the catalogue, compared with the sources."""
    return texts.faults(known, catalogue(), known.to_binary())


@pytest.fixture
def tampered() -> Any:
    """A copy of the catalogue to be damaged."""
    return catalogue()


def found_new(tampered: Any) -> list[str]:
    known = faults(catalogue())
    return [fault for fault in faults(tampered) if fault not in known]


def test_every_text_has_a_translation_with_the_same_placeholders() -> None:
    assert faults(catalogue()) == []


def test_the_compiled_catalogue_is_what_the_written_one_compiles_to() -> None:
    assert COMPILED.read_bytes() == catalogue().to_binary(), "run `make translations`"


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="needs xgettext, which `make translations` installs"
)
def test_every_text_of_the_sources_is_in_it() -> None:
    known = catalogue()
    assert texts.faults(known, texts.extracted(), known.to_binary()) == []


def test_no_word_of_a_template_is_left_unmarked() -> None:
    assert list(texts.unmarked()) == []


def empty(entry: Any) -> None:
    entry.msgstr = ""


def guess(entry: Any) -> None:
    entry.flags.append("fuzzy")


def lose_placeholder(entry: Any) -> None:
    entry.msgstr = entry.msgstr.replace("%(amount)s", "").replace("{sections}", "")


@pytest.mark.parametrize(
    ("spoil", "text", "words"),
    [
        (empty, "Inbox", "not translated: 'Inbox'"),
        (guess, "Inbox", "only guessed (fuzzy): 'Inbox'"),
        (lose_placeholder, "You asked for {sections}.", "other placeholders or tags"),
        (
            lose_placeholder,
            "You dropped %(section)s. The fee of %(amount)s was paid back to your account.",
            "other placeholders or tags",
        ),
    ],
)
def test_a_spoilt_translation_is_found(tampered: Any, spoil: Any, text: str, words: str) -> None:
    spoil(tampered.find(text))
    (found,) = found_new(tampered)
    assert found.startswith(words)


def test_what_is_too_few_or_too_many_in_the_catalogue_is_found(tampered: Any) -> None:
    tampered.remove(tampered.find("Inbox"))
    tampered.append(polib.POEntry(msgid="Nobody says it.", msgstr="沒有人這麼說。"))
    missing, strange = found_new(tampered)
    assert missing.startswith("not in the catalogue: 'Inbox'")
    assert strange == "no source says it any more: 'Nobody says it.'"


def test_a_stale_compiled_catalogue_is_found() -> None:
    known = catalogue()
    assert texts.faults(known, known, b"")[-1] == "the .mo is not what the .po compiles to"


def test_known_translations_are_kept_and_what_nobody_says_goes() -> None:
    fresh = polib.POFile()
    fresh.extend([polib.POEntry(msgid="Inbox"), polib.POEntry(msgid="Something new")])
    merged = texts.merged(catalogue(), fresh)
    assert [(entry.msgid, entry.msgstr) for entry in merged] == [
        ("Inbox", "收件匣"),
        ("Something new", ""),
    ]
