from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from project.bus.relay import Relay


class Command(BaseCommand):
    help = "Give the events in the outbox their positions and publish them, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        current_app.loader.import_default_modules()
        Relay().run()
