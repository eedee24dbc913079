"""Is there room for the night? Reckoned before it starts, so that it need not stop at three.

Source: measured on the sample papers (docs/operations.md).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from digitizer.errors import DiskFull
from pipelines import intake
from pipelines.journal import Journal
from pipelines.settings import Settings
from pipelines.worker import journal_path

_IN_WORK = 12.0
"""Bytes that lie in the work folder of a document, for each byte of its file (7 to 17)."""
_ARCHIVED = 2.4
"""Bytes in the archive for each byte of its file: the original and the signed PDF."""
_RECORDS = 200_000
"""Bytes in the archive for each document: signatures, time stamps, text, records."""
_STAYS = 0.3
"""Share of the documents that stay in the work folder over the night, in review say."""
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Disk:
    """One file system that the night writes to."""

    folder: Path
    free_bytes: int
    needed_bytes: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the night will need. `files` and `new_bytes` count what was not taken in before."""

    files: int
    new_bytes: int
    disks: tuple[Disk, ...]

    def is_enough(self, reserve_gb: float) -> bool:
        """Claim that every disk keeps its reserve to the end."""
        return all(disk.free_bytes - disk.needed_bytes >= reserve_gb * _GB for disk in self.disks)


def forecast(settings: Settings, inbox: Path) -> Forecast:
    """Reckon what the new files under `inbox` will need, for each disk."""
    sizes = sorted(_new_sizes(settings, inbox), reverse=True)
    total = sum(sizes)
    at_once = sum(sizes[: (settings.run.workers or 2) + 1])
    stays = 1.0 if settings.signing.approve == "session" else _STAYS
    needs = [(settings.run.data, _IN_WORK * (at_once + stays * total))]
    kept = _ARCHIVED * total + _RECORDS * len(sizes)
    if settings.storage.store == "folder":
        needs.append((settings.storage.folder, kept))
    if settings.backup.store == "folder":
        needs.append((settings.backup.folder, kept))
    return Forecast(len(sizes), total, _disks(needs))


def shortage(settings: Settings) -> DiskFull | None:
    """Return why no further document may be begun, None while every disk keeps its reserve."""
    folders = [settings.run.data]
    if settings.storage.store == "folder":
        folders.append(settings.storage.folder)
    for folder in folders:
        place = existing(folder)
        free = shutil.disk_usage(place).free
        if free < settings.night.reserve_gb * _GB:
            return DiskFull(f"{place}: {free / _GB:.1f} GB < {settings.night.reserve_gb:g} GB")
    return None


def existing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def _new_sizes(settings: Settings, inbox: Path) -> Iterable[int]:
    sources = intake.find(inbox, settings.intake.ignore)
    path = journal_path(settings)
    if not path.is_file():
        return [source.size_bytes for source in sources]
    with Journal(path) as journal:
        return [
            one.size_bytes
            for one in sources
            if not journal.known_source(str(one.path), one.size_bytes, one.mtime_ns)
            and not journal.refused(str(one.path), one.size_bytes, one.mtime_ns)
        ]


def _disks(needs: list[tuple[Path, float]]) -> tuple[Disk, ...]:
    """Sum up what is needed on each file system."""
    places: dict[int, Path] = {}
    needed: dict[int, float] = {}
    for folder, count in needs:
        place = existing(folder)
        device = place.stat().st_dev
        places.setdefault(device, place)
        needed[device] = needed.get(device, 0.0) + count
    return tuple(
        Disk(place, shutil.disk_usage(place).free, round(needed[device]))
        for device, place in places.items()
    )
