"""What notifications does: tells students, and sends them mail."""

from notifications.services.account_letters import account_letters_write
from notifications.services.announcing import announcements_make
from notifications.services.mailing import mail_send

__all__ = ["account_letters_write", "announcements_make", "mail_send"]
