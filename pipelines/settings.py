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
        unverified_signed: what to do with an already signed PDF whose signatures can't be proven
            valid: `wait` for a person or a trust anchor, or `digitize` its pages like paper
            (the original is kept byte for byte beside it either way).
    """

    stable_s: float = 0.0
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
class ReviewSettings:
    """What happens to a document with doubtful fields.

    Attributes:
        doubtful: `wait` until a person confirms them, or `archive` it now, marked unverified,
            its doubtful fields kept out of every look-up key.
    """

    doubtful: Literal["wait", "archive"] = "wait"


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


@dataclass(frozen=True, slots=True)
class Settings:
    """One section per room; the names are those of the TOML tables."""

    run: RunSettings
    intake: IntakeSettings
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

    @property
    def keys_folder(self) -> Path:
        return self.run.data / "keys"
