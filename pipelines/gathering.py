"""Which files of a folder are one document: pages scanned to a file each, fronts and backs apart.

Names only; nothing is opened. Joining is asked for (`[intake] join`), because two one-page papers
with running numbers look the same as two pages of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import PurePosixPath
from typing import Final

from pipelines.intake import Source, natural_key

_IMAGES: Final = frozenset({".tif", ".tiff", ".jpg", ".jpeg", ".png"})
# Konica Minolta `S<machine>yymmddhhmm_0001.TIF`, Kyocera `<name>nnnn_mmm.tif`, `scan-001.jpg`,
# and the `scan (2).jpg` of programs that find a name taken.
_SUFFIXES: Final = (
    re.compile(r"(?P<stem>.*[^\d_\-. ])?(?P<digits>\d*)[_-](?P<page>\d{3,4})"),
    re.compile(r"(?P<stem>.+?) ?\((?P<page>\d{1,4})\)(?P<digits>)"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one stack, in page order.

    Attributes:
        sources: one file, or one a page.
        backs: the second pass of a hand-turned stack, last page first; empty otherwise.
        gaps: page numbers that are missing among the files' names.
        is_unpaired: fronts whose backs have not come yet.
    """

    sources: tuple[Source, ...]
    backs: tuple[Source, ...] = ()
    gaps: tuple[int, ...] = ()
    is_unpaired: bool = False

    @property
    def files(self) -> tuple[Source, ...]:
        return (*self.sources, *self.backs)

    @property
    def name(self) -> str:
        """The first file's name, and how many more there are."""
        more = len(self.files) - 1
        return f"{self.sources[0].name} (+{more})" if more else self.sources[0].name


def gather(sources: Sequence[Source], *, join: bool, double_sided: str) -> tuple[Group, ...]:
    """Return the stacks that the files make up, in the order of their first files.

    Args:
        sources: in natural order.
        join: put files together whose names are page numbers of one stem.
        double_sided: name of the folders in which every second stack holds the backs of the one
            before; "" for none.
    """
    groups: list[Group] = []
    for folder, files in groupby(sorted(sources, key=_folder), key=_folder):
        ordered = sorted(files, key=lambda source: natural_key(source.name))
        stacks = _joined(ordered) if join else [Group((source,)) for source in ordered]
        is_double = bool(double_sided) and folder.rpartition("/")[2] == double_sided
        groups += _paired(stacks) if is_double else stacks
    return tuple(sorted(groups, key=lambda group: natural_key(group.sources[0].name)))


def _folder(source: Source) -> str:
    return source.name.rpartition("/")[0]


def _joined(sources: Iterable[Source]) -> list[Group]:
    stems: dict[tuple[str, str], list[tuple[int, Source]]] = {}
    for source in sources:
        stem, page = page_suffix(source.name)
        key = (stem, PurePosixPath(source.name).suffix.lower()) if page else (source.name, "")
        stems.setdefault(key, []).append((page, source))
    _adopt_unnumbered(stems)
    return [_in_order(pages) for all_pages in stems.values() for pages in _versions(all_pages)]


def _versions(pages: list[tuple[int, Source]]) -> list[list[tuple[int, Source]]]:
    """Part the stacks that a scanner wrote one over the other under the same names.

    The first file of each name belongs to the first stack, and so on; pages that a shorter second
    stack did not reach are still those of the first.
    """
    stacks: list[dict[int, Source]] = []
    for page, source in sorted(pages, key=lambda one: one[1].mtime_ns):
        stack = next((one for one in stacks if page not in one), None)
        if stack is None:
            stack = {}
            stacks.append(stack)
        stack[page] = source
    return [list(stack.items()) for stack in stacks]


def page_suffix(name: str) -> tuple[str, int]:
    """Return the stem of a file's path and its page number; ("", 0) where it has none.

    `quet/S30126011809_0002.TIF` is page 2 of `quet/S30126011809`.
    """
    path = PurePosixPath(name)
    if path.suffix.lower() not in _IMAGES:
        return "", 0
    for suffix in _SUFFIXES:
        match = suffix.fullmatch(path.stem)
        stem = f"{match['stem'] or ''}{match['digits']}" if match else ""
        if match and stem and int(match["page"]):
            return str(path.with_name(stem)), int(match["page"])
    return "", 0


def _adopt_unnumbered(stems: dict[tuple[str, str], list[tuple[int, Source]]]) -> None:
    """Make `scan.jpg` page 1 of `scan (2).jpg`, `scan (3).jpg`."""
    for (stem, suffix), pages in tuple(stems.items()):
        if not suffix or min(page for page, _ in pages) != 2:
            continue
        for key in tuple(stems):
            path = PurePosixPath(key[0])
            if not key[1] and path.suffix.lower() == suffix and str(path.with_suffix("")) == stem:
                pages.insert(0, (1, stems.pop(key)[0][1]))


def _in_order(pages: list[tuple[int, Source]]) -> Group:
    ordered = sorted(pages, key=lambda page: page[0])
    numbers = [page for page, _ in ordered]
    if len(ordered) == 1:
        return Group((ordered[0][1],))
    gaps = [n for a, b in pairwise([min(numbers[0], 1) - 1, *numbers]) for n in range(a + 1, b)]
    return Group(tuple(source for _, source in ordered), gaps=tuple(gaps))


def _paired(stacks: Sequence[Group]) -> list[Group]:
    """Take every second stack as the backs of the one before it."""
    groups = [
        Group(fronts.sources, backs.sources, (*fronts.gaps, *backs.gaps))
        for fronts, backs in zip(stacks[::2], stacks[1::2], strict=False)
    ]
    if len(stacks) % 2:
        groups.append(Group(stacks[-1].sources, gaps=stacks[-1].gaps, is_unpaired=True))
    return groups


def collated(fronts: int, backs: int) -> tuple[tuple[int, int], ...]:
    """Return (pass, page) in reading order: front 1, its back, front 2 …; passes count from 1.

    The back of the last front comes first in the second pass, because the stack was turned over.

    Raises:
        ValueError: the two passes differ in pages: one was fed double.
    """
    if fronts != backs:
        raise ValueError(f"{fronts} fronts, {backs} backs")
    return tuple(
        place for page in range(1, fronts + 1) for place in ((1, page), (2, backs + 1 - page))
    )
