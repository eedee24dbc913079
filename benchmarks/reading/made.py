"""The project's own samples: as they were committed, and their sheets scanned worn and bad."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Final

from PIL import Image

from benchmarks.reading.born_digital import plain
from benchmarks.reading.grades import GradeName, conditions, scanned
from benchmarks.reading.kept import MEDIA_TYPES, kept
from benchmarks.reading.semi_real import VERSION
from benchmarks.reading.trial import Trial, page_of, staged
from benchmarks.reading.truth import TruthLine, comparable
from digitizer.scan.sniff import sniff
from samples import layout, truth
from samples.layout import Sheet
from samples.making import page_seed
from samples.paper import Sample
from samples.papers import COLLECTION
from samples.truth import Mark, TruePage

_READ_AS_PAPER: Final = ("archived", "review")
_AGAIN: Final[tuple[GradeName, ...]] = ("worn", "bad")
_SEED: Final = 2026
_OVERSAMPLING: Final = 2
_CENTERED: Final = 0.08
"""A line whose middle is nearer to the page's, as a share of its width, is no block of the head."""


def samples(cache: Path) -> Iterator[Trial]:
    """Yield every sample page that is read by eye: no secret, cut, doubled or born-digital one.

    `office` is the collection as it was committed; `worn` and `bad` are its sheets scanned again.
    """
    for sample in COLLECTION:
        if sample.state in _READ_AS_PAPER and sample.capture.form != "pdf_text":
            yield from _committed(sample)
            yield from _again(sample, cache / "samples")


def _committed(sample: Sample) -> Iterator[Trial]:
    path = truth.PAPERS / sample.path
    known = truth.read(truth.TRUTHS / truth.truth_path(sample.path))
    with staged(path, sniff(path)) as (scans, cleaned):
        for page in known.pages:
            if not page.is_blank:
                one = page_of(scans, cleaned, page.number)
                yield Trial(
                    _name(sample, page.number), "samples", "office", "dev", _lines(page), *one
                )


def _again(sample: Sample, folder: Path) -> Iterator[Trial]:
    sheets = sample.draw()
    for grade in _AGAIN:
        for number, sheet in enumerate(sheets, 1):
            name = f"{_name(sample, number)}.{grade}"
            digest = hashlib.sha256(repr((VERSION, sheet.lines, sheet.rules)).encode()).hexdigest()
            make = partial(_scan_again, sample, number, grade)
            path = kept(folder, f"{plain(name)}-{digest[:12]}", make)
            with staged(path, MEDIA_TYPES[path.suffix]) as stages:
                page = truth.page_of(sheet, number, sample)
                yield Trial(name, "samples", grade, "dev", _lines(page), *stages)


def _scan_again(sample: Sample, number: int, grade: GradeName) -> tuple[bytes, str]:
    sheets = sample.draw()
    seed = page_seed(_SEED, f"{sample.path}/{grade}", number) >> 16
    chosen = conditions(grade, seed)
    drawn = layout.render(sheets[number - 1], chosen.dpi * _OVERSAMPLING)
    return scanned(drawn, chosen, seed, _behind(sheets, number, chosen.dpi), None)


def _behind(sheets: Sequence[Sheet], number: int, dpi: int) -> Image.Image | None:
    """Return the next sheet, as if it were on the back, None behind the last."""
    return layout.render(sheets[number], dpi) if number < len(sheets) else None


def _lines(page: TruePage) -> tuple[TruthLine, ...]:
    """Return a page's lines in reading order: the writer puts the head's right block first."""
    head = list(takewhile(lambda line: not _is_centered(line, page.width), page.lines))
    head.sort(key=lambda line: (_middle(line) > page.width / 2, line[0][2]))
    rest = page.lines[len(head) :]
    texts = (comparable(" ".join(mark[0] for mark in line)) for line in (*head, *rest))
    return tuple(TruthLine((text,), is_marked=False) for text in texts if text)


def _is_centered(line: tuple[Mark, ...], width: int) -> bool:
    return abs(_middle(line) - width / 2) < _CENTERED * width


def _middle(line: tuple[Mark, ...]) -> float:
    return (line[0][1] + line[-1][3]) / 2


def _name(sample: Sample, number: int) -> str:
    folder, _, file = sample.path.rpartition("/")
    return f"{folder.split('/')[0][:10]}.{folder[-2:]}.{Path(file).stem}.p{number}"
