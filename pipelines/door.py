"""The door: files of the inbox go in, documents come out, and what does not agree stays outside.

Files that belong together are joined, stacks are parted at their separator sheets, and what
manifests and sheets declare is compared with what is there. A stack with a fault is held whole,
before any of it is read, signed or archived.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from digitizer.errors import BudgetExceeded, DiskFull, DocumentError, WorkerDied
from digitizer.model import MediaType
from digitizer.scan.sniff import sniff
from digitizer.separator import Separator
from pipelines import hot_folder, paper_sizes, scanned_ahead, stacks
from pipelines.batches import BatchBook
from pipelines.expectation import disputed, of_name, of_sheet
from pipelines.findings import line
from pipelines.gathering import Group, gather
from pipelines.intake import Source
from pipelines.intake_book import Held, IntakeBook
from pipelines.journal import Journal
from pipelines.listings import expecting, folders_of, is_manifest, read_all
from pipelines.outcome import MustWait, WaitReason
from pipelines.settings import Settings
from pipelines.splitting import Fault, Finding, Piece, Split, missing, numbered, split
from pipelines.stacks import Stack, UnevenPasses
from pipelines.walk import Prepared

_MANY_PAGES = frozenset({MediaType.PDF, MediaType.TIFF})


@dataclass(frozen=True, slots=True)
class _Judged:
    """A stack, how it parts, and whether a person let it pass."""

    group: Group
    key: str
    stack: Stack
    split: Split


class Door:
    """Lets the files of one inbox in, stack by stack, as documents are asked for."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        *,
        may_open: Callable[[], bool],
        on_more: Callable[[int], None] = lambda _: None,
        retry: bool = False,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._settings = settings
        self._intake = settings.intake
        self._journal = journal
        self._may_open = may_open
        self._on_more = on_more
        self._retry = retry
        self._now_ns = now_ns
        self.book = IntakeBook(settings.run.data)
        self._batches = BatchBook(settings.run.data)
        self.count = 0
        self._seen: set[str] = set()
        self._sheets: dict[str, tuple[Separator, ...]] = {}
        self._sweep()

    def _sweep(self) -> None:
        """Let go what was kept for documents that are at rest for good."""
        scanned_ahead.sweep(self._settings.run.data)
        for folder in self._folder("").glob("?" * 32):
            keys = stacks.documents_of(folder)
            if keys and all(self._is_final(*key) for key in keys):
                hot_folder.let_go(self._settings.run.data, stacks.digests_of(folder))
                stacks.strip(folder)

        for document_id in self.book.expecting():
            standing = self._journal.standing(document_id)
            if standing is not None and standing.is_final:
                self.book.forget(document_id)

    def _is_final(self, path: str, size_bytes: int, mtime_ns: int) -> bool:
        known = self._journal.known_source(path, size_bytes, mtime_ns)
        standing = self._journal.standing(known) if known else None
        return standing is not None and standing.is_final

    def documents(self, found: tuple[Source, ...]) -> Iterator[Source]:
        """Yield one source for each document, some of them with trouble; count them."""
        for source in self._sources(found):
            self.count += 1
            yield self._named(source)

    def _sources(self, found: tuple[Source, ...]) -> Iterator[Source]:
        listed, rows = read_all(found)
        papers = tuple(source for source in found if not is_manifest(source))
        groups = gather(
            papers, join=self._intake.join == "suffix", double_sided=self._intake.double_sided
        )
        late: list[_Judged] = []
        for group in groups:
            if trouble := next((listed[f] for f in folders_of(group) if f in listed), None):
                yield replace(stacks.source_of(group), trouble=trouble)
            else:
                yield from self._let_in(expecting(group, rows), late)
        # A closed set may lie in several stacks: only now have all been seen.
        for judged in late:
            yield from self._passed(judged)
        yield from self._gone()
        if self._may_open():
            self._forget_stripped()

    def _forget_stripped(self) -> None:
        """Drop what is left of stacks that are wholly at rest and no longer in the inbox."""
        for folder in self._folder("").glob("?" * 32):
            if folder.name not in self._seen and stacks.is_stripped(folder):
                stacks.drop(folder)

    def _gone(self) -> Iterator[Source]:
        """Yield the stacks that were held and whose files left the inbox: our copy is all there is.

        Those that were scanned again, sheet by sheet, are let go.
        """
        for held in self.book.held():
            stack = stacks.kept(self._folder(held.stack))
            if held.stack in self._seen:
                continue
            if stack is None or self.book.is_superseded(held.stack):
                self.book.free(held.stack)
                stacks.drop(self._folder(held.stack))
            else:
                yield from self._passed(self._judged(stacks.group_of(stack), held.stack, stack))

    def _let_in(self, group: Group, late: list[_Judged]) -> Iterator[Source]:
        source = group.sources[0] if len(group.files) == 1 else stacks.source_of(group)
        if not self._is_to_open(group, source):
            yield source
        elif not self._may_open():
            yield replace(source, trouble=MustWait(WaitReason.NOT_REACHED))
        elif group.gaps or group.is_unpaired:
            yield self._held(group, stacks.key_of(group), tuple(_of_names(group)), None)
        else:
            opened = self._tried(group, source)
            if isinstance(opened, Source):
                yield opened
            elif any(sheet.documents for sheet in opened.split.sheets):
                late.append(opened)
            else:
                yield from self._passed(opened)

    def _tried(self, group: Group, source: Source) -> _Judged | Source:
        """Return the opened stack, or the source with what stands in its way."""
        try:
            judged = self._open(group)
        except (MustWait, DiskFull, BudgetExceeded) as trouble:
            # Past its budget here, it might be within it on the walk, and go through unparted.
            return replace(source, trouble=trouble)
        except WorkerDied as died:
            return replace(source, trouble=MustWait(WaitReason.UNAVAILABLE, died.code))
        except UnevenPasses as uneven:
            finding = Finding(Fault.BACKS, declared=uneven.fronts, found=uneven.backs)
            return self._held(group, stacks.key_of(group), (finding,), None)
        except DocumentError as error:
            # One file meets the same trouble on the walk, and is quarantined with its original.
            return source if len(group.files) == 1 else replace(source, trouble=error)
        self._sheets[judged.key] = judged.split.sheets
        self.book.enter_sheets(judged.key, judged.split.sheets, passed=False)
        return judged

    def _is_to_open(self, group: Group, source: Source) -> bool:
        facts = (str(source.path), source.size_bytes, source.mtime_ns)
        if self._journal.refused(*facts) is not None and not self._retry:
            return False
        if len(group.files) > 1 or group.is_unpaired:
            return True
        if self._intake.separators == "off" or source.size_bytes == 0:
            return False
        if not _has_pages(source):
            return False
        # A file that became a document as a whole had nothing in it that parts documents.
        return self._journal.known_source(*facts) is None

    def _open(self, group: Group) -> _Judged:
        key = stacks.key_of(group)
        self._seen.add(key)
        stack = stacks.open_stack(
            group,
            self._folder(key),
            scan=self._settings.scan,
            now_ns=self._now_ns(),
            stable_s=self._intake.stable_s,
            incomplete_s=self._intake.incomplete_s,
            is_retry=self._retry,
        )
        return self._judged(group, key, stack)

    def _judged(self, group: Group, key: str, stack: Stack) -> _Judged:
        if self._intake.separators == "off" or not stack.may_part:
            everything = Piece(tuple(range(1, len(stack.pages) + 1)), None)
            return _Judged(group, key, stack, Split((everything,), (), True))
        return _Judged(
            group, key, stack, split(stack.pages, at_receipts=self._intake.split_at_receipts)
        )

    def _folder(self, key: str) -> Path:
        return self._settings.run.data / "stacks" / key

    def compare(self, prepared: Prepared) -> None:
        """Note its paper, and hold what a document is said to be against what was read of it.

        Raises:
            MustWait: it has other pages than declared, or a field was read for sure and is
                declared otherwise, and no person has said which is right.
        """
        document_id = prepared.intake.document_id
        counts = paper_sizes.count(prepared.scanned, prepared.recognized)
        self._batches.note_paper(document_id, counts)
        expected = self.book.expected(document_id)
        if expected is None:
            return
        found = len(prepared.scanned.pages)
        if expected.pages not in (0, found):
            finding = Finding(Fault.PAGES, declared=expected.pages, found=found)
            raise MustWait(WaitReason.MISCOUNT, line([finding]))
        settled = {field for field, _, _ in self._journal.corrections(document_id)}
        if fields := disputed(expected, prepared.extracted, settled):
            raise MustWait(WaitReason.REVIEW, fields=fields)

    # ── judging ──────────────────────────────────────────────────────────────────────────────

    def _passed(self, judged: _Judged) -> Iterator[Source]:
        findings = (*judged.split.findings, *self._of_sets(judged))
        if judged.split.is_whole and self._intake.separators == "required":
            findings = (Finding(Fault.NONE, found=len(judged.stack.pages)), *findings)
        if findings and not self.book.may_pass(judged.key):
            yield self._held(judged.group, judged.key, findings, len(judged.stack.pages))
            return
        self.book.free(judged.key)
        self.book.enter_sheets(judged.key, judged.split.sheets, passed=True)
        first, folder = judged.group.sources[0], self._folder(judged.key)
        is_ours = folder in first.bytes_at.parents
        if judged.split.is_whole and len(judged.stack.files) == 1 and not is_ours:
            stacks.lend(folder, self._settings.run.data, judged.stack)
            stacks.drop(folder)
            yield first
            return
        documents = _whole(judged) if judged.split.is_whole else _parted(judged)
        stacks.note_documents(folder, documents)
        self._on_more(len(documents) - len(judged.group.files))
        yield from documents

    def _of_sets(self, judged: _Judged) -> Iterator[Finding]:
        closed = tuple(sheet for sheet in judged.split.sheets if sheet.documents)
        passed = self.book.passed_elsewhere(judged.key, closed)
        beside = {
            (sheet.set_id, sheet.number)
            for key, sheets in self._sheets.items()
            for sheet in sheets
            if key != judged.key
        }
        yield from missing(closed, passed | beside)
        for sheet in closed:
            if (sheet.set_id, sheet.number) in passed:
                yield Finding(Fault.USED, numbered(sheet), box=sheet.box, set_id=sheet.set_id)

    def _held(
        self, group: Group, key: str, findings: tuple[Finding, ...], pages: int | None
    ) -> Source:
        detail = line(findings)
        self.book.hold(Held(key, group.name, detail, pages))
        self._seen.add(key)
        waiting = MustWait(WaitReason.MISCOUNT, detail)
        return replace(stacks.source_of(group), trouble=waiting, pages=pages)

    def _named(self, source: Source) -> Source:
        """Add what the file's name says, where nothing else is declared."""
        if source.expected or source.trouble or not self._intake.name_template:
            return source
        return replace(source, expected=of_name(source.name, self._intake.name_template))


def _has_pages(source: Source) -> bool:
    """Claim that a file is of a form that can hold many pages."""
    try:
        return sniff(source.bytes_at) in _MANY_PAGES
    except (DocumentError, OSError):
        return False


def _whole(judged: _Judged) -> tuple[Source, ...]:
    pages = tuple(range(1, len(judged.stack.pages) + 1))
    source = stacks.source_of(judged.group)
    return (replace(source, bound=stacks.bound(judged.stack, pages), pages=len(pages)),)


def _parted(judged: _Judged) -> tuple[Source, ...]:
    whole = stacks.source_of(judged.group)
    return tuple(
        replace(
            whole,
            path=whole.path.with_name(f"{whole.path.name}#{number}"),
            name=f"{whole.name}#{number}",
            bound=stacks.bound(judged.stack, piece.pages),
            expected=of_sheet(piece.sheet) if piece.sheet else None,
            pages=len(piece.pages),
        )
        for number, piece in enumerate(judged.split.pieces, 1)
    )


def _of_names(group: Group) -> Iterator[Finding]:
    if group.gaps:
        yield Finding(Fault.GAP, page=group.gaps[0], found=len(group.files))
    if group.is_unpaired:
        yield Finding(Fault.BACKS)
