"""`sohoa import`: an edited sheet, shown as differences before anything is written."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import click

from digitizer import codec
from pipelines import exchange
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.report import field_names
from pipelines.spreadsheet import edited
from pipelines.stages import wall_clock


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--apply", "must_apply", is_flag=True, help="Ghi; không có thì chỉ cho xem khác gì.")
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người đã sửa bảng.")
@json_option
@pass_site
def command(site: Site, file: Path, must_apply: bool, operator: str, as_json: bool) -> int:
    """Đưa bảng đã xuất và đã sửa trở lại: mỗi dòng sửa là lời xác nhận của một người.

    Chỉ tài liệu đang chờ xác nhận mới nhận; ô không sửa giữ như máy đọc, trừ chữ viết tay. Mọi
    khác biệt được in ra trước; ghi bằng --apply.

    \b
    Mã thoát: 0 không có dòng bị từ chối · 100 có dòng bị từ chối
    """
    texts = site.texts
    found = exchange.difference(site.settings, edited(file), operator, texts)
    count = len(found.confirmed)
    if must_apply:
        count = exchange.apply(site.settings, found, operator, wall_clock())
    if as_json:
        plain = {
            "changes": codec.to_plain(found.changes),
            "refused": codec.to_plain(found.refused),
            "documents": count,
            "applied": must_apply,
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 100 if found.refused else 0
    for change in found.changes:
        words = {"before": change.before or "—", "after": change.after or "—"}
        name = field_names(change.field, texts.lang)
        click.echo(texts("import.change", document=change.document_id[:8], field=name, **words))
    for refused in found.refused:
        click.secho(texts("import.refused", row=refused.row, why=refused.why), fg="red")
    if not found.changes and not found.refused:
        click.echo(texts("import.none"))
    click.echo(texts("import.applied" if must_apply else "import.preview", count=count))
    return 100 if found.refused else 0
