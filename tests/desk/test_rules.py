"""The rule table: what an office's sheet says, or every fault in it by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from desk.rule_sheet import Fault, read_sheet
from desk.rules import Rule, RuleTable, load, save
from digitizer.errors import ConfigError
from digitizer.legal_profile import load_profile
from pipelines.messages import TEXTS

PROFILE = load_profile()
HEADER = ("Mã TTHC", "Tên TTHC", "Loại giấy tờ", "Bắt buộc", "Dùng lại", "Căn cứ")
ROWS = (
    ("1.004873.000.00.00.H14", "Xác nhận hôn nhân", "Giấy khai sinh", "x", "có", "NĐ 123/2015"),
    ("1.004873", "Xác nhận hôn nhân", "CAN_CUOC", "không", "không", ""),
    ("2.000635", "Bản sao trích lục", "KET_HON", "", "", ""),
)
RULES = (
    Rule("1.004873", "Xác nhận hôn nhân", "KHAI_SINH", True, True, "NĐ 123/2015"),
    Rule("1.004873", "Xác nhận hôn nhân", "CAN_CUOC", False, False, ""),
    Rule("2.000635", "Bản sao trích lục", "KET_HON", True, True, ""),
)


def _csv(folder: Path, *rows: tuple[str, ...], separator: str = ";") -> Path:
    file = folder / "bang.csv"
    lines = "\n".join(separator.join(row) for row in rows)
    file.write_text(f"\ufeff{lines}\n", "utf-8")
    return file


def _xlsx(folder: Path, *rows: tuple[object, ...]) -> Path:
    book, file = Workbook(), folder / "bang.xlsx"
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_sheet_becomes_the_table(tmp_path: Path, separator: str) -> None:
    sheet = read_sheet(_csv(tmp_path, HEADER, *ROWS, separator=separator), PROFILE)
    assert (sheet.table.rules, sheet.faults) == (RULES, ())


def test_an_excel_sheet_becomes_the_same_table(tmp_path: Path) -> None:
    sheet = read_sheet(_xlsx(tmp_path, HEADER, *ROWS, (None,) * 6), PROFILE)
    assert (sheet.table.rules, sheet.faults) == (RULES, ())


def test_titles_may_be_english_and_in_any_order(tmp_path: Path) -> None:
    file = _csv(tmp_path, ("document_type", "PROCEDURE"), ("KHAI_SINH", "1.004873"))
    (rule,) = read_sheet(file, PROFILE).table.rules
    assert rule == Rule("1.004873", "", "KHAI_SINH", True, True, "")


def test_every_fault_is_named_by_its_row_at_once(tmp_path: Path) -> None:
    file = _csv(
        tmp_path,
        HEADER,
        ROWS[0],
        ("1.0048", "", "KHAI_SINH", "", "", ""),
        ("1.004873", "", "KHAISINH", "", "chắc vậy", ""),
        ROWS[0],
    )
    assert read_sheet(file, PROFILE).faults == (
        Fault("procedure", 3, "mã TTHC", "1.0048"),
        Fault("choice", 4, "dùng lại", "chắc vậy"),
        Fault("type", 4, "loại giấy tờ", "KHAISINH"),
        Fault("twice", 5, "loại giấy tờ", "2"),
    )


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([("",)], ["empty"]),
        ([HEADER], ["empty"]),
        ([("Mã TTHC", "Ghi chú"), ("1.004873", "")], ["column"]),
    ],
)
def test_a_sheet_that_is_none_says_so(
    tmp_path: Path, rows: list[tuple[str, ...]], codes: list[str]
) -> None:
    assert [fault.code for fault in read_sheet(_csv(tmp_path, *rows), PROFILE).faults] == codes


def test_every_fault_has_its_sentence() -> None:
    codes = ("empty", "column", "procedure", "type", "choice", "twice")
    assert all(f"rules.fault.{code}" in TEXTS for code in codes)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", b"PK not a zip"), ("a.xlsx", b""), ("a.csv", b"\xff\xfe\x00m\x00\xe3")],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ConfigError, match=name):
        read_sheet(tmp_path / name, PROFILE)


def test_a_table_is_found_by_the_national_part_of_the_code(tmp_path: Path) -> None:
    save(RuleTable(RULES, "bang.csv"), tmp_path / "rules.json")
    table = load(tmp_path / "rules.json")
    assert table.of("1.004873.000.00.00.H56") == RULES[:2]
    assert table.of("9.999999") == ()


def test_without_an_import_the_table_is_empty(tmp_path: Path) -> None:
    assert load(tmp_path / "rules.json") == RuleTable()


def test_a_damaged_table_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text("{")
    with pytest.raises(ConfigError, match="rules import"):
        load(tmp_path / "rules.json")
