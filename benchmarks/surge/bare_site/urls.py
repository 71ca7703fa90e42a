"""The URL of the bare view."""

from django.urls import path

from benchmarks.surge.bare_site.views import BareView

urlpatterns = [path("baseline/", BareView.as_view())]
