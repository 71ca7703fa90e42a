"""Liveness and readiness. Each dependency is checked with its own time limit."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from types import MappingProxyType

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from project.celery import app
from project.ops.redis import client

_log = logging.getLogger(__name__)

# Few threads on purpose: hanging checks fill them, and then the result is "late", at once.
_pool = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _redis() -> None:
    client().ping()


def _broker() -> None:
    with app.connection_for_write(connect_timeout=1) as broker:
        broker.connect()


# Submission needs PostgreSQL. Without Redis it is slower, without the broker decisions are late.
_CHECKS: dict[str, tuple[Callable[[], None], float, bool]] = {
    "database": (_database, 2.0, True),
    "redis": (_redis, 1.5, False),
    "broker": (_broker, 2.0, False),
}


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Respond that the process takes requests. Checks no dependency."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Respond 200 if requests can be accepted, else 503, with the state of each dependency."""
    started = perf_counter()
    checks = {name: _pool.submit(check) for name, (check, _, _) in _CHECKS.items()}
    found = {}
    for name, future in checks.items():
        left = _CHECKS[name][1] - (perf_counter() - started)
        try:
            future.result(timeout=max(0.0, left))
            found[name] = "ok"
        except TimeoutError:
            found[name] = "late"
        except Exception as error:  # any error of a driver means the same here
            _log.warning("%s does not answer: %s", name, error)
            found[name] = "down"
    well = all(found[name] == "ok" for name, (_, _, needed) in _CHECKS.items() if needed)
    body = {"status": "ready" if well else "not ready", "checks": found}
    return JsonResponse(body, status=200 if well else 503)


class Probes:
    """Serves probes before host names and TLS are checked: they come by address, from inside."""

    _answers = MappingProxyType({"/livez": live, "/readyz": ready})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Respond to a probe, or pass the request on."""
        return self._answers.get(request.path_info, self.get_response)(request)
