from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from project.bus.scheduler import Scheduler


class Command(BaseCommand):
    help = "Run periodic maintenance and wake jobs. Run as many as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        current_app.loader.import_default_modules()
        Scheduler().run()
