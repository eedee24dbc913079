"""`sohoa identity-key`: the keys under which identity numbers are hashed and sealed."""

from __future__ import annotations

import json
from collections import Counter

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.lock import locked
from storage.catalog import Catalog
from storage.identity import IdentityVault, rotate

SCHEMA = "sohoa.identity-key/1"


@click.group("identity-key")
def command() -> None:
    """Khóa băm và mã hóa số định danh: xem, đổi khóa."""


@command.command("show")
@json_option
@pass_site
def show_command(site: Site, as_json: bool) -> int:
    """Liệt kê các khóa và số tài liệu trong danh mục được niêm phong bằng mỗi khóa."""
    storage = site.settings.storage
    vault = IdentityVault.open(storage.identity_key_file, create=False)
    with Catalog.open(storage) as catalog:
        used = Counter(json.loads(line)["identity_key_id"] for line in catalog.dump())
    held = [one.key_id for one in vault.generations]
    if as_json:
        keys = [{"key_id": key, "documents": used[key]} for key in held]
        missing = {key: count for key, count in used.items() if key not in held}
        click.echo(json.dumps({"schema": SCHEMA, "keys": keys, "missing": missing}))
        return 0
    for number, key in enumerate(held):
        name = "identity.key" if number else "identity.newest"
        click.echo(site.texts(name, id=key, count=used[key]))
    return 0


@command.command("rotate")
@pass_site
def rotate_command(site: Site) -> int:
    """Dùng một khóa mới cho những gì lưu trữ từ nay.

    Những gì đã lưu vẫn đọc được và tra cứu được bằng khóa của nó: hồ sơ lưu trữ không bao giờ ghi
    lại. Sao lưu tệp khóa ngay, và khởi động lại `sohoa serve`.

    \b
    Mã thoát: 0 xong · 3 không có tệp khóa, hoặc tệp đã đầy · 5 đang có lượt chạy
    """
    with locked(site.settings.run.data):
        vault = rotate(site.settings.storage.identity_key_file)
    click.echo(site.texts("identity.rotated", id=vault.key_id))
    return 0
