"""Every address of the site. An app's own `urls.py` is mounted under /api/v1/."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path


def _apps() -> list[URLResolver]:
    """Mount what the apps offer."""
    return [path("api/v1/", include(f"{app}.urls")) for app in settings.APPS if find_spec(f"{app}.urls")]


urlpatterns: list[URLPattern | URLResolver] = [
    *_apps(),
    path("admin/", admin.site.urls),
]
