"""SMTP."""

from smtplib import SMTPException, SMTPServerDisconnected
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notifications.rules.texts import EmailText


class DeliveryError(Exception):
    """The server did not accept an email. With `is_away` it will not accept the next one either."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        was_refused = isinstance(error, SMTPException | ValueError)
        self.is_away = isinstance(error, SMTPServerDisconnected) or not was_refused


class SmtpSession:
    """One connection to the mail server, for several emails."""

    def __enter__(self) -> Self:
        self._server = get_connection()
        try:
            self._server.open()
        except OSError as error:
            raise DeliveryError(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()

    def send(self, text: EmailText, *, to: str, message_id: str) -> None:
        """Send one email. Raises DeliveryError if the server did not confirm it; it may have
        accepted it all the same, so an email keeps its `message_id` whenever it is sent again."""
        message = EmailMessage(
            subject=text.subject,
            body=text.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=self._server,
        )
        try:
            message.send()
        except (OSError, ValueError) as error:
            raise DeliveryError(error) from error
