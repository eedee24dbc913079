"""All settings of a site in one frozen value, filled by `pipelines.config` only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitizer.settings import (
    AssembleSettings,
    CleanSettings,
    ExtractSettings,
    OcrSettings,
    ScanSettings,
)
from signing.settings import OperatorSettings, SigningSettings
from storage.settings import BackupSettings, StorageSettings


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a run spends the machine.

    Attributes:
        data: the folder of everything the application keeps (work, journal, reports, keys).
        inbox: where scans are picked up when `sohoa run` names no other place.
        workers: processes that prepare documents; 0 is one per processor core.
        attempts: how often a document whose worker died is tried before it is quarantined.
        store_attempts: how often a step is tried while store or time-stamp service is away.
        lang: `vi` or `en`, the language of messages and reports.
    """

    data: Path = Path("sohoa-data")
    inbox: Path = Path("sohoa-data/inbox")
    workers: int = 0
    attempts: int = 2
    store_attempts: int = 3
    lang: Literal["vi", "en"] = "vi"


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What is taken in.

    Attributes:
        stable_s: seconds since its last change before a file is taken.
        ignore: file names never taken (shell patterns), for what scanners and desktops drop.
        incomplete_s: seconds since its last change for which a file that lacks its end is waited
            for; after them it is taken for what it is, damaged. 600 where scanners write into the
            inbox while runs work.
        claim: what `sohoa intake watch` does with a file it has claimed: `copy` leaves it where it
            is, `move` puts it into `_claimed/` of the inbox.
        separators: `auto` parts stacks (PDF, TIFF, joined pages) at the separator sheets in them,
            `required` lets no stack in that has none, `off` takes each file for one document.
        split_at_receipts: a page with the bar code of another mã hồ sơ also begins a document.
        join: `suffix` takes image files whose names are page numbers of one stem (`scan_0001.tif`,
            `scan_0002.tif`; `scan (2).jpg`) for one stack, `off` takes each for itself.
        double_sided: in a folder of this name every second stack holds the backs of the one before
            it, last page first; "" for no such folder.
        name_template: what file names say, such as `{ma_ho_so}_{loai}_{stt}`: compared with the
            page, never believed. Field names, `loai` for the type, `stt` for anything.
        unverified_signed: what to do with an already signed PDF whose signatures can't be proven
            valid: `wait` for a person or a trust anchor, or `digitize` its pages like paper
            (the original is kept byte for byte beside it either way).
    """

    stable_s: float = 0.0
    incomplete_s: float = 0.0
    claim: Literal["copy", "move"] = "copy"
    separators: Literal["auto", "required", "off"] = "auto"
    split_at_receipts: bool = False
    join: Literal["off", "suffix"] = "off"
    double_sided: str = "double-sided"
    name_template: str = ""
    ignore: tuple[str, ...] = (
        ".*",
        "~$*",
        "*.tmp",
        "*.part",
        "Thumbs.db",
        "desktop.ini",
        "_claimed",
    )
    unverified_signed: Literal["wait", "digitize"] = "wait"


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How a batch is accepted: `sohoa batch close`.

    Attributes:
        sample: documents a person looks at again, drawn at random; 0 takes as many as ISO 2859-1
            (level II, normal inspection) asks of a batch of its size.
        accept_at_most: faulty documents in the sample with which the batch is still accepted.
    """

    sample: int = 0
    accept_at_most: int = 0


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What happens to a document with doubtful fields.

    Attributes:
        doubtful: `wait` until a person confirms them, or `archive` it now, marked unverified,
            its doubtful fields kept out of every look-up key.
        double: fields whose doubtful values two people key, the second without seeing the first
            one's; a third settles what differs. Such as `so_dinh_danh`.
        sample: share of the documents in review of which all doubtful fields are keyed twice, 0…1.
        claim_s: seconds for which a document is kept for the person who has opened it.
    """

    doubtful: Literal["wait", "archive"] = "wait"
    double: tuple[str, ...] = ()
    sample: float = 0.0
    claim_s: int = 600


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """The counter: `sohoa serve`.

    Attributes:
        host: address to listen on; another than loopback belongs behind a proxy with TLS.
        port: TCP port.
        keys_file: API keys, their secrets hashed; readable by its owner alone.
        receipt_key: the Ed25519 key that signs receipts; made when there is none.
        rules: the imported table of papers by procedure (`sohoa rules import`).
        audit_log: who asked what, a hash-chained file of JSON lines.
        reuse: SQLAlchemy URL of the re-use ledger, `sqlite:///…` or `postgresql+psycopg://…` (with
            the password of `[storage] catalog_password_file`). It can't be made again: back it up.
        per_key: questions a minute that one API key may ask.
        per_clerk: questions a minute that one clerk may ask.
        largest_upload_mb: size of a file that is looked up, at most.
        idle_s: seconds after which the clerk's page clears itself.
        lookup_lives_s: seconds for which the pages and copies of an answer may be asked for.
        trial: count test signatures as good. For demonstrations only.
        oidc_issuer: the sign-on whose tokens are believed beside API keys, empty for none.
        oidc_jwks: where its public keys are, `https://…/jwks`.
        oidc_audience: what its tokens for this desk name as `aud`.
        oidc_scope_claim: the claim that holds `sohoa:exists`, `sohoa:metadata`, `sohoa:document` or
            `sohoa:review`.
        oidc_agency_claim, oidc_clerk_claim: the claims with the agency and the person's account.
    """

    host: str = "127.0.0.1"
    port: int = 8321
    keys_file: Path = Path("sohoa-data/keys/desk-keys.json")
    receipt_key: Path = Path("sohoa-data/keys/receipt.key")
    rules: Path = Path("sohoa-data/rules.json")
    audit_log: Path = Path("sohoa-data/audit/desk.jsonl")
    reuse: str = "sqlite:///sohoa-data/reuse.sqlite"
    per_key: int = 600
    per_clerk: int = 60
    largest_upload_mb: int = 20
    idle_s: int = 120
    lookup_lives_s: int = 900
    trial: bool = False
    oidc_issuer: str = ""
    oidc_jwks: str = ""
    oidc_audience: str = ""
    oidc_scope_claim: str = "scope"
    oidc_agency_claim: str = "agency"
    oidc_clerk_claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class NightSettings:
    """The night: `sohoa nightly`, and the timer that starts it.

    Attributes:
        begins: when the timer starts it, by the machine's clock.
        until: when the last document may be begun, and the last time a service is waited for.
        late_h: hours without a successful night after which `status`, `doctor` and the watchdog
            say so.
        audit_nights: nights in which every archived byte is checked once; 0 checks none.
        longest_wait_s: longest pause before a run is tried again while store or time stamp is away.
        reserve_gb: disk space that is left free; below it no document is begun.
    """

    begins: str = "20:00"
    until: str = "05:30"
    late_h: float = 26.0
    audit_nights: int = 30
    longest_wait_s: float = 900.0
    reserve_gb: float = 2.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where the morning report is sent: counts and file names, no picture, nothing that was read.

    Attributes:
        host: SMTP server, empty to send nothing.
        port: TCP port.
        security: `starttls`, `tls`, or `none` for a relay on this machine.
        user: account at the server, empty for none.
        password_file: a file holding its password and nothing else, readable by its owner alone.
        sender: address the mail comes from.
        to: addresses it goes to.
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    sender: str = ""
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Another system that is told when a document is ready (docs/integration.md).

    Attributes:
        url: where events are posted, empty to tell nobody.
        secret_file: a file holding the secret both sides sign with, 32 characters or more, readable
            by its owner alone.
        timeout_s: longest wait for the receiver.
        attempts: how often an event is sent before it is given up and waits for a person.
        every_s: pause between two rounds of `sohoa serve`.
    """

    url: str = ""
    secret_file: Path | None = None
    timeout_s: float = 10.0
    attempts: int = 12
    every_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """One section per room; the names are those of the TOML tables."""

    run: RunSettings
    intake: IntakeSettings
    batch: BatchSettings
    scan: ScanSettings
    clean: CleanSettings
    ocr: OcrSettings
    assemble: AssembleSettings
    extract: ExtractSettings
    review: ReviewSettings
    signing: SigningSettings
    operator: OperatorSettings
    storage: StorageSettings
    backup: BackupSettings
    desk: DeskSettings
    night: NightSettings
    mail: MailSettings
    webhook: WebhookSettings

    @property
    def keys_folder(self) -> Path:
        return self.run.data / "keys"
