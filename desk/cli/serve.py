"""`sohoa serve`: the counter, over HTTP."""

from __future__ import annotations

import logging

import click

from pipelines.cli.context import Site, pass_site
from pipelines.stages import wall_clock


@click.command("serve")
@click.option("--host", help="Địa chỉ lắng nghe; mặc định [desk] host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Cổng; mặc định [desk] port.")
@click.option("--trial", is_flag=True, help="Coi chữ ký dùng thử là dùng được (chỉ để trình diễn).")
@pass_site
def command(site: Site, host: str | None, port: int | None, trial: bool) -> int:
    """Mở quầy tra cứu: trang cho cán bộ một cửa và HTTP API (docs/desk.md).

    \b
    Trước hết:   sohoa desk key add "Quầy 1" --agency "UBND xã …" --scope document
                 sohoa rules import bang-giay-to.xlsx
    Rồi mở http://127.0.0.1:8321/ trên máy ở quầy; bàn xác nhận ở /review (khóa --scope review).
    Dừng bằng Ctrl-C.
    """
    from desk.server import serve

    flags = {"desk__host": host, "desk__port": port, "desk__trial": trial or None}
    chosen = site.override(**flags)
    logging.getLogger("desk").setLevel(logging.WARNING)
    serve(
        chosen.settings,
        now=wall_clock,
        on_ready=lambda place: click.echo(chosen.texts("serve.ready", place=place), err=True),
    )
    return 0
