"""Separator sheets as people see them: one A4 page before each document of a stack."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from digitizer.errors import ConfigError
from digitizer.separator import BadSeparator, Separator, encode

if TYPE_CHECKING:
    from digitizer.drawing import Item

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for one another when read aloud or typed."""

_LEFT, _RIGHT = 22.0, 194.0
_CODE_MM, _SMALL_CODE_MM = 66.0, 30.0
_NEVER_FOLDED = 18.0


@dataclass(frozen=True, slots=True)
class Printing:
    """What all sheets of one printing share.

    Attributes:
        agency_name: printed at the head, "" leaves the line out.
        type_names: a type's code and its name.
        printed_on: the day.
    """

    agency_name: str
    type_names: dict[str, str]
    printed_on: date


def new_set_id() -> str:
    """Return six letters and digits nobody can guess or confuse."""
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


def loose_set(sheet: Separator, count: int) -> tuple[Separator, ...]:
    """Return `count` sheets like `sheet`; those left over at the end may stay unused."""
    return tuple(replace(sheet, number=number) for number in range(1, count + 1))


def closed_set(sheets: Sequence[Separator]) -> tuple[Separator, ...]:
    """Return the sheets numbered as a set in which none may be missing.

    The whole number of pages is declared on each of them where every one declares its own.
    """
    pages = [sheet.pages for sheet in sheets]
    total = sum(pages) if all(pages) else 0
    return tuple(
        replace(sheet, number=number, documents=len(sheets), all_pages=total)
        for number, sheet in enumerate(sheets, 1)
    )


def print_sheets(sheets: Sequence[Separator], printing: Printing) -> bytes:
    """Return the sheets as a PDF, one page each.

    Raises:
        ConfigError: a value that can't be printed or coded.
    """
    from digitizer.drawing import Sheet, pdf
    from signing import typeface

    try:
        pages = [Sheet(tuple(_items(sheet, printing))) for sheet in sheets]
        return pdf(pages, typeface, title="Tờ phân cách")
    except (BadSeparator, ValueError) as error:
        raise ConfigError(f"separator sheet: {error}") from error


def _items(sheet: Separator, printing: Printing) -> Iterator[Item]:
    from digitizer.drawing import Panel, Symbol, Text

    text = encode(sheet)
    middle = (_LEFT + _RIGHT) / 2
    # The black edge shows in a pile of paper where one document ends.
    yield Panel(0, 0, 7, 297, shade=0.0)
    yield Text(middle, 24, printing.agency_name.upper(), 12, align="center")
    yield Text(middle, 41, "TỜ PHÂN CÁCH", 34, bold=True, align="center")
    yield Text(
        middle,
        50,
        "Đặt ngay trước tài liệu, mã hướng lên, cùng chiều với tài liệu",
        12.5,
        align="center",
        shade=0.25,
    )
    yield Symbol(_LEFT + 4, 64, _CODE_MM, text)
    yield from _number(sheet)
    yield from _table(sheet, printing)
    yield from _foot(sheet, printing, text)


def _number(sheet: Separator) -> Iterator[Item]:
    """Draw what is counted, large: which sheet this is, and how many pages are to follow."""
    from digitizer.drawing import Panel, Text

    left, middle = 106.0, 150.0
    yield Panel(left, 62, _RIGHT - left, 34, shade=0.93, radius=3)
    yield Text(middle, 70, "Tài liệu số", 12, align="center", shade=0.25)
    of = f" / {sheet.documents}" if sheet.documents else ""
    yield Text(middle, 87, f"{sheet.number}{of}", 40, bold=True, align="center")
    yield Panel(left, 100, _RIGHT - left, 34, shade=0.93, radius=3)
    label = "Số trang ảnh phải có sau tờ này" if sheet.pages else "Số trang: không khai báo"
    yield Text(middle, 108, label, 12, align="center", shade=0.25)
    yield Text(middle, 125, str(sheet.pages or "—"), 40, bold=True, align="center")


def _table(sheet: Separator, printing: Printing) -> Iterator[Item]:
    from digitizer.drawing import Rule, Text

    kind = printing.type_names.get(sheet.document_type, "")
    sides = "Hai mặt (mặt sau của tờ này để trắng)" if sheet.is_duplex else "Một mặt"
    rows = (
        ("Mã hồ sơ", sheet.ma_ho_so),
        ("Mã thủ tục (TTHC)", sheet.ma_tthc),
        ("Loại giấy tờ", f"{kind} ({sheet.document_type})" if kind else sheet.document_type),
        ("Mã cơ quan", sheet.agency),
        ("Hộp, cặp", sheet.box),
        ("Quét", sides),
    )
    y = 146.0
    yield Rule(_LEFT, y, _RIGHT, y, 0.35)
    for label, value in rows:
        y += 12.5
        yield Text(_LEFT + 2, y - 4.2, label, 12.5, shade=0.25)
        yield Text(_LEFT + 56, y - 4.2, value or "—", _fitting(value, 15), bold=bool(value))
        yield Rule(_LEFT, y, _RIGHT, y, 0.35)


def _fitting(text: str, size_pt: float) -> float:
    """Return the size at which a line fits into the table's second column."""
    from digitizer.drawing import POINT_MM
    from signing.typeface import width_em

    width_mm = width_em(text) * size_pt * POINT_MM
    return size_pt * min(1.0, (_RIGHT - _LEFT - 58) / width_mm) if width_mm else size_pt


def _foot(sheet: Separator, printing: Printing, text: str) -> Iterator[Item]:
    """Draw a second, smaller code far from the first, and what the set as a whole declares."""
    from digitizer.drawing import Symbol, Text

    right = _RIGHT - 4 - _SMALL_CODE_MM
    yield Symbol(right, 297 - _NEVER_FOLDED - _SMALL_CODE_MM, _SMALL_CODE_MM, text)
    y = 244.0
    for line in (
        _whole(sheet),
        f"Bộ {sheet.set_id} · in ngày {printing.printed_on:%d/%m/%Y}",
        "Không viết, đóng dấu hay bấm ghim lên hai ô mã.",
        "Tờ này dùng một lần, không thuộc hồ sơ và không được lưu trữ.",
    ):
        yield Text(_LEFT + 2, y, line, 11.5, shade=0.25)
        y += 7.0


def _whole(sheet: Separator) -> str:
    if not sheet.documents:
        return "Tờ rời: không dùng hết cũng được."
    pages = f", {sheet.all_pages} trang" if sheet.all_pages else ""
    return f"Cả bộ: {sheet.documents} tài liệu{pages}; thiếu một tờ thì cả lô chờ."
