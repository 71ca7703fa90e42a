"""Ways to operate a page: with a mouse, a finger, or the keyboard alone."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

MOST_STOPS = 150
# The focus must be visible: framed, and covered by nothing (WCAG 2.4.7 and 2.4.11).
FOCUS = """
() => {
  const at = document.activeElement;
  const style = getComputedStyle(at), box = at.getClientRects()[0];
  const top = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    what: `${at.tagName} ${at.textContent.trim().slice(0, 40)}`,
    isNowhere: at === document.body,
    isFramed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isOnTop: Boolean(top) && (at.contains(top) || top.contains(at)),
  };
}"""


@dataclass(slots=True)
class Mouse:
    """Clicks."""

    page: Page

    def use(self, thing: Locator) -> None:
        """Press a button or follow a link."""
        thing.click()

    def write(self, field: Locator, text: str) -> None:
        """Fill a field in, key by key."""
        self.use(field)
        field.press_sequentially(text)


class Finger(Mouse):
    """Taps."""

    def use(self, thing: Locator) -> None:
        """Tap on it."""
        thing.tap()


class Keyboard(Mouse):
    """Tab and Enter; the focus must be visible wherever it goes."""

    def use(self, thing: Locator) -> None:
        """Go there and press Enter."""
        self.go_to(thing)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Go there and type."""
        self.go_to(field)
        self.page.keyboard.type(text)

    def go_to(self, thing: Locator) -> None:
        """Press Tab until the element has the focus."""
        thing.wait_for()
        for _ in range(MOST_STOPS):
            if thing.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self._look()
        raise AssertionError(f"the keyboard never comes to {thing}")

    def _look(self) -> None:
        focus: dict[str, Any] = self.page.evaluate(FOCUS)
        if not focus["isNowhere"]:  # past the last one it leaves the page for a moment
            assert focus["isFramed"], f"no frame around {focus['what']}"
            assert focus["isOnTop"], f"something covers {focus['what']}"
