"""`sohoa separators`: print the sheets that stand between documents in a stack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from digitizer.errors import ConfigError
from digitizer.extract.codes import is_case_code, is_procedure_code
from digitizer.legal_profile import load_profile
from digitizer.model import FieldName
from digitizer.separator import Separator
from pipelines import durable
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.manifest import Declaration, read_manifest
from pipelines.separator_sheets import (
    Printing,
    closed_set,
    loose_set,
    new_set_id,
    print_sheets,
)

_MOST = 1000


@click.command("separators")
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--list",
    "listing",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Danh sách CSV/XLSX, mỗi dòng một tài liệu: số trang, mã hồ sơ, mã TTHC, loại, hộp.",
)
@click.option("--count", type=click.IntRange(1, _MOST), help="Số tờ rời, khi không có --list.")
@click.option(
    "--pages", type=click.IntRange(0, 9999), default=0, help="Số trang ảnh sau mỗi tờ rời."
)
@click.option("--agency", default="", help="Mã cơ quan, vd H41.05.")
@click.option("--agency-name", default="", help="Tên cơ quan in ở đầu tờ.")
@click.option("--box", default="", help="Hộp hoặc cặp giấy.")
@click.option("--case", "ma_ho_so", default="", help="Mã hồ sơ.")
@click.option("--procedure", "ma_tthc", default="", help="Mã TTHC.")
@click.option("--type", "kind", default="", help="Loại giấy tờ, mã hoặc tên, vd QĐ.")
@click.option("--duplex", is_flag=True, help="Máy quét quét cả hai mặt mọi tờ.")
@json_option
@pass_site
def command(
    site: Site,
    *,
    output: Path,
    listing: Path | None,
    count: int | None,
    pages: int,
    agency: str,
    agency_name: str,
    box: str,
    ma_ho_so: str,
    ma_tthc: str,
    kind: str,
    duplex: bool,
    as_json: bool,
) -> int:
    """In tờ phân cách có mã QR ra tệp PDF OUTPUT, mỗi tờ đặt trước một tài liệu.

    Với --list, mỗi dòng một tờ; cả bộ được đánh số, thiếu tờ nào hay thiếu trang nào khi quét thì
    `sohoa run` giữ lại cả tập và chỉ rõ tờ, trang. Không có --list thì in --count tờ rời.

    \b
    Ví dụ:   sohoa separators to-phan-cach.pdf --list hop-12.csv --box "Hộp 12"
             sohoa separators to-roi.pdf --count 40 --agency H41.05 --type QĐ
    """
    if (listing is None) == (count is None):
        raise click.UsageError("--list | --count")
    common = Separator(new_set_id(), 1, 0, pages, 0, duplex, agency, box, ma_ho_so, ma_tthc, kind)
    if listing is not None:
        rows = read_manifest(listing, of_files=False)
        sheets = closed_set([_checked(_of_row(common, row), row) for row in rows])
    else:
        sheets = loose_set(_checked(common, None), count or 1)
    names = {row.code: row.name for row in load_profile().types}
    data = print_sheets(sheets, Printing(agency_name, names, date.today()))
    durable.write(output, data)
    if as_json:
        facts = {"file": str(output), "set": common.set_id, "sheets": len(sheets)}
        click.echo(json.dumps({**facts, "pages": sheets[0].all_pages}, ensure_ascii=False))
    else:
        texts = site.texts
        click.echo(texts("separators.made", file=output, count=len(sheets), set=common.set_id))
        click.echo(texts("separators.hint"))
    return 0


def _of_row(common: Separator, row: Declaration) -> Separator:
    """Return the sheet a row asks for; what the row leaves open the options fill."""
    return Separator(
        common.set_id,
        1,
        pages=row.pages or common.pages,
        is_duplex=common.is_duplex,
        agency=common.agency,
        box=row.box or common.box,
        ma_ho_so=row.field(FieldName.MA_HO_SO) or common.ma_ho_so,
        ma_tthc=row.field(FieldName.MA_TTHC) or common.ma_tthc,
        document_type=row.document_type or common.document_type,
    )


def _checked(sheet: Separator, row: Declaration | None) -> Separator:
    """Return the sheet with its type as a code.

    Raises:
        ConfigError: a code of wrong form, a type nobody knows, or an odd page count in duplex.
    """
    place = f"row {row.row}: " if row else ""
    if sheet.ma_ho_so and not is_case_code(sheet.ma_ho_so):
        raise ConfigError(f"{place}“{sheet.ma_ho_so}” is no mã hồ sơ")
    if sheet.ma_tthc and not is_procedure_code(sheet.ma_tthc):
        raise ConfigError(f"{place}“{sheet.ma_tthc}” is no mã TTHC")
    if sheet.is_duplex and sheet.pages % 2:
        raise ConfigError(f"{place}{sheet.pages} pages, but both sides are scanned")
    if not sheet.document_type:
        return sheet
    kind = load_profile().type_of(sheet.document_type)
    if kind is None:
        raise ConfigError(f"{place}“{sheet.document_type}” is no known document type")
    return replace(sheet, document_type=kind.code)
