"""What the sealing holds open, each stage of it bound, and the proof before a run that all answer.

Under `[signing] approve = "session"` a run opens no key at all: what it finds ready is left for
`sohoa sign` (docs/adr/0021).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.errors import KeyUnavailable, Unavailable
from digitizer.model import (
    Extracted,
    Intake,
    Metadata,
    OperatorSigned,
    PdfA,
    Provenance,
    Receipt,
    Recognized,
    SignedPdf,
    StageRun,
    StoredFile,
)
from pipelines import durable
from pipelines.approval import Approval
from pipelines.bench import Stage
from pipelines.outcome import MustWait, WaitReason
from pipelines.settings import Settings
from pipelines.stages import Adoption, ArchiveStage, Clock, Correction, SealStages, software

if TYPE_CHECKING:
    from digitizer.legal_profile import Profile
    from signing.signer import Signer
    from storage.catalog import Catalog
    from storage.identity import IdentityVault
    from storage.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class Keys:
    """The unlocked keys: the agency's, and the scanning officer's where there is one."""

    seal: Signer
    operator: Signer | None

    def close(self) -> None:
        """Give tokens and sessions back."""
        self.seal.close()
        if self.operator is not None:
            self.operator.close()


@dataclass(frozen=True, slots=True)
class Sealing:
    """What the sealing process holds open. `keys` is None where documents only wait to be signed.

    Attributes:
        approve: asked for each PDF/A before a key is used.
    """

    settings: Settings
    keys: Keys | None
    store: ObjectStore
    catalog: Catalog
    vault: IdentityVault
    approve: Approval
    clock: Clock

    def stages(self) -> SealStages:
        """Bind review, signing, archive and catalog to what is open."""
        return SealStages(
            decide=self._decide,
            review=Stage("review", 1, Metadata, self.settings.review, self._review),
            approve=self.approve,
            operate=self._operate_stage(),
            sign=self._sign_stage(),
            archive=self._archive_stage(),
            enter=self._enter,
        )

    def _decide(self, adoption: Adoption) -> SignedPdf | None:
        if adoption.reasons and self.settings.intake.unverified_signed == "wait":
            raise MustWait(WaitReason.SIGNATURE_UNPROVEN, ", ".join(adoption.reasons))
        return adoption.signed

    def _review(
        self, _: Path, extracted: Extracted, corrections: tuple[Correction, ...]
    ) -> Metadata:
        from digitizer.extract.confirm import confirm

        outcome = confirm(
            extracted,
            corrections={field: value for field, value, _ in corrections},
            confirmed_by=corrections[-1][2] if corrections else "score",
            accept_unverified=self.settings.review.doubtful == "archive",
        )
        if isinstance(outcome, Metadata):
            return outcome
        raise MustWait(WaitReason.REVIEW, fields=outcome)

    def _operate_stage(self) -> Stage[[PdfA], OperatorSigned] | None:
        if self.settings.operator.key == "off":
            return None
        from signing.seal import VERSION, sign_as_operator

        def operate(folder: Path, pdf_a: PdfA) -> OperatorSigned:
            assert self.keys is not None and self.keys.operator is not None, "approve let it by"
            return sign_as_operator(
                pdf_a, signer=self.keys.operator, folder=folder, now=self.clock()
            )

        key = self.keys and self.keys.operator
        depends = (self.settings.operator, _digest(key.name if key else ""))
        return Stage("operate", VERSION, OperatorSigned, depends, operate)

    def _sign_stage(self) -> Stage[[PdfA | OperatorSigned], SignedPdf]:
        from signing.seal import VERSION, seal

        def sign(folder: Path, pdf: PdfA | OperatorSigned) -> SignedPdf:
            assert self.keys is not None, "approve let it by"
            return seal(
                pdf,
                signer=self.keys.seal,
                settings=self.settings.signing,
                folder=folder,
                now=self.clock(),
            )

        # Who approves, and how many a day, changes nothing about a signature that was made.
        how = replace(self.settings.signing, approve="unattended", daily_quota=0)
        depends = (how, _digest(self.keys.seal.name if self.keys else ""))
        return Stage("sign", VERSION, SignedPdf, depends, sign)

    def _archive_stage(self) -> ArchiveStage:
        from digitizer.legal_profile import archival_codes, load_profile
        from signing.renew import lapse_of
        from storage.answer import VIET_NAM
        from storage.archive import VERSION, archive

        profile = load_profile()

        def put_away(
            folder: Path,
            intake: Intake,
            recognized: Recognized,
            signed: SignedPdf,
            metadata: Metadata,
            report: StoredFile | None,
            runs: tuple[StageRun, ...],
        ) -> Receipt:
            now = self.clock()
            receipt, _ = archive(
                self.store,
                intake=intake,
                recognized=recognized,
                signed=signed,
                metadata=metadata,
                provenance=Provenance(software(), recognized.engine, runs),
                vault=self.vault,
                access_level=_access(profile, metadata.document_type),
                folder=folder,
                now=now,
                report=report,
                lapses_at=lapse_of(signed.pdf.path).at,
                codes=archival_codes(
                    metadata.document_type, stored_on=now.astimezone(VIET_NAM).date()
                ),
            )
            return receipt

        return Stage("archive", VERSION, Receipt, self.settings.storage, put_away)

    def _enter(self, receipt: Receipt) -> None:
        from pipelines import newcomer
        from storage.archive import committed

        record = committed(self.store, receipt.document_id)
        assert record is not None, "the sidecar was read back a moment ago"
        self.catalog.enter(record)
        held = (self.store, self.catalog, self.vault)
        newcomer.settle_in(self.settings, record, *held, self.clock())


@contextmanager
def opened(
    settings: Settings, approve: Approval, *, with_keys: bool, now: datetime, clock: Clock
) -> Iterator[Sealing]:
    """Check keys, time stamp, store and catalog, open them, and close the keys at the end.

    Args:
        with_keys: False opens no key and asks no authority.

    Raises:
        Unavailable: a key can't be used, the time-stamp authority or store is away.
        ConfigError: settings that contradict each other.
    """
    from storage.catalog import Catalog
    from storage.identity import IdentityVault
    from storage.objects import open_store

    durable.made(settings.keys_folder)
    store = open_store(settings.storage)
    store.check()
    catalog = Catalog.open(settings.storage, create=True)
    vault = IdentityVault.open(settings.storage.identity_key_file, create=True)
    keys = _unlocked(settings, now) if with_keys else None
    try:
        yield Sealing(settings, keys, store, catalog, vault, approve, clock)
    finally:
        if keys is not None:
            keys.close()


def _unlocked(settings: Settings, now: datetime) -> Keys:
    """Open each key once, after all that costs no PIN was found in order."""
    from signing.preflight import open_operator, open_seal

    folder, operator = settings.keys_folder, settings.operator
    seal = open_seal(settings.signing, keys_folder=folder, now=now)
    if operator.key == "off":
        return Keys(seal, None)
    try:
        return Keys(seal, open_operator(operator, settings.signing, keys_folder=folder, now=now))
    except BaseException:
        seal.close()
        raise


def patiently(do: Callable[[], object], *, attempts: int, sleep: Callable[[float], None]) -> None:
    """Try again while a service is away, a little later each time, then give up.

    A key is not asked twice: what it refuses once it refuses again, and a token may count it.
    """
    for attempt in range(attempts - 1):
        try:
            do()
        except KeyUnavailable:
            raise
        except Unavailable:
            sleep(2.0**attempt)
        else:
            return
    do()


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _access(profile: Profile, document_type: str) -> str:
    """Return who may look; a paper of unknown type is treated as the most sensitive."""
    from digitizer.legal_profile import Access

    kind = profile.type_of(document_type) if document_type else None
    return (kind.access if kind else Access.SENSITIVE).value
