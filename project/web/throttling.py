"""Token buckets in Redis: one Lua call checks and takes, so no two requests take the same token."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from redis import RedisError
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from project.ops.names import fold_name
from project.ops.redis import client

if TYPE_CHECKING:
    # Views import the throttles named in the settings: at run time this would be a circular import.
    from rest_framework.views import APIView

_log = logging.getLogger(__name__)

# KEYS: the bucket. ARGV: its size, seconds to fill it from empty. Returns milliseconds to wait.
TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local size, per_second = tonumber(ARGV[1]), ARGV[1] / ARGV[2]
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(held[1]) or size
tokens = math.min(size, tokens + math.max(0, now - (tonumber(held[2]) or now)) * per_second)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) / per_second * 1000) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] * 1000))
return wait
"""


class LimitsUnavailable(exceptions.APIException):
    """Attempts cannot be counted now, so none is allowed: guessing passwords must not get cheap."""

    status_code = 503
    default_code = "unavailable"
    default_detail = _("Signing in is not possible at the moment. Try again in a few seconds.")
    wait = 2


def take_token(*, scope: str, ident: str, fails_open: bool = False) -> int:
    """Take a token from that bucket; returns 0, or the milliseconds until there is one.

    Raises LimitsUnavailable if Redis does not respond, unless it `fails_open`.
    """
    size, seconds = settings.THROTTLE_RATES[scope]
    try:
        return int(_script()(keys=[f"limit:{scope}:{_digest(ident)}"], args=[size, seconds]))
    except RedisError as error:
        _log.warning("limits cannot be counted: %s", error, extra={"scope": scope})
        if fails_open:
            return 0
        raise LimitsUnavailable from error


class TokenBucketThrottle(BaseThrottle):
    """A throttle whose bucket is named by `ident`; None exempts the request."""

    scope = ""
    fails_open = False
    _wait_ms = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Take a token, or remember how long to wait."""
        ident = self.ident(request, view)
        if ident is None:
            return True
        self._wait_ms = take_token(scope=self.scope, ident=ident, fails_open=self.fails_open)
        return self._wait_ms == 0

    def wait(self) -> float:
        """Seconds until there is a token."""
        return self._wait_ms / 1000

    def ident(self, request: Request, view: APIView) -> str | None:
        """The name of the bucket."""
        raise NotImplementedError


class AccountThrottle(TokenBucketThrottle):
    """Sign-in attempts for one account, whether it exists or not."""

    scope = "login"

    def ident(self, request: Request, view: APIView) -> str | None:
        """Return the name given, read as sign-in reads it: numbers are names, and surrounding
        blanks are ignored. Else each spelling of a name would have its own bucket."""
        data: Any = request.data
        name = data.get("username") if isinstance(data, dict) else None
        return fold_name(str(name)) if isinstance(name, str | int | float) else None


class AddressThrottle(TokenBucketThrottle):
    """Sign-in attempts from one address."""

    scope = "login_address"

    def ident(self, request: Request, view: APIView) -> str | None:
        """Return the caller's address."""
        return str(self.get_ident(request))


class ReadThrottle(TokenBucketThrottle):
    """Reading, per person (or address) and endpoint. Writing is limited by the rules."""

    scope = "read"
    fails_open = True

    def ident(self, request: Request, view: APIView) -> str | None:
        """Return person and view."""
        if request.method not in SAFE_METHODS:
            return None
        who = request.user.pk or self.get_ident(request)
        return f"{type(view).__qualname__}:{who}"


def _script() -> Any:
    return client().register_script(TAKE)


def _digest(ident: str) -> str:
    # A name of any length and content becomes a short key, and Redis stores no names.
    return hashlib.sha256(ident.encode("utf-8", "surrogatepass")).hexdigest()[:32]
