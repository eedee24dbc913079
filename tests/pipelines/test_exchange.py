"""Documents as a sheet, and an edited sheet as one person's word."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from digitizer.errors import ConfigError
from digitizer.model import DocumentId, FieldName
from pipelines import exchange
from pipelines.config import load
from pipelines.exchange import Difference
from pipelines.journal import Journal
from pipelines.messages import Catalogue
from pipelines.settings import Settings
from pipelines.spreadsheet import Row, edited, workbook
from pipelines.worker import journal_path
from tests.pipelines.doubtful import lay_out

VI = Catalogue("vi")
NOW = datetime(2026, 3, 12, 1, tzinfo=UTC)
HEAD = 5


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return load(flags={"run.data": tmp_path / "data"}, environ={}).settings


def _row(**values: str) -> Row:
    named = {FieldName(name): value for name, value in values.items()}
    return Row(DocumentId("0" * 32), "hop-01/0001.pdf", "waiting", "review", 2, named)


def _cells(*rows: Row) -> Any:
    book = load_workbook(io.BytesIO(workbook(rows, VI)))
    return book.worksheets[0]


def _column(name: FieldName) -> int:
    return HEAD + 1 + list(FieldName).index(name)


def test_an_identity_number_keeps_its_leading_zeros_as_text() -> None:
    cell = _cells(_row(so_dinh_danh="001203004567")).cell(2, _column(FieldName.SO_DINH_DANH))
    assert (cell.value, cell.data_type, cell.number_format) == ("001203004567", "s", "@")


def test_a_day_is_a_day() -> None:
    cell = _cells(_row(ngay_ban_hanh="2025-02-18")).cell(2, _column(FieldName.NGAY_BAN_HANH))
    assert (cell.value.date(), cell.number_format) == (date(2025, 2, 18), "dd/mm/yyyy")


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("x","y")'])
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    cell = _cells(_row(trich_yeu=text)).cell(2, _column(FieldName.TRICH_YEU))
    assert (cell.value, cell.data_type) == (text, "s")


def test_the_head_is_frozen_and_can_be_filtered() -> None:
    sheet = _cells(_row(), _row())
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:") and sheet.auto_filter.ref.endswith("3")


# ── back again ───────────────────────────────────────────────────────────────────────────────


def _save(site: Settings, path: Path, changes: Mapping[FieldName, object]) -> Path:
    """Export, edit the first row as a person does, and save."""
    book = load_workbook(io.BytesIO(workbook(exchange.exported(site), VI)))
    for name, value in changes.items():
        book.worksheets[0].cell(2, _column(name)).value = value
    book.save(path)
    return path


def _difference(site: Settings, path: Path, changes: Mapping[FieldName, object]) -> Difference:
    return exchange.difference(site, edited(_save(site, path, changes)), "lan", VI)


def test_a_sheet_that_was_not_edited_changes_nothing(site: Settings, tmp_path: Path) -> None:
    lay_out(site, "one")
    found = _difference(site, tmp_path / "a.xlsx", {})
    assert (found.changes, found.refused, found.confirmed) == ((), (), {})


def test_an_edit_is_shown_before_it_is_written(site: Settings, tmp_path: Path) -> None:
    one = lay_out(site, "one")
    found = _difference(site, tmp_path / "a.xlsx", {FieldName.SO_KY_HIEU: "209/QĐ-UBND"})
    (change,) = found.changes
    assert (change.before, change.after) == ("209/OĐ-UBND", "209/QĐ-UBND")
    with Journal(journal_path(site)) as journal:
        assert journal.corrections(one) == ()


def test_an_edited_row_confirms_its_document(site: Settings, tmp_path: Path) -> None:
    one = lay_out(site, "one")
    found = _difference(site, tmp_path / "a.xlsx", {FieldName.SO_KY_HIEU: "209/QĐ-UBND"})
    assert exchange.apply(site, found, "lan", NOW) == 1
    with Journal(journal_path(site)) as journal:
        said = {field: (value, who) for field, value, who in journal.corrections(one)}
    assert said["so_ky_hieu"] == ("209/QĐ-UBND", "lan")
    assert said["ngay_ban_hanh"] == ("2025-02-18", "lan"), "the rest stays as read"


def test_a_day_edited_in_the_sheet_comes_back_as_one(site: Settings, tmp_path: Path) -> None:
    lay_out(site, "one")
    day = datetime(2025, 2, 19)
    found = _difference(site, tmp_path / "a.xlsx", {FieldName.NGAY_BAN_HANH: day})
    assert found.changes[0].after == "2025-02-19"


def test_a_value_that_can_not_be_is_refused_with_its_row(site: Settings, tmp_path: Path) -> None:
    lay_out(site, "one")
    found = _difference(site, tmp_path / "a.xlsx", {FieldName.NGAY_BAN_HANH: "31/02/2025"})
    assert [(one.row, "ngày" in one.why) for one in found.refused] == [(2, True)]
    assert found.confirmed == {}


def test_a_second_keying_is_not_passed_by(site: Settings, tmp_path: Path) -> None:
    blind = replace(site, review=replace(site.review, double=("so_ky_hieu",)))
    one = lay_out(blind, "one")
    found = _difference(blind, tmp_path / "a.xlsx", {FieldName.SO_KY_HIEU: "209/QĐ-UBND"})
    exchange.apply(blind, found, "lan", NOW)
    with Journal(journal_path(blind)) as journal:
        assert journal.corrections(one) == ()
    again = _difference(blind, tmp_path / "b.xlsx", {FieldName.SO_KY_HIEU: "209/QĐ-UBND"})
    assert [one.why for one in again.refused] == [VI("import.archived")]


def test_a_row_of_an_unknown_document_is_refused(site: Settings, tmp_path: Path) -> None:
    lay_out(site, "one")
    path = _save(site, tmp_path / "a.xlsx", {FieldName.SO_KY_HIEU: "1/QĐ-UBND"})
    book = load_workbook(path)
    book.worksheets[0].cell(2, 1).value = "f" * 32
    book.save(path)
    found = exchange.difference(site, edited(path), "lan", VI)
    assert [one.why for one in found.refused] == [VI("import.unknown")]


@pytest.mark.parametrize("data", [b"", b"not a sheet", b"PK\x03\x04" + bytes(40)])
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(ConfigError):
        edited(tmp_path / "a.xlsx")
