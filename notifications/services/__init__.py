"""What notifications does: announces decisions to students, and sends email."""

from notifications.services.account_emails import account_emails_write
from notifications.services.announcements import announcements_make
from notifications.services.emails import emails_send

__all__ = ["account_emails_write", "announcements_make", "emails_send"]
