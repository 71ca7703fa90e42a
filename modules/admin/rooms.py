"""Rooms with their capacities, kept by staff."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from modules.admin.catalogue import EventSourcedAdmin
from modules.models import Room
from modules.services.rooms import room_save


class RoomForm(forms.ModelForm[Room]):
    """A room by its name, as the sections' meetings write it."""

    name = forms.CharField(help_text="As the meetings of sections write it: HALL 2.")
    capacity = forms.IntegerField(min_value=0, help_text="How many it holds.")

    class Meta:
        model = Room
        fields = ("name", "capacity")


@admin.register(Room)
class RoomAdmin(EventSourcedAdmin):
    """Rooms: a section with more seats than its room holds is shown before it is saved."""

    stream = "room"
    form = RoomForm
    list_display = ("name", "capacity")
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        """Save the room by its service."""
        obj.pk = room_save(name=obj.name, capacity=obj.capacity, room=obj.pk)
