"""Checks made on every page: accessibility, and that it fits a small screen."""

import re
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # axe checks it only on request
    "resultTypes": ["violations"],
}
COLOURS: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
NARROWEST = {"width": 320, "height": 640}
# The label of Chinese in the language choice, on English pages too.
OWN_NAME = "繁體中文"
# Elements that stick out at the right, by tag and class.
STICKING_OUT = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((it) => it.getBoundingClientRect().right > width + 1)
    .map((it) => `${it.tagName.toLowerCase()}.${it.className}`).slice(0, 5);
}"""


def violations(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """Violations of WCAG 2.2 AA that axe finds on the page as it is now."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def violations_in_both_themes(page: Page) -> list[str]:
    """Violations in light and dark; only colours differ between the two."""
    page.emulate_media(color_scheme="light")
    found = [f"light: {one}" for one in violations(page)]
    page.emulate_media(color_scheme="dark")
    return found + [f"dark: {one}" for one in violations(page, COLOURS)]


def sticking_out(page: Page) -> list[str]:
    """Elements that make a narrow screen scroll sideways (WCAG 1.4.10)."""
    before = page.viewport_size
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # a TypedDict of its own
    found: list[str] = page.evaluate(STICKING_OUT)
    if before:
        page.set_viewport_size(before)
    return [f"sticks out: {one}" for one in found]


def other_language(page: Page, language: str) -> list[str]:
    """Parts of the page in another language than expected."""
    lang = page.locator("html").get_attribute("lang")
    words = page.locator("main").inner_text().replace(OWN_NAME, "")
    is_chinese = bool(re.search(r"[\u4e00-\u9fff]", words))
    wrong = [] if lang == language else [f"lang is {lang}"]
    return wrong if is_chinese == (language == "zh-hant") else [*wrong, "words of another language"]
