"""Where one document of a stack ends and the next begins, and whether what is there was declared.

Pure: page marks in, documents and faults out. A fault means that a page or a sheet may be missing
(two sheets fed at once, a sheet left out), and nothing of the stack goes on until a person has
looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from digitizer.separator import Separator, StackPage


class Fault(StrEnum):
    """What does not agree; `pipelines.messages` has the sentence under `fault.…`."""

    PAGES = "pages"
    """Other pages after a sheet than it declares."""
    EMPTY = "empty"
    """No page at all after a sheet."""
    LEADING = "leading"
    """Pages before the first sheet."""
    SPOILED = "spoiled"
    """A separator whose code can't be believed."""
    BACK = "back"
    """Both sides are scanned, but the page after a sheet is not its empty back."""
    ODD = "odd"
    """Both sides are scanned, and a document has an odd number of pages."""
    TWICE = "twice"
    """The same sheet stands in the stack twice."""
    MISSING = "missing"
    """A sheet of a closed set was not found in any stack."""
    USED = "used"
    """A sheet of a closed set that came with another stack before."""
    SKIPPED = "skipped"
    """Loose sheets lie in the order of their numbers, and one between two of them is not there."""
    NONE = "none"
    """The site asks for separators, and there is none."""
    BACKS = "backs"
    """Fronts and backs scanned apart differ in pages, or the backs have not come."""
    GAP = "gap"
    """Page files whose numbers have a gap."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree, with what a person needs to find the place.

    Attributes:
        sheet: `3/12` as printed on it, "" where no sheet is meant.
        page: of the stack, from 1, where to look; 0 for the stack as a whole.
        declared, found: pages, where pages are counted.
        box, set_id: as on the sheet.
    """

    fault: Fault
    sheet: str = ""
    page: int = 0
    declared: int = 0
    found: int = 0
    box: str = ""
    set_id: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of the stack: its pages, in order, and the sheet before them."""

    pages: tuple[int, ...]
    sheet: Separator | None


@dataclass(frozen=True, slots=True)
class Split:
    """All documents of a stack; `is_whole` when nothing in it parts documents."""

    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]
    is_whole: bool

    @property
    def sheets(self) -> tuple[Separator, ...]:
        return tuple(piece.sheet for piece in self.pieces if piece.sheet)


@dataclass(slots=True)
class _Open:
    """A piece that pages are still added to, and the page of its sheet."""

    sheet: Separator | None
    sheet_page: int
    pages: list[int]
    case_code: str = ""


def split(pages: Sequence[StackPage], *, at_receipts: bool) -> Split:
    """Part a stack at its separator sheets and judge the counts.

    Args:
        at_receipts: a page whose symbol holds another mã hồ sơ than the one before begins a
            document, and belongs to it.
    """
    pieces = _pieces(pages, at_receipts)
    parted = any(piece.sheet for piece in pieces) or len(pieces) > 1
    spoiled = [Finding(Fault.SPOILED, page=page.number) for page in pages if page.is_spoiled]
    judged = [finding for piece in pieces for finding in _judge(piece)] if parted else []
    backs = list(_backs(pages))
    return Split(
        tuple(Piece(tuple(piece.pages), piece.sheet) for piece in pieces if piece.pages),
        (*spoiled, *_leading(pieces), *judged, *backs, *_twice(pieces), *_skipped(pieces)),
        not parted,
    )


def _pieces(pages: Sequence[StackPage], at_receipts: bool) -> list[_Open]:
    pieces: list[_Open] = []
    for page in pages:
        if page.sheet:
            pieces.append(_Open(page.sheet, page.number, [], page.sheet.ma_ho_so))
        elif _is_back(pages, page):
            continue
        elif not pieces or (at_receipts and _begins(page, pieces[-1])):
            pieces.append(_Open(None, 0, [page.number], page.case_code))
        else:
            pieces[-1].pages.append(page.number)
            pieces[-1].case_code = pieces[-1].case_code or page.case_code
    return pieces


def _is_back(pages: Sequence[StackPage], page: StackPage) -> bool:
    """Claim that a page is the empty back of a sheet in a stack scanned on both sides."""
    before = pages[page.number - 2].sheet if page.number > 1 else None
    return before is not None and before.is_duplex and page.is_blank


def _begins(page: StackPage, piece: _Open) -> bool:
    # A receipt right after its sheet belongs to it.
    is_first = piece.sheet is not None and not piece.pages
    return bool(page.case_code) and page.case_code != piece.case_code and not is_first


def _judge(piece: _Open) -> Iterator[Finding]:
    sheet, found = piece.sheet, len(piece.pages)
    if sheet is None:
        return
    if sheet.pages and found != sheet.pages:
        yield _of(Fault.PAGES, piece, declared=sheet.pages, found=found)
    elif not found:
        yield _of(Fault.EMPTY, piece)
    elif sheet.is_duplex and found % 2:
        yield _of(Fault.ODD, piece, found=found)


def _leading(pieces: list[_Open]) -> Iterator[Finding]:
    first = pieces[0] if pieces else None
    if first is not None and first.sheet is None and any(piece.sheet for piece in pieces):
        yield Finding(Fault.LEADING, page=first.pages[0], found=len(first.pages))


def _backs(pages: Sequence[StackPage]) -> Iterator[Finding]:
    for page in pages:
        following = pages[page.number] if page.number < len(pages) else None
        if page.sheet and page.sheet.is_duplex and not (following and following.is_blank):
            yield Finding(
                Fault.BACK,
                numbered(page.sheet),
                page.number,
                box=page.sheet.box,
                set_id=page.sheet.set_id,
            )


def _twice(pieces: list[_Open]) -> Iterator[Finding]:
    seen: set[tuple[str, int]] = set()
    for piece in pieces:
        if piece.sheet is None or not piece.sheet.documents:
            continue
        key = (piece.sheet.set_id, piece.sheet.number)
        if key in seen:
            yield _of(Fault.TWICE, piece)
        seen.add(key)


def _skipped(pieces: list[_Open]) -> Iterator[Finding]:
    """Yield the sheet before which loose ones of its printing are missing.

    A printer lays them down in order, and so they are used: a gap is a sheet that slipped through,
    perhaps with its paper, unless the numbers come in no order at all.
    """
    loose: dict[str, list[_Open]] = {}
    for piece in pieces:
        if piece.sheet and not piece.sheet.documents:
            loose.setdefault(piece.sheet.set_id, []).append(piece)
    for run in loose.values():
        numbers = [piece.sheet.number for piece in run if piece.sheet]
        steps = [after - before for before, after in pairwise(numbers)]
        if all(step > 0 for step in steps):
            yield from (
                _of(Fault.SKIPPED, piece, found=step - 1)
                for piece, step in zip(run[1:], steps, strict=True)
                if step > 1
            )


def _of(fault: Fault, piece: _Open, *, declared: int = 0, found: int = 0) -> Finding:
    assert piece.sheet is not None, "only what a sheet declares is judged"
    return Finding(
        fault,
        numbered(piece.sheet),
        piece.sheet_page,
        declared,
        found,
        piece.sheet.box,
        piece.sheet.set_id,
    )


def numbered(sheet: Separator) -> str:
    """Return the sheet's number as it is printed: `3/12`, or `3` on a loose sheet."""
    return f"{sheet.number}/{sheet.documents}" if sheet.documents else str(sheet.number)


def missing(sheets: Sequence[Separator], seen: frozenset[tuple[str, int]]) -> tuple[Finding, ...]:
    """Return the sheets of closed sets that stand neither here nor among those `seen`.

    Args:
        sheets: those of one stack.
        seen: (set, number) of sheets that came in other stacks.
    """
    here = seen | {(sheet.set_id, sheet.number) for sheet in sheets}
    sets = {sheet.set_id: sheet for sheet in sheets if sheet.documents}
    return tuple(
        Finding(Fault.MISSING, f"{number}/{one.documents}", box=one.box, set_id=set_id)
        for set_id, one in sets.items()
        for number in range(1, one.documents + 1)
        if (set_id, number) not in here
    )
