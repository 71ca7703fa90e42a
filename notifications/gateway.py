"""The way out: SMTP."""

from smtplib import SMTPException, SMTPServerDisconnected
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notifications.rules.texts import EmailText


class DeliveryError(Exception):
    """The server did not take a letter. With `is_away` it will not take the next one either."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        said_no = isinstance(error, SMTPException | ValueError)
        self.is_away = isinstance(error, SMTPServerDisconnected) or not said_no


class SmtpSession:
    """One connection to the mail server, for a run of letters."""

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

    def send(self, letter: EmailText, *, to: str, message_id: str) -> None:
        """Hand one letter to the server. Raises Unsent if it did not say that it has it; it may
        have it all the same, so a letter keeps its `message_id` whenever it is sent again."""
        message = EmailMessage(
            subject=letter.subject,
            body=letter.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=self._server,
        )
        try:
            message.send()
        except (OSError, ValueError) as error:
            raise DeliveryError(error) from error
