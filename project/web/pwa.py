"""The offline page, and the service worker that shows it."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from project.web.navigation import theme_of

_FILES = ("project/tokens.css", "project/site.css", "project/icon.svg")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The offline page. It shows nothing personal, for it stays cached after signing out."""
    return HttpResponse(render_to_string("project/offline.html", {"theme": theme_of(request)}))


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script, at the root of the site: its scope is the addresses below its own."""
    known = {"files": [static(name) for name in _FILES], "LANGUAGE_CODE": get_language()}
    return HttpResponse(render_to_string("project/sw.js", known), content_type="text/javascript")
