"""One search: the API and the page find the same, whatever the capitals, accents and widths."""
# ruff: noqa: RUF001 -- characters that look alike are the subject

import re

import pytest

from project.bus.sql import fetch
from registration.tests import factories
from registration.tests.pages import browser

pytestmark = pytest.mark.django_db

CATALOGUE = {
    1: ("FCSX 11", "Introduction to Programming", "José García"),
    2: ("FCSX 12", "Análisis numérico", "Ngô Bảo Châu"),
    3: ("ＭＡＴＨ 13", "Straße und Großbau", "Ludwig WEISS"),
    4: ("CHIN 14", "中文寫作 ｶﾀｶﾅ", "陳大文"),
    5: ("PHIL 15", "Ὀδυσσεύς and 100%_ideas", "O\u2019Hara\u00a0Ann"),
    6: ("CAFE\u0301 16", "Co\u00adoperation and zero\u200bwidth", "İpek Yıldız"),
}
SEARCHES = [
    ("fcsx11", [1]), ("FCSX 11", [1]), ("FcSx\u00a011", [1]), ("ＦＣＳＸ１１", [1]),
    ("ＦＣＳＸ　１１", [1]), ("  fcsx   11 ", [1]), ("fcsx\u200b11", [1]), ("fcsx", [1, 2]),
    ("intro programming", [1]), ("programming intro", [1]), ("intro chemistry", []),
    ("jose", [1]), ("JOSÉ", [1]), ("jose\u0301 garcia", [1]), ("garcía fcsx", [1]),
    ("analisis", [2]), ("ANÁLISIS NUMERICO", [2]), ("ngo bao chau", [2]),
    ("math13", [3]), ("MATH 13", [3]), ("strasse", [3]), ("STRASSE gross", [3]), ("weiß", [3]),
    ("中文", [4]), ("カタカナ", [4]), ("陳", [4]),
    ("οδυσσευς", [5]), ("ΟΔΥΣΣΕΥΣ", [5]), ("100%", [5]), ("%", [5]), ("_", [5]), ("hara ann", [5]),
    ("café16", [6]), ("cafe 16", [6]), ("cooperation", [6]), ("zerowidth", [6]), ("ipek", [6]),
    ("", [1, 2, 3, 4, 5, 6]), (" \u3000 ", [1, 2, 3, 4, 5, 6]), ("\\", []), ("'", []),
]  # fmt: skip


@pytest.fixture
def student() -> int:
    for number, (code, title, instructor) in CATALOGUE.items():
        factories.section(number, module=code, title=title, instructor=instructor)
    factories.window()
    return factories.student()


def by_api(student: int, q: str) -> set[int]:
    answer = factories.client(student).get("/api/v1/sections/", {"q": q})
    assert answer.status_code == 200
    return {one["id"] for one in answer.json()["results"]}


def by_page(student: int, q: str) -> set[int]:
    answer = browser(student).get("/catalogue/", {"q": q})
    assert answer.status_code == 200
    return set(map(int, re.findall(r'id="section-(\d+)"', answer.content.decode())))


@pytest.mark.parametrize(("q", "found"), SEARCHES)
def test_the_api_and_the_page_find_the_same(student: int, q: str, found: list[int]) -> None:
    assert by_api(student, q) == by_page(student, q) == set(found)


def test_a_code_as_it_was_typed_comes_first_however_it_was_typed(student: int) -> None:
    factories.section(7, module="FCSX 1", title="Comes by code before FCSX 11")
    for q in ("fcsx11", "ＦＣＳＸ　１１"):
        text = browser(student).get("/catalogue/", {"q": q}).content.decode()
        assert re.findall(r'">(FCSX \d+)</a> <span class="title">', text)[0] == "FCSX 11"


def test_what_is_renamed_is_found_by_the_new_name_alone(student: int) -> None:
    factories.section(1, module="FCSX 11", title="Algorithmes élémentaires", instructor="Zoë")
    for look in (by_api, by_page):
        assert look(student, "programming") == look(student, "garcia") == set()
        assert look(student, "elementaires zoe") == {1}


@pytest.mark.parametrize("query", ["x" * 100, "é" * 100, "%" * 50, "\u0301" * 30, "1 " * 50])
def test_what_is_long_or_odd_is_no_error(student: int, query: str) -> None:
    assert by_api(student, query) <= set(CATALOGUE)
    assert by_page(student, query) <= set(CATALOGUE)


def test_folding_twice_is_folding_once() -> None:
    texts = [" ".join(texts) for texts in CATALOGUE.values()]
    once = fetch("SELECT fold_search(t), fold_search(fold_search(t)) FROM unnest(%s) t", [texts])
    assert all(first == second for first, second in once)
