"""`sohoa scan`: from the scanner's feeder straight into the inbox."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.scanner import ScanOrder, devices, scan_stack
from pipelines.stages import wall_clock


@click.command("scan")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--list", "listing", is_flag=True, help="Liệt kê máy quét rồi thôi.")
@click.option("--device", default="", help="Tên máy quét theo SANE; mặc định máy đầu tiên.")
@click.option("--source", default="", help="Đường giấy theo tên của máy; mặc định khay nạp (ADF).")
@click.option("--duplex", is_flag=True, help="Quét cả hai mặt.")
@click.option("--dpi", type=click.IntRange(75, 1200), default=300, help="Độ phân giải.")
@click.option(
    "--mode",
    type=click.Choice(["color", "gray", "lineart"]),
    default="color",
    help="Màu, xám hay đen trắng.",
)
@click.option("--count", type=click.IntRange(0), default=0, help="Số trang nhiều nhất; 0 là hết.")
@click.option("--quality", type=click.IntRange(50, 95), default=90, help="Chất lượng JPEG.")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="TÊN=GIÁ TRỊ",
    help="Tùy chọn riêng của máy, vd --option brightness=10; dùng được nhiều lần.",
)
@json_option
@pass_site
def command(
    site: Site,
    *,
    folder: Path | None,
    listing: bool,
    device: str,
    source: str,
    duplex: bool,
    dpi: int,
    mode: str,
    count: int,
    quality: int,
    options: tuple[str, ...],
    as_json: bool,
) -> int:
    """Quét hết khay nạp giấy thành một tệp PDF trong FOLDER (mặc định thư mục nhận).

    Tệp chỉ xuất hiện khi cả tập đã quét xong. Kẹt giấy thì không có gì vào thư mục nhận: đặt lại
    cả tập và quét lần nữa.

    \b
    Ví dụ:   sohoa scan --list
             sohoa scan /srv/scan/hop-12 --duplex --dpi 300 --mode gray
    """
    if listing:
        return _print_devices(site, as_json)
    target, pages = scan_stack(
        ScanOrder(device, source, duplex, dpi, mode, count, options),
        folder or site.settings.run.inbox,
        now=wall_clock(),
        quality=quality,
        on_page=lambda page: click.echo(site.texts("scan.page", page=page), err=True),
    )
    if as_json:
        click.echo(json.dumps({"file": str(target), "pages": pages}, ensure_ascii=False))
    else:
        click.echo(site.texts("scan.done", file=target, pages=pages))
    return 0


def _print_devices(site: Site, as_json: bool) -> int:
    found = devices()
    if as_json:
        rows = [{"device": one.name, "description": one.description} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif not found:
        click.echo(site.texts("scan.none"))
    else:
        for one in found:
            click.echo(f"{one.name}  {one.description}")
    return 0
