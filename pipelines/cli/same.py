"""`sohoa same`: papers of the archive that are, or may be, one paper scanned twice."""

from __future__ import annotations

import json

import click

from digitizer import codec
from pipelines import newcomer
from pipelines.cli.context import Site, json_option, pass_site


@click.command("same")
@json_option
@pass_site
def command(site: Site, as_json: bool) -> int:
    """Những giấy tờ trong kho là, hoặc có thể là, một bản giấy quét hai lần; kèm chứng cứ.

    \b
    Tìm khi lưu trữ, theo số, người và các chữ số trên giấy. Không gộp, không xóa gì: người xem
    và quyết định. "conflict": cùng số, cùng cơ quan, cùng ngày mà nội dung khác — phải kiểm tra.
    Mã thoát: 0 không có mâu thuẫn · 100 có mâu thuẫn
    """
    conflicts = 0
    with newcomer.ledger(site.settings) as links:
        for link in links.links():
            conflicts += link.verdict.value == "conflict"
            if as_json:
                click.echo(json.dumps(codec.to_plain(link), ensure_ascii=False))
                continue
            click.echo(
                site.texts(
                    f"same.{link.verdict.value}",
                    id=link.document_id,
                    other=link.other_id,
                    likeness=f"{link.likeness:.2f}",
                    here=" ".join(link.only_here) or "–",
                    there=" ".join(link.only_there) or "–",
                )
            )
    return 100 if conflicts else 0
