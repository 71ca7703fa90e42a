"""Addresses of the API and of the pages."""

from django.urls import path, register_converter

from registration.api import profile
from registration.api.registrations import ItemView, RegistrationsView, RegistrationView
from registration.api.sections import SectionsView
from registration.views.availability import SeatsView
from registration.views.calendar import CalendarAddressView, CalendarFeedView
from registration.views.catalogue import CatalogueView
from registration.views.drop import DropView
from registration.views.module import ModuleView, SectionView
from registration.views.my_registrations import MyRegistrationsView
from registration.views.plan import (
    PlanAddView,
    PlanCreditsView,
    PlanRemoveView,
    PlanSentView,
    PlanSubmitView,
    PlanSwapView,
    PlanView,
)
from registration.views.profile import ProfileView
from registration.views.registration_detail import RegistrationDetailView
from registration.views.timetable import TimetableView


class IdConverter:
    """An id within PostgreSQL's range; a longer number matches no address."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """Parse the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Format the number."""
        return str(value)


register_converter(IdConverter, "id")

api = [
    path("registrations/", RegistrationsView.as_view(), name="registrations"),
    path("registrations/<uuid:registration>/", RegistrationView.as_view(), name="registration"),
    path("registrations/<uuid:registration>/items/<id:section>/", ItemView.as_view(), name="item"),
    path("profile/", profile.ProfileView.as_view(), name="api-profile"),
    path("sections/", SectionsView.as_view(), name="sections"),
]

pages = [
    path("catalogue/", CatalogueView.as_view(), name="catalogue"),
    path("catalogue/<id:module>/", ModuleView.as_view(), name="module"),
    path("catalogue/sections/<id:section>/", SectionView.as_view(), name="section"),
    path("seats/", SeatsView.as_view(), name="seats"),
    path("plan/", PlanView.as_view(), name="plan"),
    path("plan/add/", PlanAddView.as_view(), name="plan-add"),
    path("plan/remove/", PlanRemoveView.as_view(), name="plan-remove"),
    path("plan/credits/", PlanCreditsView.as_view(), name="plan-credits"),
    path("plan/swap/", PlanSwapView.as_view(), name="plan-swap"),
    path("plan/submit/", PlanSubmitView.as_view(), name="plan-submit"),
    path("plan/sent/<uuid:key>/", PlanSentView.as_view(), name="plan-sent"),
    path("registrations/", MyRegistrationsView.as_view(), name="mine"),
    path("registrations/<uuid:registration>/", RegistrationDetailView.as_view(), name="follow"),
    path("registrations/<uuid:registration>/drop/<id:section>/", DropView.as_view(), name="drop"),
    path("profile/", ProfileView.as_view(), name="profile"),
    path("timetable/", TimetableView.as_view(), name="timetable"),
    path("calendar/", CalendarAddressView.as_view(), name="calendar-address"),
    path("calendar/<slug:token>.ics", CalendarFeedView.as_view(), name="calendar"),
]
