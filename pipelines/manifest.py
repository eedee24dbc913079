"""The list that comes with a batch: which documents, of how many pages, about which case.

`manifest.csv` or `manifest.xlsx` in a folder of the inbox, or a list from which separator sheets
are printed. What it declares is compared with what is found and read; it never becomes a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from digitizer.errors import ConfigError
from digitizer.model import FieldName
from pipelines.table import cell, places, read_rows

NAMES = ("manifest.csv", "manifest.xlsx")

_COLUMNS = {
    "file": ("tep", "ten tep", "file"),
    "pages": ("so trang", "trang", "pages"),
    "box": ("hop", "cap", "box"),
    "type": ("loai giay to", "giay to", "loai van ban", "document type"),
    FieldName.MA_HO_SO: ("ma ho so", "case"),
    FieldName.MA_TTHC: ("ma tthc", "ma thu tuc", "procedure"),
    FieldName.SO_KY_HIEU: ("so ky hieu", "so, ky hieu", "number"),
    FieldName.NGAY_BAN_HANH: ("ngay ban hanh", "ngay", "issued on"),
}
_FIELDS = (
    FieldName.MA_HO_SO,
    FieldName.MA_TTHC,
    FieldName.SO_KY_HIEU,
    FieldName.NGAY_BAN_HANH,
)
_MOST_PAGES = 9999


@dataclass(frozen=True, slots=True)
class Declaration:
    """One row: one document as the list declares it.

    Attributes:
        row: as the sheet counts; the header is row 1.
        file: its file's path below the manifest's folder, "" in a list for separator sheets.
        pages: page images it should have, 0 where the list does not say.
        box, document_type: as written, "" where the list does not say.
        fields: what the list says of the paper, in the order of the columns above.
    """

    row: int
    file: str
    pages: int
    box: str
    document_type: str
    fields: tuple[tuple[FieldName, str], ...]

    def field(self, name: FieldName) -> str:
        return dict(self.fields).get(name, "")


def read_manifest(file: Path, *, of_files: bool) -> tuple[Declaration, ...]:
    """Return the rows of a manifest.

    Args:
        of_files: each row must name a file.

    Raises:
        ConfigError: not readable as CSV or XLSX, a column is missing, or a cell is wrong; the
            message names the row.
    """
    rows = read_rows(file)
    if not rows:
        raise ConfigError(f"{file.name}: no rows")
    where = places(rows[0], _COLUMNS)
    if of_files and "file" not in where:
        raise ConfigError(f"{file.name}: row 1 has no column “tệp” (file)")
    if not where:
        raise ConfigError(f"{file.name}: row 1 has no column known here, such as “số trang”")
    found = tuple(
        _declaration(row, number, where, file)
        for number, row in enumerate(rows[1:], 2)
        if any(text.strip() for text in row)
    )
    if not found:
        raise ConfigError(f"{file.name}: no rows")
    _require_files(found, file, of_files)
    return found


def _declaration(row: Sequence[str], number: int, where: dict[str, int], file: Path) -> Declaration:
    cells = {name: cell(row, place) for name, place in where.items()}
    pages = cells.get("pages", "")
    if pages and not (pages.isascii() and pages.isdigit() and 0 < int(pages) <= _MOST_PAGES):
        raise ConfigError(f"{file.name}, row {number}: “{pages}” pages")
    return Declaration(
        number,
        cells.get("file", "").replace("\\", "/"),
        int(pages or 0),
        cells.get("box", ""),
        cells.get("type", ""),
        tuple((name, cells[name]) for name in _FIELDS if cells.get(name)),
    )


def _require_files(rows: tuple[Declaration, ...], file: Path, of_files: bool) -> None:
    if not of_files:
        return
    seen: dict[str, int] = {}
    for row in rows:
        if not row.file or PurePosixPath(row.file).is_absolute() or ".." in row.file.split("/"):
            raise ConfigError(f"{file.name}, row {row.row}: “{row.file}” is no file below it")
        if row.file in seen:
            raise ConfigError(f"{file.name}, row {row.row}: same file as row {seen[row.file]}")
        seen[row.file] = row.row


def missing(rows: Iterable[Declaration], found: Iterable[str]) -> tuple[str, ...]:
    """Return the declared files that are not among those found (paths below the folder)."""
    there = set(found)
    return tuple(row.file for row in rows if row.file not in there)


def undeclared(rows: Iterable[Declaration], found: Iterable[str]) -> tuple[str, ...]:
    """Return the files found that no row declares."""
    declared = {row.file for row in rows}
    return tuple(name for name in found if name not in declared)
