"""The papers of each source, each as a reading and its truth."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from benchmarks.reading.born_digital import BornPage, plain
from benchmarks.reading.grades import GradeName
from benchmarks.reading.semi_real import SemiReal, scan_file, semi_real_pages
from benchmarks.understanding.collection import WEARS, collection, scan_pages
from benchmarks.understanding.perfect import perfect_readings
from benchmarks.understanding.readings import read_files
from benchmarks.understanding.truth import Exam, Grade, Set, Truth, set_of
from digitizer.extract.dates import find_dates
from digitizer.extract.term import FROM_SIGNING
from digitizer.legal_profile import load_profile
from digitizer.model import FieldName, FieldRef, Recognized

_BORN_DIGITAL: Final = Path(__file__).parent / "born_digital.toml"
_PRINTED: Final = frozenset(
    {"ttg_2025_09-QD.pdf", "moet_10.pdf", "moet_3.pdf", "moet_9.pdf", "moet_1.pdf"}
)
_HANDS: Final = frozenset({FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH})
_GRADES: Final = MappingProxyType[GradeName, Grade](
    {"office": "clean", "worn": "degraded", "bad": "degraded"}
)


def real(shared: Path, cache: Path) -> Iterator[Exam]:
    """Yield the published scans whose fields were typed by eye. All are of the set dev."""
    truths = json.loads((shared / "scans" / "ground_truth.json").read_text("utf-8"))
    for name, said in sorted(truths.items()):
        truth = _real_truth(name, said)
        read = _reader(name, partial(_itself, shared / "scans" / name), cache)
        yield Exam(name, "real", "real", "dev", truth, read)


def _real_truth(name: str, said: Mapping[str, Any]) -> Truth:
    kind = load_profile().type_of(said["loai_van_ban"])
    assert kind is not None
    fields = {str(field): str(said[field]) for field in FieldName if said.get(field)}
    fields |= _term(said.get("hieu_luc", ""))
    # Where the truth does not say from when a paper holds, nobody has looked for the clause.
    left_open = frozenset() if FieldName.THOI_HAN in fields else frozenset({FieldName.THOI_HAN})
    hands = frozenset() if name in _PRINTED else _HANDS
    return Truth(kind.code, fields, handwritten=hands, open=left_open)


def _term(said: str) -> dict[FieldRef, str]:
    """Return the truth's `hieu_luc`, as a clerk writes it, as thoi_han's normal form."""
    if not said:
        return {}
    days = [dated.day.isoformat() for dated in find_dates(said)]
    return {FieldName.THOI_HAN: f"từ {days[0]}" if days else FROM_SIGNING}


def _itself(file: Path) -> tuple[Path, ...]:
    return (file,)


def made_up(cache: Path, count: int) -> Iterator[Exam]:
    """Yield `count` made-up papers, each scanned clean and degraded."""
    for made in collection(count):
        for wear in WEARS:
            _, truth = made.draw()
            name = f"{made.name}.{wear}"
            read = _reader(name, partial(scan_pages, made, wear, cache / "scans"), cache)
            yield Exam(name, "semi-real", wear, set_of(made.name), truth, read)


def born_digital(shared: Path, cache: Path) -> Iterator[Exam]:
    """Yield the published decisions in every grade of the reading's measurement, take by take."""
    truths = tomllib.loads(_BORN_DIGITAL.read_text("utf-8"))

    def scan_of(page: SemiReal) -> tuple[str, str, int]:
        return page.page.pdf.name, page.grade, page.take

    pages = sorted(semi_real_pages(shared), key=lambda page: (scan_of(page), page.page.page))
    for (pdf, grade, take), group in groupby(pages, scan_of):
        members = tuple(group)
        name = f"{plain(Path(pdf).stem[:16])}.{grade}.{take}"
        chosen: Set = "held-out" if members[0].page.is_held_out else "dev"
        truth = _born_truth(truths[pdf], members[0].page)
        read = _reader(name, partial(_scans, members, cache), cache)
        yield Exam(name, "semi-real", _GRADES[members[0].grade], chosen, truth, read)


def _born_truth(said: Mapping[FieldRef, str], first: BornPage) -> Truth:
    """Return the truth of a decision; what only a form field would show was not drawn."""
    shown = "\n".join(text for line in first.lines for text in line.texts)
    number = said[FieldName.SO_KY_HIEU].partition("/")[0]
    day = date.fromisoformat(said[FieldName.NGAY_BAN_HANH])
    written = rf"ngày\s*{day:%d}\s+tháng\s+{day:%m}\s+năm\s+{day.year}"
    hidden = {
        FieldName.SO_KY_HIEU: re.search(rf"Số:\s*{number}\b", shown) is None,
        FieldName.NGAY_BAN_HANH: re.search(written, shown) is None,
    }
    left_open = frozenset(name for name, is_hidden in hidden.items() if is_hidden)
    fields = {FieldName.LOAI_VAN_BAN: "Quyết định", **said}
    return Truth("QĐ", fields, open=left_open, is_seen=True)


def _scans(pages: tuple[SemiReal, ...], cache: Path) -> tuple[Path, ...]:
    return tuple(scan_file(page, cache / "born-digital") for page in pages)


def samples() -> Iterator[Exam]:
    """Yield the project's samples as if read without a fault: what the rules can do at best."""
    for name, reading, code, fields in perfect_readings():
        known = {str(field): value for field, value in fields.items()}
        truth = Truth(code, known, open=frozenset(set(FieldName) - set(fields)))
        yield Exam(name, "samples", "perfect", "dev", truth, partial(_known, reading))


def _known(reading: Recognized) -> tuple[Recognized, float]:
    return reading, 0.0


def _reader(
    name: str, files: Callable[[], Any], cache: Path
) -> Callable[[], tuple[Recognized, float]]:
    def read() -> tuple[Recognized, float]:
        reading = read_files(name, files, cache / "readings")
        return reading.recognized, reading.cpu_s

    return read
