"""`sohoa export`: what was read, as a sheet."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines import durable
from pipelines.cli.context import Site, pass_site
from pipelines.exchange import exported
from pipelines.spreadsheet import workbook


@click.group("export")
def command() -> None:
    """Xuất tài liệu và trường đã đọc ra tệp."""


@command.command("xlsx")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_site
def xlsx(site: Site, file: Path) -> int:
    """Xuất mọi tài liệu và trường đã đọc ra FILE (Excel), mỗi tài liệu một dòng.

    Mã và số là chữ (giữ số 0 đầu), ngày là ngày thật, chữ giống công thức vẫn là chữ. Số định
    danh đã lưu trữ được che. Sửa dòng chờ xác nhận rồi đưa lại bằng sohoa import.
    """
    rows = tuple(exported(site.settings))
    durable.write(file.absolute(), workbook(rows, site.texts))
    click.echo(site.texts("export.done", count=len(rows), path=file))
    return 0
