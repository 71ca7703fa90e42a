"""Secret addresses of calendar feeds."""

import secrets

from django.db.models.functions import Now

from registration.models import CalendarToken

TOKEN_BYTES = 24


def calendar_token_rotate(*, student: int) -> str:
    """Create a new secret address for the student's calendar; the old one stops working."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarToken.objects.update_or_create(
        student_id=student, defaults={"token": token, "made_at": Now()}
    )
    return token


def calendar_token_revoke(*, student: int) -> None:
    """Revoke the address; the calendar cannot be read without one."""
    CalendarToken.objects.filter(student_id=student).delete()
