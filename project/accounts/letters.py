"""Letters to one person about their own account, in the language they read."""

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.translation import override

from project.accounts.models import User, language_of

_log = logging.getLogger(__name__)


def letter_sent(
    person: User,
    *,
    to: str,
    subject: str,
    body: str,
    context: dict[str, Any],
    connection: BaseEmailBackend | None = None,
) -> None:
    """Send what the templates `subject` and `body` say. A server that takes no letter is logged."""
    with override(language_of(person) or settings.LANGUAGE_CODE):
        title = render_to_string(subject, context).strip()
        text = render_to_string(body, context)
    try:
        EmailMessage(title, text, None, [to], connection=connection).send()
    except (SMTPException, OSError) as error:
        # Not said on a page: it could tell a stranger that somebody has this address.
        _log.warning("a letter could not be sent: %s", error)
