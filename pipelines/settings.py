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
from storage.settings import StorageSettings


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

    @property
    def keys_folder(self) -> Path:
        return self.run.data / "keys"
