"""What notifications does: tells students, and sends them mail."""

from notifications.services.announcing import announcements_make
from notifications.services.mailing import mail_send

__all__ = ["announcements_make", "mail_send"]
