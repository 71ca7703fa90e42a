"""One address."""

from django.urls import path

from project.surge.baseline.views import BareView

urlpatterns = [path("baseline/", BareView.as_view())]
