"""Every address of the site. An app's `urls.py` offers `api` (below /api/v1/) and `pages`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView

from project.accounts import views as people
from project.accounts.tokens import RefreshView, TokenView
from project.web import health, pwa


def _offered(kind: str) -> list[URLPattern]:
    """What the apps' `urls.py` offer under this name."""
    found = [import_module(f"{app}.urls") for app in settings.APPS if find_spec(f"{app}.urls")]
    return [pattern for urls in found for pattern in getattr(urls, kind, ())]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", TemplateView.as_view(template_name="project/home.html"), name="home"),
    path("sign-in/", people.SignInView.as_view(), name="sign-in"),
    path("sign-out/", people.SignOutView.as_view(), name="sign-out"),
    # Django's own names, by which its forms and emails find each other.
    path("password/reset/", people.ForgottenPasswordView.as_view(), name="password_reset"),
    path(
        "password/reset/sent/",
        people.ForgottenPasswordSentView.as_view(),
        name="password_reset_done",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        people.NewPasswordView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password/reset/kept/",
        people.NewPasswordKeptView.as_view(),
        name="password_reset_complete",
    ),
    path("password/change/", people.ChangePasswordView.as_view(), name="password_change"),
    path("preferences/", people.PreferencesView.as_view(), name="preferences"),
    path("language/", people.LanguageView.as_view(), name="set_language"),
    path("offline/", pwa.page, name="offline"),
    path("sw.js", pwa.service_worker, name="service-worker"),
    path("api/v1/auth/token/", TokenView.as_view(), name="token"),
    path("api/v1/auth/refresh/", RefreshView.as_view(), name="token-refresh"),
    # The same where simplejwt's users look for it.
    path("api/v1/auth/token/refresh/", RefreshView.as_view(schema=None)),
    path("api/v1/", include(_offered("api"))),
    *_offered("pages"),
    path("api/schema/", SpectacularAPIView.as_view(throttle_classes=()), name="schema"),
    path("api/docs/", TemplateView.as_view(template_name="project/docs.html"), name="docs"),
    path("admin/", admin.site.urls),
    path("livez", health.live, name="livez"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "project.web.errors.api.bad_request"
handler403 = "project.web.errors.api.forbidden"
handler404 = "project.web.errors.api.not_found"
handler500 = "project.web.errors.api.bug"
