"""Sheets that offices keep, CSV or XLSX, as rows of text with columns found by their titles."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from digitizer.errors import ConfigError
from digitizer.vietnamese import fold, squeeze

LARGEST_BYTES = 10 << 20
MOST_ROWS = 50_000
_MOST_COLUMNS = 60


def read_rows(file: Path) -> list[list[str]]:
    """Return the cells of a `.csv` (UTF-8; comma, semicolon or tab) or `.xlsx` file as text.

    Of an XLSX the first sheet is read; a date comes as ISO 8601, a number as it is shown.

    Raises:
        ConfigError: the file can't be opened as what its name says, or is too large.
    """
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise ConfigError(f"{file.name}: larger than 10 MB")
        rows = _xlsx(file) if file.suffix.lower() == ".xlsx" else _csv(file)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    if len(rows) > MOST_ROWS + 1:
        raise ConfigError(f"{file.name}: more than {MOST_ROWS} rows")
    return rows


def _csv(file: Path) -> list[list[str]]:
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name}: not UTF-8; save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ConfigError(f"{file.name}: {error}") from error


def _xlsx(file: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(
            max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True
        )
        found = [[_cell(value) for value in row] for row in rows]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise ConfigError(f"{file.name}: not an XLSX file; save it again as .xlsx") from error
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def places(header: Sequence[str], titles: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return where each column stands; accents, case and underscores do not matter.

    Args:
        titles: for each column the folded titles it may have.
    """
    names = [fold(title.replace("_", " ")) for title in header]
    return {
        column: names.index(title)
        for column, known in titles.items()
        for title in known
        if title in names
    }


def cell(row: Sequence[str], place: int | None) -> str:
    """Return one cell without needless spaces, "" where the row is shorter."""
    return squeeze(row[place]) if place is not None and place < len(row) else ""
