"""Secret addresses of calendars."""

import secrets

from django.db.models.functions import Now

from registration.models import CalendarToken

TOKEN_BYTES = 24


def calendar_token_rotate(*, student: int) -> str:
    """Give the student's calendar a new secret address; the old one ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarToken.objects.update_or_create(
        student_id=student, defaults={"token": token, "made_at": Now()}
    )
    return token


def calendar_token_revoke(*, student: int) -> None:
    """Take the address away; no calendar is to be had without one."""
    CalendarToken.objects.filter(student_id=student).delete()
