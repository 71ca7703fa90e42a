"""What the site itself says over HTTP, asked as a page without live news asks."""

import http.client
import json
import time
from collections.abc import Iterable, Sequence
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from project.accounts.models import User
from project.live_bench.reckoning import Pair

AT_ONCE = 100
KNOWN_WITHIN_SECONDS = 30


def cookies_of(tokens: Sequence[str]) -> list[str]:
    """The cookie of each token's holder, who has signed in in a browser."""
    ids = [int(AccessToken(token)[api_settings.USER_ID_CLAIM]) for token in tokens]  # type: ignore[arg-type]
    users = User.objects.in_bulk(ids)
    return [_cookie(users[one]) for one in ids]


def _cookie(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def seats_told(sections: Iterable[int], *, host: str, port: int, cookie: str) -> dict[int, Pair]:
    """Free seats and waiting students of these sections, as the site says now. Left out is what it
    does not know now, and what has no limit."""
    asked = sorted(set(sections))
    link = http.client.HTTPConnection(host, port, timeout=30)
    try:
        parts = [asked[at : at + AT_ONCE] for at in range(0, len(asked), AT_ONCE)]
        return {key: pair for part in parts for key, pair in _told(link, part, cookie).items()}
    finally:
        link.close()


def seats_known(sections: Iterable[int], *, host: str, port: int, cookie: str) -> dict[int, Pair]:
    """The same, once all are known: the first look at a new term's seats makes the site count."""
    asked = set(sections)
    deadline = time.monotonic() + KNOWN_WITHIN_SECONDS
    while True:
        told = seats_told(asked, host=host, port=port, cookie=cookie)
        if told.keys() == asked:
            return told
        if time.monotonic() > deadline:
            raise LookupError(f"the site does not know the seats of {len(asked - told.keys())}")
        time.sleep(0.5)


def _told(link: http.client.HTTPConnection, part: list[int], cookie: str) -> dict[int, Pair]:
    link.request("GET", f"/seats/?ids={','.join(map(str, part))}", headers={"Cookie": cookie})
    answer = link.getresponse()
    body = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise LookupError(f"the site answers {answer.status} to who asks for seats")
    found = json.loads(body)
    return {
        int(key): (one["free"], one["waiting"])
        for key, one in found.items()
        if one["waiting"] is not None
    }
