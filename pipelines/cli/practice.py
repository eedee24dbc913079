"""`sohoa practice`: a synthetic province to train on."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines import practice
from pipelines.cli.context import Site, pass_site
from pipelines.cli.nightly import report_night
from pipelines.night import spend
from pipelines.watch import ProgressLine


@click.command("practice")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="sohoa-tap-su")
@click.option("--no-run", is_flag=True, help="Chỉ dựng thư mục, chưa chạy đêm đầu.")
@pass_site
def command(site: Site, folder: Path, no_run: bool) -> int:
    """Dựng trong FOLDER một tỉnh tập sự: giấy tờ giả, thư mục dữ liệu riêng, rồi chạy một đêm.

    Trong đó có bản quét hỏng, bản trùng, bản đóng dấu mật giả, bản khó đọc: đủ để tập xem báo
    cáo, xác nhận trường, quét lại, tra cứu. Không đụng gì tới dữ liệu thật; xóa thư mục là hết.
    """
    config = practice.make(folder.absolute())
    own = Site(config, {"run.lang": site.texts.lang})
    inbox = own.settings.run.inbox
    count = sum(path.is_file() for path in inbox.rglob("*"))
    click.echo(site.texts("practice.made", folder=folder, count=count), err=True)
    if not no_run:
        night = spend(own.settings, inbox, watcher=ProgressLine(site.texts))
        report_night(own, night, as_json=False)
    click.echo(site.texts("practice.next", config=folder / practice.CONFIG))
    return 0
