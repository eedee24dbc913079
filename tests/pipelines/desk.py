"""An officer's desk: papers that a run has left ready, and everything real that signs them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from digitizer.model import (
    Box,
    Capture,
    DocumentId,
    Evidence,
    Extracted,
    Field,
    FieldName,
    FieldStatus,
    Intake,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
)
from pipelines import approval, ready
from pipelines.bench import Bench
from pipelines.config import load
from pipelines.journal import Journal
from pipelines.outcome import MustWait, Outcome, State, WaitReason
from pipelines.ready import Ready
from pipelines.sealing import opened
from pipelines.settings import ReviewSettings, Settings
from pipelines.signing_session import SessionConduct, SessionResult, hold
from pipelines.stages import Adoption
from pipelines.walk import Prepared, seal
from pipelines.watch import Watcher
from pipelines.worker import journal_path, work_folder
from signing.settings import OperatorSettings, SigningSettings
from signing.trust import Trust
from signing.verify import verify
from storage.archive import committed
from storage.objects import open_store, retrieve
from storage.record import Record
from tests.signing.conftest import write_pdf_a
from tests.storage.papers import FIELDS, recognized


@dataclass
class Desk:
    """A site whose runs only prepare. `now` stands still unless a test moves it."""

    folder: Path
    signing: SigningSettings
    operator: OperatorSettings = field(default_factory=OperatorSettings)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @property
    def settings(self) -> Settings:
        made = load(flags={"run.data": self.folder / "data"}, environ={}).settings
        signing = replace(self.signing, approve="session")
        once = replace(made.run, store_attempts=1)
        sure = ReviewSettings("archive")
        return replace(made, signing=signing, operator=self.operator, run=once, review=sure)

    def lay_out(self, *names: str) -> tuple[DocumentId, ...]:
        """Leave papers ready, as a run does that comes to `approve`."""
        return tuple(self._lay_out(name) for name in names)

    def _lay_out(self, name: str) -> DocumentId:
        document_id = DocumentId(hashlib.sha256(name.encode()).hexdigest()[:32])
        folder = work_folder(self.settings, document_id)
        (folder / "assemble").mkdir(parents=True)
        kept = _prepared(document_id, folder, name)
        with Journal(journal_path(self.settings)) as journal:
            self._leave_ready(journal, folder, kept)
        return document_id

    def _leave_ready(self, journal: Journal, folder: Path, kept: Prepared) -> None:
        document_id, clock = kept.intake.document_id, lambda: self.now
        approve = approval.of_a_run(self.settings, journal, clock)
        with opened(self.settings, approve, with_keys=False, now=self.now, clock=clock) as sealing:
            journal.take(kept.intake)
            try:
                seal(Bench(document_id, folder, journal), sealing.stages(), kept)
            except MustWait as waiting:
                assert waiting.reason is WaitReason.SIGNATURE, waiting
                ready.keep(folder, kept)
                journal.settle(document_id, State.WAITING, pages=1, code=waiting.reason)

    def listed(self) -> tuple[Ready, ...]:
        return ready.waiting(self.settings)

    def chosen(self, *wanted: str) -> list[Ready]:
        return ready.chosen(self.settings, self.listed(), wanted)

    def hold(
        self,
        *wanted: str,
        approved: list[Ready] | None = None,
        watcher: Watcher | None = None,
    ) -> SessionResult:
        """Hold a session over what is approved; all that is ready when nothing is named."""
        conduct = SessionConduct("van-thu-1", clock=lambda: self.now, sleep=lambda _: None)
        approved = self.chosen(*(wanted or ("all",))) if approved is None else approved
        return hold(self.settings, approved, conduct, watcher=watcher)

    def record(self, document_id: DocumentId) -> Record | None:
        return committed(open_store(self.settings.storage), document_id)

    def archived(self) -> list[str]:
        """Keys of all signed PDFs in the archive."""
        keys = open_store(self.settings.storage).keys("documents/")
        return [key for key in keys if "/signed" in key]

    def are_all_valid(self) -> bool:
        """Whether every archived PDF holds by the strict rules."""
        trust = Trust.open(self.signing, self.settings.keys_folder)
        verdicts = [
            verify(self._fetched(key), trust=trust, now=self.now) for key in self.archived()
        ]
        return all(verdict.is_valid for verdict in verdicts)

    def _fetched(self, key: str) -> Path:
        document_id = DocumentId(key.split("/")[3])
        record = self.record(document_id)
        assert record is not None, "every signed PDF has its record"
        target = self.folder / "fetched.pdf"
        target.unlink(missing_ok=True)
        retrieve(open_store(self.settings.storage), record.objects.signed, target)
        return target


class After(Watcher):
    """Does something once, as soon as `count` documents have come to rest."""

    def __init__(self, count: int, act: Callable[[], object]) -> None:
        self._left = count
        self._act = act

    def outcome(self, outcome: Outcome) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


def _prepared(document_id: DocumentId, folder: Path, name: str) -> Prepared:
    original = folder / "original.png"
    original.write_bytes(name.encode())
    stored = StoredFile.of(original)
    image = ScannedPage(1, stored, MediaType.PNG, 10, 10, 300.0, Capture.LOSSLESS)
    return Prepared(
        Intake(document_id, f"{name}.png", stored, MediaType.PNG),
        Scanned(document_id, Origin.SCAN, 0, (image,)),
        Adoption(None, (), None),
        recognized(document_id),
        replace(write_pdf_a(folder / "assemble" / "document.pdf"), document_id=document_id),
        _extracted(document_id),
        (),
    )


def _extracted(document_id: DocumentId) -> Extracted:
    evidence = Evidence(1, Box(10, 20, 110, 60), "header.number", 0.99)
    values = {**FIELDS, FieldName.LOAI_VAN_BAN: "QĐ", FieldName.NGUOI_KY: "Nguyễn Văn Mẫu"}
    fields = tuple(Field(n, v, FieldStatus.ACCEPTED, evidence) for n, v in values.items())
    return Extracted(document_id, "QĐ", "2026-07-01", fields)
