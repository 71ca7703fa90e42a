"""Visitors of the site with their devices, and the errors that their browsers report."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError

from project.testing.system.live import session_of

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
LOCALES = {"en": "en-GB", "zh-hant": "zh-TW"}
# What a browser reports because its reader went elsewhere.
LEFT = ("net::ERR_ABORTED", "WebSocket is closed before the connection is established")
SAY_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.effectiveDirective} ${event.blockedURI}`));
"""


def is_of_leaving(report: str) -> bool:
    """Whether the browser reports this because its reader left while something was on the wire."""
    return any(one in report for one in LEFT)


@dataclass(kw_only=True)  # no slots: Playwright attaches attributes to listeners
class Visitors:
    """Each visitor has a browser profile of their own. `complaints` collects the errors of all."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _have_left: bool = False

    def come(
        self,
        student: int | None = None,
        *,
        device: dict[str, Any] = DESKTOP,
        language: str = "en",
        theme: str = "light",
        javascript: bool = True,
        address: str = "",
    ) -> Page:
        """Open an empty page with a new profile; with `student`, signed in."""
        where = address or self.address
        context = self.browser.new_context(
            **device,
            base_url=where,
            locale=LOCALES[language],
            color_scheme=theme,  # type: ignore[arg-type]  # a word of Playwright's own list
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.add_init_script(SAY_VIOLATIONS)
        self._listen(context)
        if student is not None:
            name, _, value = session_of(student).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": where}])
        return context.new_page()

    def _listen(self, context: BrowserContext) -> None:
        context.on("console", self._record_message)
        context.on("weberror", self._record_error)
        context.on("requestfailed", self._record_failure)

    def _record_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self._complain(f"{message.type}: {message.text} ({where})")

    def _record_error(self, error: WebError) -> None:
        self._complain(f"script: {error.error}")

    def _record_failure(self, request: Request) -> None:
        self._complain(f"failed: {request.failure} ({request.url})")

    def _complain(self, report: str) -> None:
        if not self._have_left and not is_of_leaving(report):
            self.complaints.append(report)

    def leave(self) -> None:
        """Close all pages; the unexpected complaints remain. What closing causes is none."""
        self._have_left = True
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        self._have_left = False
        self.complaints = [
            one for one in self.complaints if not any(re.search(it, one) for it in self.expected)
        ]
