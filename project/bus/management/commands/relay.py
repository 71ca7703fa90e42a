from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from project.bus.relay import Relay


class Command(BaseCommand):
    help = "Carry facts from the outbox into the line and to the broker, until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        current_app.loader.import_default_modules()
        Relay().run()
