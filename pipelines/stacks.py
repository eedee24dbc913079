"""A stack opened: our copies of its files, its page images, and what parts them.

Kept under `stacks/<key>/` of the data folder until every document of it is at rest. The key is
made of the files' paths, sizes and times, so that the same files are opened once, and other bytes
under an old name are another stack.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from digitizer import codec
from digitizer.model import (
    DocumentId,
    Intake,
    MediaType,
    Origin,
    Scanned,
    ScannedPage,
    StoredFile,
)
from digitizer.scan.binding import SCHEMA, Binding, Cut, Member, PageRef, member_name
from digitizer.separator import StackPage
from digitizer.settings import ScanSettings
from pipelines import durable, intake, scanned_ahead
from pipelines.gathering import Group, collated
from pipelines.intake import Arrival, Bound, Source

_INDEX = "stack.json"
_DOCUMENTS = "documents.json"
_STRIPPED = "stripped"


@dataclass(frozen=True, slots=True)
class StackFile:
    """Our copy of one of the scanner's files, and how many pages it has."""

    copy: StoredFile
    media_type: MediaType
    page_count: int


@dataclass(frozen=True, slots=True)
class StackImage:
    """One page of the stack: which page of which file (both from 1), and its image."""

    file: int
    page: ScannedPage


@dataclass(frozen=True, slots=True)
class Stack:
    """All of it, in reading order.

    Attributes:
        name, path, size_bytes, mtime_ns: as the inbox had it, also when it no longer does.
        may_part: False where a file was born digital or signed: such a file is one document.
    """

    name: str
    path: str
    size_bytes: int
    mtime_ns: int
    files: tuple[StackFile, ...]
    images: tuple[StackImage, ...]
    pages: tuple[StackPage, ...]
    may_part: bool


class UnevenPasses(Exception):
    """Fronts and backs that were scanned apart differ in pages."""

    def __init__(self, fronts: int, backs: int) -> None:
        super().__init__(fronts, backs)
        self.fronts = fronts
        self.backs = backs


def key_of(group: Group) -> str:
    """Return the stack's key: which files, as they are now."""
    facts = tuple((str(s.path), s.size_bytes, s.mtime_ns) for s in group.files)
    return codec.digest((SCHEMA, len(group.backs), facts))[:32]


def open_stack(
    group: Group,
    folder: Path,
    *,
    scan: ScanSettings,
    now_ns: int,
    stable_s: float,
    incomplete_s: float,
    is_retry: bool = False,
) -> Stack:
    """Return the stack, from `folder` if it was opened before.

    Raises:
        MustWait: a file is still being written.
        DocumentError: a file is no document, or can't be decoded.
        UnevenPasses: fronts and backs can't be paired.
        DiskFull: no room for copies and page images.
    """
    durable.made(folder.parent)
    with _locked(folder.parent / f".lock-{folder.name[0]}"):
        known = _known(folder, may_be_stripped=not is_retry)
        if known is not None:
            return known
        durable.emptied(folder)
        take = partial(intake.arrive, now_ns=now_ns, stable_s=stable_s, incomplete_s=incomplete_s)
        stack = _opened(group, folder, scan, take)
        durable.write(folder / _INDEX, codec.encode(stack))
        return stack


def note_documents(folder: Path, sources: tuple[Source, ...]) -> None:
    """Keep by which (path, size, time) the journal will know the stack's documents."""
    if is_stripped(folder):
        return
    keys = tuple((str(one.path), one.size_bytes, one.mtime_ns) for one in sources)
    durable.write(folder / _DOCUMENTS, codec.encode(keys))


def documents_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what `note_documents` kept; nothing of a stack that is held or was stripped."""
    try:
        return codec.decode(tuple[tuple[str, int, int], ...], (folder / _DOCUMENTS).read_bytes())
    except (OSError, ValueError):
        return ()


def digests_of(folder: Path) -> frozenset[str]:
    """Return the digests of the stack's files; none of what was not opened to the end."""
    stack = kept(folder)
    return frozenset(file.copy.sha256 for file in stack.files) if stack else frozenset()


def kept(folder: Path) -> Stack | None:
    """Return a stack that was opened, whatever became of its files; None if it never was."""
    try:
        return codec.decode(Stack, (folder / _INDEX).read_bytes())
    except (OSError, ValueError):
        return None


def strip(folder: Path) -> None:
    """Let copies and page images go, and keep how the stack parts, so it is not opened again."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name not in (_INDEX,):
            entry.unlink()
    durable.write(folder / _STRIPPED, b"")


def is_stripped(folder: Path) -> bool:
    """Claim that of a stack only the knowledge is left how it parts."""
    return (folder / _STRIPPED).is_file()


def lend(folder: Path, data: Path, stack: Stack) -> None:
    """Let the walk of a stack of one file, which is one document, have its page images."""
    document_id = intake.document_id_of(stack.files[0].copy.sha256)
    scanned_ahead.lend(folder / _pages_of(1), data, document_id)


def drop(folder: Path) -> None:
    """Remove an opened stack."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the stack against other runs; they wait, for opening takes seconds.

    One file for many stacks, never removed: a lock whose file went is no lock.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _known(folder: Path, *, may_be_stripped: bool) -> Stack | None:
    stack = kept(folder)
    if stack is None:
        return None
    if may_be_stripped and is_stripped(folder):
        return stack
    wanted = [file.copy for file in stack.files] + [one.page.image for one in stack.images]
    return stack if all(_is_there(file) for file in wanted) else None


def _is_there(file: StoredFile) -> bool:
    return file.path.is_file() and file.path.stat().st_size == file.size_bytes


def _opened(
    group: Group, folder: Path, scan: ScanSettings, take: Callable[[Source, Path], Arrival]
) -> Stack:
    from digitizer.scan.stage import scan as decode

    files: list[StackFile] = []
    images: list[list[StackImage]] = []
    may_part = True
    for number, source in enumerate(group.files, 1):
        arrival = take(source, folder / f"file-{number:04d}")
        pages = folder / _pages_of(number)
        pages.mkdir()
        document = Intake(arrival.document_id, source.name, arrival.copy, arrival.media_type)
        scanned = decode(document, folder=pages, settings=scan)
        may_part = may_part and not scanned.signed_input and scanned.origin is Origin.SCAN
        if len(group.files) == 1:
            scanned_ahead.note(pages, scanned, scan)
        files.append(StackFile(arrival.copy, arrival.media_type, len(scanned.pages)))
        images.append([StackImage(number, page) for page in scanned.pages])
    ordered = _in_order(group, images)
    whole = source_of(group)
    return Stack(
        whole.name,
        str(whole.path),
        whole.size_bytes,
        whole.mtime_ns,
        tuple(files),
        ordered,
        _looked_through(ordered),
        may_part,
    )


def _pages_of(number: int) -> str:
    return f"pages-{number:04d}"


def _in_order(group: Group, images: list[list[StackImage]]) -> tuple[StackImage, ...]:
    count = len(group.sources)
    fronts = [page for file in images[:count] for page in file]
    backs = [page for file in images[count:] for page in file]
    if not group.backs:
        return tuple(fronts)
    try:
        places = collated(len(fronts), len(backs))
    except ValueError:
        raise UnevenPasses(len(fronts), len(backs)) from None
    return tuple((fronts, backs)[side - 1][page - 1] for side, page in places)


def _looked_through(images: tuple[StackImage, ...]) -> tuple[StackPage, ...]:
    from digitizer.stack import look_through

    pages = tuple(replace(one.page, number=n) for n, one in enumerate(images, 1))
    return look_through(Scanned(DocumentId(""), Origin.SCAN, 0, pages))


def bound(stack: Stack, pages: tuple[int, ...]) -> Bound:
    """Return the binding of some pages of a stack (numbers from 1), and the files it binds.

    Whole files are bound as they are, where the pages are exactly theirs; else the page images,
    each with the file and page it was cut from.
    """
    chosen = [stack.images[number - 1] for number in pages]
    wanted = list(dict.fromkeys(one.file for one in chosen))
    count = sum(stack.files[file - 1].page_count for file in wanted)
    return _of_files(stack, chosen, wanted) if count == len(chosen) else _of_images(stack, chosen)


def _of_files(stack: Stack, chosen: list[StackImage], wanted: list[int]) -> Bound:
    files = [stack.files[number - 1] for number in wanted]
    members = tuple(
        Member(
            member_name(number, file.media_type),
            file.copy.sha256,
            file.copy.size_bytes,
            file.media_type,
        )
        for number, file in enumerate(files, 1)
    )
    order = tuple(PageRef(wanted.index(one.file) + 1, one.page.number) for one in chosen)
    is_plain = list(order) == sorted(order, key=lambda ref: (ref.member, ref.page))
    binding = Binding(SCHEMA, members, () if is_plain else order)
    return Bound(binding, tuple(file.copy.path for file in files))


def _of_images(stack: Stack, chosen: list[StackImage]) -> Bound:
    members = tuple(
        Member(
            member_name(number, one.page.media_type),
            one.page.image.sha256,
            one.page.image.size_bytes,
            one.page.media_type,
            Cut(stack.files[one.file - 1].copy.sha256, one.page.number, one.page.dpi),
        )
        for number, one in enumerate(chosen, 1)
    )
    return Bound(Binding(SCHEMA, members), tuple(one.page.image.path for one in chosen))


def group_of(stack: Stack) -> Group:
    """Return a stack whose files left the inbox as a group of one, to be read from our copies."""
    spooled = stack.files[0].copy.path if len(stack.files) == 1 else None
    place = Path(stack.path)
    return Group((Source(place, stack.name, stack.size_bytes, stack.mtime_ns, spooled=spooled),))


def source_of(group: Group) -> Source:
    """Return the group as one source: its first file's place, all files' size and latest time."""
    files = group.files
    return Source(
        files[0].path,
        group.name,
        sum(file.size_bytes for file in files),
        max(file.mtime_ns for file in files),
    )
