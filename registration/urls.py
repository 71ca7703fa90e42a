"""Addresses under /api/v1/."""

from django.urls import path, register_converter

from registration.api.registrations import ItemView, RegistrationsView, RegistrationView
from registration.api.sections import SectionsView


class IdConverter:
    """An id that PostgreSQL can hold; a longer number is nobody's."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """Read it."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write it."""
        return str(value)


register_converter(IdConverter, "id")

urlpatterns = [
    path("registrations/", RegistrationsView.as_view(), name="registrations"),
    path("registrations/<uuid:registration>/", RegistrationView.as_view(), name="registration"),
    path("registrations/<uuid:registration>/items/<id:section>/", ItemView.as_view(), name="item"),
    path("sections/", SectionsView.as_view(), name="sections"),
]
