"""`sohoa catalog`: the index over the archive."""

from __future__ import annotations

import sys

import click

from pipelines.cli.context import Site, pass_site
from pipelines.lock import locked
from pipelines.stages import wall_clock


@click.group("catalog")
def command() -> None:
    """Danh mục tra cứu: chỉ là bản chép của kho, lúc nào cũng dựng lại được."""


@command.command("rebuild")
@pass_site
def rebuild(site: Site) -> int:
    """Dựng lại danh mục chỉ từ kho lưu trữ. Danh mục cũ dùng được cho tới phút cuối."""
    from storage.objects import open_store
    from storage.rebuild import rebuild as make_again

    settings = site.settings
    with locked(settings.run.data):
        made = make_again(open_store(settings.storage), settings.storage, now=wall_clock())
    click.echo(site.texts("catalog.rebuilt", count=made.documents))
    return 0


@command.command("dump")
@pass_site
def dump(site: Site) -> int:
    """In danh mục ra đầu ra chuẩn, mỗi tài liệu một dòng JSON, cùng kho thì cùng từng byte."""
    from storage.catalog import Catalog

    with Catalog.open(site.settings.storage) as catalog:
        for line in catalog.dump():
            sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    return 0
