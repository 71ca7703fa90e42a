"""Secret addresses of calendars."""

import secrets

from django.db.models.functions import Now

from registration.models import Feed

TOKEN_BYTES = 24


def feed_renew(*, student: int) -> str:
    """Give the student's calendar a new secret address; the old one ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Feed.objects.update_or_create(student_id=student, defaults={"token": token, "made_at": Now()})
    return token


def feed_end(*, student: int) -> None:
    """Take the address away; no calendar is to be had without one."""
    Feed.objects.filter(student_id=student).delete()
