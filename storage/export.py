"""Archival packages as one ZIP that can be read, and checked, without this program.

Every version of a document is a package of its own: a folder named after its METS OBJID. Equal
packages give equal bytes: files sorted, no times, not compressed (scans hardly shrink). Beside
them `manifest-sha256.txt` stands for `sha256sum -c`.

Source: E-ARK CSIP 2.1 (a package is one folder, the OBJID its name); TT 05/2025/TT-BNV (in names
`:` becomes `_`).
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from digitizer.errors import DiskFull, IntegrityError, ObjectMissing, StoredObjectDiffers
from digitizer.model import ArchivedObject, DocumentId, Sha256
from storage.archive import commits
from storage.commit import Commit
from storage.folder import sync_folder
from storage.mets import package_id
from storage.objects import CHUNK_BYTES, ObjectStore, retrieve
from storage.package import CONTENT, expected

MANIFEST: Final = "manifest-sha256.txt"
_MODE: Final = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Exported:
    """What a ZIP holds: versions of documents, their files, and its own size and digest."""

    packages: int
    files: int
    size_bytes: int
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    held: ArchivedObject


def export_zip(store: ObjectStore, documents: Iterable[DocumentId], target: Path) -> Exported:
    """Write all versions of `documents` to the new file `target`, and read it back.

    Raises:
        ObjectMissing: a document is not archived.
        IntegrityError: the archive does not hold what was committed; nothing is left at `target`.
        StoreUnavailable: try again.
        DiskFull: `target` can't be written, or is there already.
    """
    history = [commit for one in sorted(set(documents)) for commit in _known(store, one)]
    members = sorted(
        (member for commit in history for member in _members(store, commit)),
        key=lambda member: member.name,
    )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _write(store, members, part)
        if faults := verify_zip(part):
            raise IntegrityError(f"{target.name}: {faults[0]}")
        os.link(part, target)
        sync_folder(target.parent)
    except OSError as error:
        raise DiskFull(f"{target}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return Exported(len(history), len(members), target.stat().st_size, _digest_of(target))


def verify_zip(file: Path) -> tuple[str, ...]:
    """Return what is wrong with an exported ZIP, one sentence a fault; none when all is well.

    Raises DiskFull when it can't be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return tuple(_faults(archive))
    except zipfile.BadZipFile as error:
        return (f"not a whole ZIP: {error}",)
    except OSError as error:
        raise DiskFull(f"{file}: {error.strerror}") from error


def _known(store: ObjectStore, document_id: DocumentId) -> tuple[Commit, ...]:
    found = commits(store, document_id)
    if not found:
        raise ObjectMissing(f"{document_id} in {store.name}")
    return found


def _members(store: ObjectStore, commit: Commit) -> Iterator[_Member]:
    inventory = commit.inventory
    data = store.read(inventory.key)
    if hashlib.sha256(data).hexdigest() != inventory.sha256:
        raise StoredObjectDiffers(inventory.key)
    folder = package_id(commit.root.object_id).replace(":", "_")
    for path, digest in expected(data).items():
        if path.startswith(CONTENT):
            held = ArchivedObject(commit.root.prefix + path, digest, 0)
            yield _Member(f"{folder}/{path.removeprefix(CONTENT)}", held)


def _write(store: ObjectStore, members: list[_Member], part: Path) -> None:
    manifest = "".join(f"{member.held.sha256}  {member.name}\n" for member in members)
    with part.open("xb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_entry(MANIFEST), manifest)
            for member in members:
                _add(store, archive, member)
        stream.flush()
        os.fsync(stream.fileno())


def _add(store: ObjectStore, archive: zipfile.ZipFile, member: _Member) -> None:
    with TemporaryDirectory() as folder:
        file = retrieve(store, member.held, Path(folder) / "object")
        entry = _entry(member.name)
        entry.file_size = file.size_bytes
        with archive.open(entry, "w") as target, file.path.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                target.write(chunk)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # 1980-01-01, whatever the clock says
    entry.external_attr = _MODE
    entry.create_system = 3
    return entry


def _faults(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if MANIFEST not in names:
        yield f"{MANIFEST} is missing"
        return
    told = dict(_lines(archive.read(MANIFEST)))
    for name in sorted(told.keys() | set(names) - {MANIFEST}):
        if name not in told:
            yield f"{name} is not in {MANIFEST}"
        elif names.count(name) != 1:
            yield f"{name} is there {names.count(name)} times"
        else:
            yield from _differing(archive, name, told[name])


def _differing(archive: zipfile.ZipFile, name: str, digest: str) -> Iterator[str]:
    try:
        with archive.open(name) as stream:
            is_same = _digest(stream) == digest
    except zipfile.BadZipFile:
        is_same = False
    if not is_same:
        yield f"{name} is not what {MANIFEST} says"


def _lines(manifest: bytes) -> Iterator[tuple[str, str]]:
    for line in manifest.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        yield name, digest


def _digest_of(file: Path) -> Sha256:
    with file.open("rb") as stream:
        return _digest(stream)


def _digest(stream: IO[bytes]) -> Sha256:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
    return Sha256(digest.hexdigest())
