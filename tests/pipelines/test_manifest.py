"""The list that comes with a batch: read with every fault named, compared with what is there."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from digitizer.errors import ConfigError
from digitizer.model import FieldName
from pipelines.manifest import missing, read_manifest, undeclared


def csv(folder: Path, text: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text(text, "utf-8")
    return path


def test_columns_are_found_by_title_in_any_order_and_spelling(tmp_path: Path) -> None:
    text = "SỐ TRANG;Tệp;Loại giấy tờ;mã_hồ_sơ\n4;hop/a.pdf;QĐ;H41.05-260118-0042\n\n;b.pdf;;\n"
    first, second = read_manifest(csv(tmp_path, text), of_files=True)
    assert (first.file, first.pages, first.document_type) == ("hop/a.pdf", 4, "QĐ")
    assert first.field(FieldName.MA_HO_SO) == "H41.05-260118-0042"
    assert (second.row, second.file, second.pages) == (4, "b.pdf", 0)


def test_an_xlsx_says_the_same(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["tệp", "số trang"])  # type: ignore[union-attr]
    book.active.append(["a.pdf", 3])  # type: ignore[union-attr]
    book.save(tmp_path / "manifest.xlsx")
    (row,) = read_manifest(tmp_path / "manifest.xlsx", of_files=True)
    assert (row.file, row.pages) == ("a.pdf", 3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no rows"),
        ("tệp\n", "no rows"),
        ("số trang\n3\n", "no column"),
        ("tệp,số trang\na.pdf,ba\n", "row 2"),
        ("tệp,số trang\na.pdf,0\n", "row 2"),
        ("tệp,hộp\na.pdf,1\nb.pdf,1\na.pdf,1\n", "row 4"),
        ("tệp,hộp\n../a.pdf,1\n", "row 2"),
        ("tệp,hộp\n,1\n", "row 2"),
    ],
)
def test_a_fault_is_named_by_its_row(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        read_manifest(csv(tmp_path, text), of_files=True)


def test_what_is_missing_and_what_is_too_many_is_told(tmp_path: Path) -> None:
    rows = read_manifest(csv(tmp_path, "tệp\na.pdf\nb.pdf\n"), of_files=True)
    assert missing(rows, ["b.pdf", "c.pdf"]) == ("a.pdf",)
    assert undeclared(rows, ["b.pdf", "c.pdf"]) == ("c.pdf",)
