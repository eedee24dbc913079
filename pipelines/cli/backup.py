"""`sohoa backup`: the second copy, and drills of bringing it back."""

from __future__ import annotations

import json

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.safekeeping import back_up, practise
from pipelines.stages import wall_clock

SCHEMA = "sohoa.backup/1"
_PARTS = 256


@click.command("backup")
@click.option("--full", is_flag=True, help="Đọc lại cả những gì đã sao và chứng minh là giống.")
@click.option("--drill", type=click.IntRange(0), metavar="N", help="Rồi thử lấy lại N tài liệu.")
@json_option
@pass_site
def command(site: Site, full: bool, drill: int | None, as_json: bool) -> int:
    """Sao những gì mới trong kho sang bản lưu thứ hai ([backup]), rồi thử lấy lại vài tài liệu.

    Mỗi tệp được đọc lại ở nơi mới rồi mới tính. Ngừng giữa chừng không sao: chạy lại là tiếp. Hằng
    đêm chạy thường, hằng tháng chạy với --full. Khóa định danh và sổ tái sử dụng không nằm trong
    kho: sao riêng (docs/operations.md).

    \b
    Mã thoát: 0 xong, thử lấy lại đều được · 30 thử lấy lại có tài liệu hỏng · 3 thiếu [backup]
              31 hai bản khác nhau · 20–29 một trong hai kho không sẵn sàng, chạy lại
    """
    settings, texts = site.settings, site.texts

    def tell(part: int) -> None:
        if part % 64 == 0 and not as_json:
            click.echo(texts("backup.progress", share=f"{part}/{_PARTS}"), err=True)

    done = back_up(settings, now=wall_clock, full=full, on_part=tell)
    count = settings.backup.drill if drill is None else drill
    drilled = practise(settings, count, now=wall_clock())
    if as_json:
        plain = {"schema": SCHEMA, **codec.to_plain(done), "drill": codec.to_plain(drilled)}
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 30 if drilled.failed else 0
    copied = done.copied
    megabytes = f"{copied.size_bytes / 1e6:.1f}"
    click.secho(
        texts("backup.done", count=copied.objects, size=megabytes, present=copied.present),
        bold=True,
    )
    good = len(drilled.documents) - len(drilled.failed)
    color = "red" if drilled.failed else "green"
    click.secho(texts("backup.drill", good=good, count=len(drilled.documents)), fg=color)
    for document_id, why in drilled.failed:
        click.echo(f"  {document_id}: {why}")
    return 30 if drilled.failed else 0
