"""Pages and copies out of the archive: proven at this very moment, marked with who took them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer.model import ArchivedObject, StoredFile
from digitizer.watermark import NoPicture, marked_first_page
from pipelines.settings import Settings
from signing.trust import Trust
from signing.typeface import FONT_FILE
from signing.verdict import Verdict
from signing.verify import verify
from storage.answer import VIET_NAM
from storage.entry import Entry
from storage.objects import open_store, retrieve

__all__ = ["Copy", "NoPicture", "page_picture", "verified_copy", "watermark"]


@dataclass(frozen=True, slots=True)
class Copy:
    """A signed PDF as it left the archive, and what its signatures are worth now."""

    data: bytes
    verdict: Verdict


def verified_copy(settings: Settings, entry: Entry, now: datetime) -> Copy:
    """Return the signed PDF, its digest compared with the catalog and its signatures judged anew.

    Raises:
        IntegrityError: the bytes are gone or not those that were archived.
        Unavailable: the store does not answer.
        ConfigError: store or trust folder are not as the settings say.
    """
    trust = Trust.open(settings.signing, settings.keys_folder)
    with _fetched(settings, entry) as file:
        verdict = verify(file.path, trust=trust, expected_sha256=entry.signed_sha256, now=now)
        return Copy(file.path.read_bytes(), verdict)


def page_picture(settings: Settings, entry: Entry, mark: str) -> bytes:
    """Return page 1 as an upright JPEG, `mark` written across it.

    Raises:
        NoPicture: it can't be drawn.
        IntegrityError, Unavailable, ConfigError: as `verified_copy`.
    """
    with _fetched(settings, entry) as file:
        return marked_first_page(file.path, entry.document_id, mark, FONT_FILE, settings.scan)


def watermark(clerk: str, now: datetime) -> str:
    """Return what is written across a page: who looks at it, and when, in Việt Nam's time."""
    return f"{clerk} · {now.astimezone(VIET_NAM):%d/%m/%Y %H:%M}"


@contextmanager
def _fetched(settings: Settings, entry: Entry) -> Iterator[StoredFile]:
    store = open_store(settings.storage)
    with tempfile.TemporaryDirectory(prefix="sohoa-desk-") as name:
        # The size is not in the catalog; the digest decides.
        archived = ArchivedObject(entry.signed_key, entry.signed_sha256, 0)
        yield retrieve(store, archived, Path(name) / "signed.pdf")
