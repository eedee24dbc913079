"""What has to be scanned again: which file in which box, which page, why, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from digitizer.errors import (
    DamagedFile,
    EmptyFile,
    PageTimedOut,
    RescanWanted,
    TruncatedImage,
    UnreadableScan,
)
from digitizer.model import DocumentId
from pipelines.intake import natural_key
from pipelines.messages import Catalogue
from pipelines.outcome import Outcome, State, WaitReason
from pipelines.report import explain
from pipelines.review_ledger import ReviewLedger
from pipelines.settings import Settings
from pipelines.worker import thumbnail_path

_SCAN_AGAIN = frozenset(
    kind.code
    for kind in (
        RescanWanted,
        UnreadableScan,
        TruncatedImage,
        DamagedFile,
        EmptyFile,
        PageTimedOut,
    )
)
"""Errors that another scan of the same paper cures."""


@dataclass(frozen=True, slots=True)
class Rescan:
    """One paper to be scanned again.

    Attributes:
        box: the folder it was scanned into, "" for the inbox itself.
        name: its file there.
        asked_by: the person who wants it, "" where the machine could not use the scan.
    """

    box: str
    name: str
    outcome: Outcome
    asked_by: str

    @property
    def page(self) -> int | None:
        return self.outcome.page

    def why(self, texts: Catalogue) -> str:
        """Return the reason without the place, which stands beside it."""
        return explain(replace(self.outcome, page=None), texts).what


def picture_path(settings: Settings, outcome: Outcome) -> Path | None:
    """Return a small picture of the page to be scanned again, else of page 1; None without one."""
    if outcome.document_id is None:
        return None
    first = thumbnail_path(settings, outcome.document_id)
    page = first.with_stem(f"{first.stem}-{outcome.page}")
    return next((path for path in (page, first) if path.is_file()), None)


def is_rescan(outcome: Outcome) -> bool:
    """Claim that another scan cures what is wrong: a bad file, or a stack that lacks a page."""
    if outcome.state is State.WAITING:
        return outcome.code == WaitReason.MISCOUNT
    return outcome.state is State.QUARANTINED and outcome.code in _SCAN_AGAIN


def rescans(settings: Settings, outcomes: Iterable[Outcome]) -> tuple[Rescan, ...]:
    """Return what has to be scanned again, box by box in the order people expect.

    What a person has marked as scanned again is left out.
    """
    wanted = [outcome for outcome in outcomes if is_rescan(outcome)]
    if not wanted:
        return ()
    with ReviewLedger(settings) as ledger:
        asked, done = ledger.rescans(), ledger.all_rescanned()
    found = [
        _rescan(outcome, asked)
        for outcome in wanted
        if outcome.document_id is None or outcome.document_id not in done
    ]
    return tuple(sorted(found, key=lambda one: natural_key(f"{one.box}/{one.name}")))


def _rescan(outcome: Outcome, asked: Mapping[DocumentId, tuple[str, str]]) -> Rescan:
    path = PurePosixPath(outcome.source)
    box = "" if path.parent == PurePosixPath(".") else str(path.parent)
    who = asked.get(outcome.document_id, ("",))[0] if outcome.document_id else ""
    return Rescan(box, path.name, outcome, who)
