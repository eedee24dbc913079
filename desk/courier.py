"""Tells another system that documents are ready, for as long as the desk is open."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from digitizer.errors import DigitizationError
from pipelines import webhook
from pipelines.settings import Settings

log = logging.getLogger(__name__)


@contextmanager
def telling(settings: Settings, now: Callable[[], datetime]) -> Iterator[None]:
    """Deliver what is due every `[webhook] every_s` until the block ends; nothing without a URL.

    Raises:
        ConfigError: the URL or the secret is not usable.
    """
    if not settings.webhook.url:
        yield
        return
    webhook.secret_of(settings.webhook)
    is_over = threading.Event()
    courier = threading.Thread(target=_rounds, args=(settings, now, is_over), name="courier")
    courier.start()
    try:
        yield
    finally:
        is_over.set()
        courier.join()


def _rounds(settings: Settings, now: Callable[[], datetime], is_over: threading.Event) -> None:
    while True:
        try:
            webhook.deliver(settings, now)
        except DigitizationError as error:
            log.error("%s", error)  # noqa: TRY400 - what could not be told is still in the outbox
        if is_over.wait(settings.webhook.every_s):
            return
