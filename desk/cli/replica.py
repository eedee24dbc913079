"""`sohoa replica`: a copy of the catalog for a desk whose line may be down."""

from __future__ import annotations

import json
from pathlib import Path

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site
from storage.answer import VIET_NAM
from storage.replica import replicate


@click.command("replica")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_site
def command(site: Site, file: Path, as_json: bool) -> int:
    """Chép mục lục tra cứu ra tệp SQLite FILE cho quầy dùng khi mất mạng; chạy hằng đêm.

    \b
    Ở quầy: [storage] catalog = "sqlite:///FILE", catalog_stale_after_h = 36, và khóa định danh.
    Bản chép mang theo thời điểm của nó; quá cũ thì quầy trả lời "chưa thể kết luận".
    """
    made = replicate(site.settings.storage, file)
    if as_json:
        plain = {"schema": "sohoa.replica/1", **codec.to_plain(made)}
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 0
    as_of = made.as_of.astimezone(VIET_NAM).strftime("%d/%m/%Y %H:%M") if made.as_of else "–"
    click.echo(site.texts("replica.made", file=file, documents=made.documents, as_of=as_of))
    return 0
