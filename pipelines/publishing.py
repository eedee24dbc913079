"""The morning report, written, sent and kept for the nights after."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer.errors import DigitizationError, DiskFull
from pipelines import durable, mail, morning, morning_page, report
from pipelines.archive_view import fields_of
from pipelines.messages import Catalogue
from pipelines.morning import Morning
from pipelines.night import Night, reported
from pipelines.settings import Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Published:
    """The report, where its page lies, and what became of the mail.

    Attributes:
        is_mailed: False where the site sends none, or could not.
        mail_error: why it could not be sent; the report is on the disk all the same.
    """

    drawn: Morning
    page: Path
    is_mailed: bool
    mail_error: DigitizationError | None


def publish(settings: Settings, night: Night, texts: Catalogue, clock: Clock) -> Published:
    """Write the night's page and JSON, keep what the next night asks for, send the mail.

    Raises:
        DiskFull: the report can't be written.
    """
    run_page = None
    if night.result is not None:
        run_page = report.write(night.result, settings, fields_of(settings))
    drawn = morning.morning(settings, night, run_page)
    line = morning.subject(drawn, texts)
    folder = _folder(settings, night.ended_at)
    plain = json.dumps(morning.as_json(drawn, texts), ensure_ascii=False, indent=1)
    durable.write(folder / "morning.json", plain.encode())
    page = folder / "morning.html"
    durable.write(page, morning_page.page(drawn, settings).encode())
    morning.keep(settings, drawn, line)
    reported(settings)
    words = morning_page.text(drawn, settings) + texts("night.report", path=page) + "\n"
    is_mailed, error = post(settings, line, words, clock)
    return Published(drawn, page, is_mailed, error)


def post(
    settings: Settings, subject: str, words: str, clock: Clock
) -> tuple[bool, DigitizationError | None]:
    """Send a mail if the site sends any; a mail server that is away makes no night fail."""
    try:
        return mail.send(settings.mail, subject, words, clock()), None
    except DigitizationError as error:
        return False, error


def _folder(settings: Settings, ended_at: datetime) -> Path:
    folder = settings.run.data / "nights" / ended_at.astimezone().strftime("%Y%m%dT%H%M%S")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error
    return folder
