"""The morning report by e-mail: counts and file names in plain text, nothing that was read."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from digitizer.errors import ConfigError, MailUnavailable
from pipelines.settings import MailSettings
from signing.secret import SecretPlace

_TIMEOUT_S = 30.0


def send(settings: MailSettings, subject: str, text: str, now: datetime) -> bool:
    """Send one mail; False where the site has named no server.

    Raises:
        ConfigError: no sender or nobody to send to, or no password to be read alone by us.
        KeyUnavailable: the password file can't be read.
        MailUnavailable: the server did not take it.
    """
    if not settings.host:
        return False
    if not settings.sender or not settings.to:
        raise ConfigError("[mail] sender, to")
    source = SecretPlace("[mail] password", settings.password_file)
    password = source.read().text() if settings.user else ""
    try:
        with _connected(settings) as server:
            if settings.user:
                server.login(settings.user, password)
            server.send_message(_message(settings, subject, text, now))
    except (OSError, smtplib.SMTPException) as error:
        # What a server says may hold the account; the kind of trouble is enough.
        raise MailUnavailable(f"{settings.host}:{settings.port}: {type(error).__name__}") from error
    return True


def _connected(settings: MailSettings) -> smtplib.SMTP:
    if settings.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT_S)
    if settings.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _message(settings: MailSettings, subject: str, text: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
