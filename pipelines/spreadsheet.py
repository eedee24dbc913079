"""Documents as an Excel sheet, and an edited sheet as differences.

Codes and numbers are text, so that leading zeros stay; dates are dates; a text that begins like a
formula stays text. One row a document, one column a field of the paper and its first holder.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from digitizer.errors import ConfigError
from digitizer.extract.dates import parse_date
from digitizer.model import DocumentId, FieldName
from digitizer.vietnamese import squeeze
from digitizer.vocabulary import FIELD_TERMS
from pipelines.messages import Catalogue

_DATES = frozenset({FieldName.NGAY_BAN_HANH, FieldName.NGAY_SINH})
_FIXED = ("id", "source", "state", "reason", "pages")
_TEXT = "@"
_DAY = "dd/mm/yyyy"
_WIDTHS = (36, 34, 14, 16, 9)
_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One document. `values` are in their normal form; `reason` is a code."""

    document_id: DocumentId
    source: str
    state: str
    reason: str
    pages: int | None
    values: Mapping[FieldName, str]


@dataclass(frozen=True, slots=True)
class Edited:
    """One row of a sheet as it comes back. `number` counts the sheet's rows from 1."""

    number: int
    document_id: DocumentId
    values: Mapping[FieldName, str]


def workbook(rows: Iterable[Row], texts: Catalogue) -> bytes:
    """Return the sheet as the bytes of an .xlsx: frozen head, filter, notes on a second sheet."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = texts("export.sheet")
    sheet.append(
        [*(texts(f"export.{name}") for name in _FIXED), *(_label(n, texts) for n in FieldName)]
    )
    count = 1
    for count, row in enumerate(rows, 2):
        cells = [row.document_id, row.source, texts(f"state.{row.state}"), row.reason, row.pages]
        for column, value in enumerate(cells, 1):
            _put(sheet.cell(count, column), value)
        for column, name in enumerate(FieldName, len(_FIXED) + 1):
            _put(sheet.cell(count, column), _cell_value(name, row.values.get(name, "")))
    for column in range(1, len(_FIXED) + len(FieldName) + 1):
        head = sheet.cell(1, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE8EE")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        width = _WIDTHS[column - 1] if column <= len(_WIDTHS) else 22
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_FIXED) + len(FieldName))}{count}"
    _add_notes(book.create_sheet(texts("export.notes")), texts)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edited(path: Path) -> tuple[Edited, ...]:
    """Return the rows of a sheet that was exported and edited.

    Raises:
        ConfigError: no .xlsx, or not one of ours.
    """
    from openpyxl import load_workbook

    try:
        _measured(path)
        book = load_workbook(path, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = next(rows, ())
        if len(head) != len(_FIXED) + len(FieldName):
            raise ConfigError(f"{path}: not a sheet that `sohoa export` has made")
        found = tuple(_edited(number, row) for number, row in enumerate(rows, 2) if row and row[0])
        book.close()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path}: {type(error).__name__}: not an .xlsx") from error
    return found


def _measured(path: Path) -> None:
    """Refuse a sheet that unpacks to more than any of ours. Raises ConfigError, BadZipFile."""
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_BYTES:
            raise ConfigError(f"{path}: > {_MOST_BYTES // 1_000_000} MB")


def _edited(number: int, row: tuple[Any, ...]) -> Edited:
    values = {
        name: _normal(row[column])
        for column, name in enumerate(FieldName, len(_FIXED))
        if column < len(row)
    }
    return Edited(number, DocumentId(str(row[0]).strip()), values)


def _normal(value: object) -> str:
    """Return a cell as it would be typed; a number that a sheet has made of a text too."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return squeeze(str(value))


def _cell_value(name: FieldName, value: str) -> object:
    day = parse_date(value) if name in _DATES and value else None
    return day or value


def _put(cell: Any, value: object) -> None:
    """Write one cell, text always as text: `=1+1` off a paper must not become a formula."""
    if isinstance(value, str):
        cell.value = value or None
        cell.number_format = _TEXT
        if value:
            cell.data_type = "s"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = _DAY
    else:
        cell.value = value


def _label(name: FieldName, texts: Catalogue) -> str:
    term = FIELD_TERMS[name]
    return term.vi if texts.lang == "vi" else term.en


def _add_notes(sheet: Any, texts: Catalogue) -> None:
    sheet.append([texts("export.note")])
    for name in FieldName:
        sheet.append([_label(name, texts), name.value, FIELD_TERMS[name].basis])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["C"].width = 30, 30
