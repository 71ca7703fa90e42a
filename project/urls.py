"""Every address of the site. An app's own `urls.py` is mounted under /api/v1/."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView

from project import health
from project.tokens import RefreshView, TokenView


def _apps() -> list[URLResolver]:
    """Mount what the apps offer."""
    offered = [app for app in settings.APPS if find_spec(f"{app}.urls")]
    return [path("api/v1/", include(f"{app}.urls")) for app in offered]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", TemplateView.as_view(template_name="project/home.html"), name="home"),
    path("api/v1/auth/token/", TokenView.as_view(), name="token"),
    path("api/v1/auth/refresh/", RefreshView.as_view(), name="token-refresh"),
    # The same where simplejwt's users look for it.
    path("api/v1/auth/token/refresh/", RefreshView.as_view(schema=None)),
    *_apps(),
    path("api/schema/", SpectacularAPIView.as_view(throttle_classes=()), name="schema"),
    path("api/docs/", TemplateView.as_view(template_name="project/docs.html"), name="docs"),
    path("admin/", admin.site.urls),
    path("livez", health.live, name="livez"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "project.problems.bad_request"
handler403 = "project.problems.forbidden"
handler404 = "project.problems.not_found"
handler500 = "project.problems.bug"
