"""A student's profile: what the registry keeps of them, and what they may change themselves."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from registration.selectors.profile import load_profile


class ProfileView(LoginRequiredMixin, View):
    """The profile of the reader."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        profile = load_profile(int(request.user.pk or 0))
        return render(request, "students/profile.html", {"profile": profile})
