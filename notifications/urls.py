"""URLs of notifications."""

from django.urls import path

from notifications import views

pages = [path("inbox/", views.inbox, name="inbox")]
