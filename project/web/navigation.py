"""Shared by all pages outside the admin: navigation, theme, live updates, and a status bar.

The platform knows no app, so an app registers its navigation and its bar in `AppConfig.ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from project.ops.env import live_scheme

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of the navigation: the name of an address, and its label."""

    order: int
    name: str
    label: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line on each page of a signed-in reader, and a card on the home page. `load` returns the
    status of a reader, None if there is nothing to show; both templates get it as `status`. A view
    that has loaded the status already puts `with_status` of it into its context as `bar`."""

    line: str
    card: str
    load: Callable[[int], object | None]

    def with_status(self, status: object | None) -> dict[str, Any] | None:
        """The context that a page needs to show it."""
        return {"line": self.line, "card": self.card, "status": status} if status else None


_items: list[NavItem] = []
_bars: list[Bar] = []


def register_nav(*ways: NavItem) -> None:
    """Add entries to the navigation of those who are signed in."""
    _items.extend(ways)
    _items.sort(key=lambda way: way.order)


def offer_bar(bar: Bar) -> None:
    """Show this bar on the pages. There is one."""
    if _bars:
        raise ValueError("the pages have a bar already")
    _bars.append(bar)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "ways": SimpleLazyObject(lambda: _shown(request)),
        "bar": SimpleLazyObject(lambda: _bar(request)),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "live_url": SimpleLazyObject(lambda: live_url(request)),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme that the reader chose; an unknown cookie value counts as none."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def live_url(request: HttpRequest) -> str:
    """The WebSocket address for this page."""
    if settings.LIVE_URL:
        return str(settings.LIVE_URL)
    host = split_domain_port(request.get_host())[0]
    return f"{live_scheme()}://{host}:{settings.LIVE_PORT}/live/"


def _bar(request: HttpRequest) -> dict[str, Any] | None:
    user = getattr(request, "user", None)
    if not _bars or user is None or not user.is_authenticated:
        return None
    return _bars[0].with_status(_bars[0].load(int(user.pk)))


def _shown(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)  # none on the error pages of early middleware
    if user is None or not user.is_authenticated:
        return []
    addresses = [(way, reverse(way.name)) for way in _items]
    return [
        {"label": way.label, "url": url, "is_here": request.path.startswith(url)}
        for way, url in addresses
    ]
