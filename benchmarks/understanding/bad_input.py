"""What is no paper of ours, or not one, or not whole: nothing may be invented, all be flagged."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from PIL import Image

from benchmarks.understanding import administrative, desk, slots
from benchmarks.understanding.matching import matches
from benchmarks.understanding.pen import Pen, Sheet, render
from benchmarks.understanding.people import make_person
from benchmarks.understanding.readings import read_files
from benchmarks.understanding.slots import Style
from benchmarks.understanding.truth import Truth
from digitizer.extract.confirm import doubtful_fields
from digitizer.extract.stage import extract
from digitizer.model import Extracted, FieldRef, FieldStatus, PageRole, Recognized
from digitizer.settings import ExtractSettings

_DPI: Final = 200
_SEED: Final = 7
_NOTHING: Final = Truth("", MappingProxyType({}))
_ENGLISH: Final = (
    "MINISTRY OF TRANSPORT",
    "Ref. No. 2041/MOT-RD",
    "London, 14 March 2025",
    "Subject: Renewal of the lease of the office building",
    "Dear Sir or Madam, we refer to your letter of 3 February 2025 concerning the renewal of the "
    "lease of the office building and wish to inform you that the Committee has approved the terms "
    "set out in the annex. The rent shall be paid quarterly in advance.",
    "Please return one signed copy of this letter before the end of the month. Failing that, the "
    "offer lapses without further notice.",
    "Yours faithfully, John Archibald Smith, Director General",
)
_FRENCH: Final = (
    "RÉPUBLIQUE FRANÇAISE",
    "Liberté - Égalité - Fraternité",
    "PRÉFECTURE DE LA GIRONDE",
    "Arrêté n° 2025-118 du 12 mars 2025 portant réglementation de la circulation",
    "Vu le code général des collectivités territoriales, vu le code de la route, considérant que "
    "les travaux nécessitent la fermeture de la voie, le préfet arrête : la circulation est "
    "interdite à tous les véhicules du 20 mars au 30 avril 2025.",
    "Fait à Bordeaux, le 12 mars 2025. Le préfet, Jean-Baptiste Moreau",
)


@dataclass(frozen=True, slots=True)
class Case:
    """Pages to be read and the only truth about them. `pages` are drawn at `_DPI`."""

    name: str
    pages: Callable[[], list[Image.Image]]
    truth: Callable[[], Truth]


@dataclass(frozen=True, slots=True)
class Invented:
    """What was accepted of a case: how many fields, which of them stand on no paper of it.

    `is_flagged`: a person will be asked, or the file is known to hold more than one paper.
    """

    accepted: int
    values: Mapping[FieldRef, str]
    is_flagged: bool


def inventions(case: Case, cache: Path) -> Invented:
    """Read a case, now or from the cache, and return what the extraction claims to be sure of."""
    return judge(extract(reading_of(case, cache), settings=ExtractSettings()), case.truth())


def reading_of(case: Case, cache: Path) -> Recognized:
    """Return the reading of a case, made now unless the cache has it."""
    with tempfile.TemporaryDirectory() as folder:

        def files() -> list[Path]:
            return [
                _saved(page, Path(folder, f"{number}.png"))
                for number, page in enumerate(case.pages())
            ]

        return read_files(f"bad-{case.name}", files, cache / "readings").recognized


def judge(extracted: Extracted, truth: Truth) -> Invented:
    sure = [field for field in extracted.fields if field.status is FieldStatus.ACCEPTED]
    wrong = {
        field.ref: field.value
        for field in sure
        if field.name not in truth.open
        and not matches(field.name, field.value, truth.fields.get(field.ref, ""))
    }
    is_several = PageRole.ATTACHED in extracted.page_roles
    return Invented(len(sure), wrong, bool(doubtful_fields(extracted)) or is_several)


def _saved(page: Image.Image, path: Path) -> Path:
    stream = io.BytesIO()
    page.save(stream, "PNG", dpi=(_DPI, _DPI))
    path.write_bytes(stream.getvalue())
    return path


def _shown(sheets: list[Sheet]) -> list[Image.Image]:
    return [render(sheet, _DPI * 2).reduce(2) for sheet in sheets]


def _letter(texts: tuple[str, ...]) -> list[Image.Image]:
    pen = Pen()
    for text in texts:
        pen.paragraph(text, indent=0.0, after=4.0)
    return _shown(pen.sheets)


def _half(*, upper: bool) -> list[Image.Image]:
    page = _shown(administrative.draw("QĐ", _SEED)[0])[0]
    middle = page.height // 2
    box = (0, 0, page.width, middle) if upper else (0, middle, page.width, page.height)
    return [page.crop(box)]


def _left_half() -> list[Image.Image]:
    page = _shown(administrative.draw("TB", _SEED)[0])[0]
    return [page.crop((0, 0, page.width // 2, page.height))]


def _two_papers() -> list[Image.Image]:
    first, second = administrative.draw("QĐ", _SEED)[0], administrative.draw("CV", _SEED + 1)[0]
    return _shown([*first, *second])


def _two_people() -> list[Image.Image]:
    return _shown([*desk.application(_SEED)[0], *desk.application(_SEED + 1)[0]])


def _empty_form() -> list[Image.Image]:
    pen = Pen(leaders="under", size_pt=13.0)
    slots.state_alone(pen, Style.draw(Random(_SEED)))
    pen.centered("TỜ KHAI ĐĂNG KÝ KHAI TỬ")
    pen.centered("Kính gửi: ..........................................", face="regular")
    for label in (
        "Họ, chữ đệm, tên người yêu cầu:", "Ngày, tháng, năm sinh:", "Số định danh cá nhân:",
        "Nơi cư trú:", "Quan hệ với người chết:", "Họ, chữ đệm, tên người chết:", "Giới tính:",
        "Đã chết vào lúc:", "Nơi chết:",
    ):  # fmt: skip
        pen.row((label, ""))
    pen.skip(8.0)
    pen.put(
        "Làm tại: .................., ngày ..... tháng ..... năm ........", 100.0, face="italic"
    )
    return _shown(pen.sheets)


def _table() -> list[Image.Image]:
    """Draw a list of 300 people with birth dates and identity numbers, fifty on a page."""
    chance, pen = Random(_SEED), Pen(size_pt=10.5)
    pen.centered("DANH SÁCH NGƯỜI ĐƯỢC HỖ TRỢ")
    for number in range(1, 301):
        person = make_person(chance)
        pen.down()
        for x, text in (
            (30.0, str(number)),
            (42.0, person.name),
            (100.0, f"{person.born:%d/%m/%Y}"),
            (140.0, person.identity),
        ):
            pen.put(text, x)
    return _shown(pen.sheets)


def _drawn(kind: str, seed: int) -> Callable[[], Truth]:
    return lambda: administrative.draw(kind, seed)[1]


def _nothing() -> Truth:
    return _NOTHING


def _form_of() -> Truth:
    kind = desk.application(_SEED)[1]
    fields = {ref: value for ref, value in kind.fields.items() if ref == "loai_van_ban"}
    return Truth(kind.code, fields)


CASES: Final = (
    Case("english", lambda: _letter(_ENGLISH), _nothing),
    Case("french", lambda: _letter(_FRENCH), _nothing),
    Case("upper half", lambda: _half(upper=True), _drawn("QĐ", _SEED)),
    Case("lower half", lambda: _half(upper=False), _drawn("QĐ", _SEED)),
    Case("left half", _left_half, _drawn("TB", _SEED)),
    Case("two papers", _two_papers, _drawn("QĐ", _SEED)),
    Case("two people", _two_people, lambda: desk.application(_SEED)[1]),
    Case("empty form", _empty_form, _form_of),
    Case("300 names", _table, _nothing),
)
