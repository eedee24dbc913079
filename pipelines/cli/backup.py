"""`sohoa backup`: the second copy, and drills of bringing it back."""

from __future__ import annotations

import json

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.safekeeping import back_up, practise
from pipelines.stages import wall_clock
from pipelines.state_backup import StateTaken, keep_state, prove_state

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
    đêm chạy thường, hằng tháng chạy với --full.

    Sau kho là những gì chỉ thư mục dữ liệu mới có: nhật ký công việc, sổ rà soát, việc chờ báo, sổ
    tái sử dụng, nhật ký truy cập, tài liệu cách ly. Chúng được mã hóa bằng khóa định danh; riêng
    khóa ấy KHÔNG được sao theo: cất một bản ở nơi khác (docs/operations.md).

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
    taken = keep_state(settings, now=wall_clock())
    proven = prove_state(settings) if count else None
    failed = drilled.failed or (proven is not None and proven.failed)
    if as_json:
        plain = {
            "schema": SCHEMA,
            **codec.to_plain(done),
            "drill": codec.to_plain(drilled),
            "state": codec.to_plain(taken),
            "state_drill": codec.to_plain(proven) if proven else None,
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 30 if failed else 0
    copied = done.copied
    megabytes = f"{copied.size_bytes / 1e6:.1f}"
    click.secho(
        texts("backup.done", count=copied.objects, size=megabytes, present=copied.present),
        bold=True,
    )
    _tell_state(taken, texts)
    good = len(drilled.documents) - len(drilled.failed)
    color = "red" if drilled.failed else "green"
    click.secho(texts("backup.drill", good=good, count=len(drilled.documents)), fg=color)
    for document_id, why in drilled.failed:
        click.echo(f"  {document_id}: {why}")
    if proven is not None:
        good = proven.files - len(proven.failed)
        color = "red" if proven.failed else "green"
        click.secho(texts("backup.state_drill", good=good, count=proven.files), fg=color)
    return 30 if failed else 0


def _tell_state(taken: StateTaken, texts: Catalogue) -> None:
    if not taken.new_files:
        click.echo(texts("backup.state_same", count=taken.files))
        return
    size = f"{taken.new_bytes / 1e6:.1f}"
    click.echo(texts("backup.state", count=taken.files, new=taken.new_files, size=size))
