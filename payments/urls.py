"""URLs of payments."""

from django.urls import path

from payments import views

pages = [path("account/", views.statement, name="statement")]
