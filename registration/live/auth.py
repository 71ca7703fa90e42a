"""Authentication of a WebSocket: its user and its origin."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.request import validate_host
from rest_framework.exceptions import APIException

from project.accounts.authentication import CheckedAuthentication


def headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The request's headers by lower-case name."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


def is_foreign(origin: str | None) -> bool:
    """Whether the request comes from a page of another site. Only browsers send an origin."""
    if origin is None or origin == settings.SITE_URL:
        return False
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:
        return True
    name = f"[{host}]" if ":" in host else host
    return parts.scheme not in ("http", "https") or not validate_host(name, settings.ALLOWED_HOSTS)


def is_authenticated(headers: Mapping[str, str]) -> bool:
    """Whether there are credentials to check; without any, no admission slot is used."""
    return "authorization" in headers or settings.SESSION_COOKIE_NAME in headers.get("cookie", "")


def person(headers: Mapping[str, str]) -> int | None:
    """The user of the Authorization header, else of the session. Blocks: may query the database."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return person_of_token(token)
    return _person_of_session(headers.get("cookie", ""))


def person_of_token(token: str) -> int | None:
    """The user of the token; None where it is invalid or its user may no longer sign in."""
    checked = CheckedAuthentication()
    try:
        return int(checked.get_user(checked.get_validated_token(token.encode())).pk)
    except (APIException, ValueError):
        return None


def _person_of_session(cookie: str) -> int | None:
    try:
        found = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if found is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(found.value)
    user = get_user(request)
    return int(user.pk) if user.is_authenticated else None
