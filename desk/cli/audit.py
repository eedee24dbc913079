"""`sohoa audit-log`: who asked what at the counter, and whether that can be believed."""

from __future__ import annotations

import json
import sys

import click

from digitizer import codec
from digitizer.errors import IntegrityError
from pipelines.cli.context import Site, json_option, pass_site
from storage.audit_log import Head, Verified, events, parse_head, verify
from storage.identity import IdentityVault, normal_number


@click.group("audit-log")
def command() -> None:
    """Nhật ký tra cứu: ai hỏi gì, khi nào, để làm gì. Chỉ ghi thêm, không sửa được mà không lộ."""


@command.command("verify")
@click.option("--head", help="Đầu mối đã in lần trước (DÒNG:MÃ-BĂM), để biết nhật ký bị cắt đuôi.")
@json_option
@pass_site
def verify_command(site: Site, head: str | None, as_json: bool) -> int:
    """Kiểm tra cả nhật ký và chỉ ra dòng bị sửa, bị bỏ, bị đổi chỗ.

    \b
    In ra đầu mối; giữ nó ở nơi khác (sổ giao ca, thư) để lần sau so lại bằng --head.
    Mã thoát: 0 nguyên vẹn · 30 có dòng không còn như lúc ghi
    """
    settings = site.settings
    found = verify(settings.desk.audit_log, _vault(site).audit_key, expected=_head(head))
    if as_json:
        plain = {"schema": "sohoa.audit/1", **codec.to_plain(found), "head": str(found.head)}
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        _print(site, found)
    if found.faults:
        raise IntegrityError(f"{settings.desk.audit_log}: {len(found.faults)} ✖")
    return 0


@command.command("of")
@pass_site
def of_command(site: Site) -> int:
    """In mọi lượt hỏi về một người; số định danh đọc từ đầu vào chuẩn, không đặt trên dòng lệnh.

    \b
    Để trả lời công dân: ai đã xem dữ liệu của tôi? Mỗi dòng một sự kiện, dạng JSON.
    """
    if sys.stdin.isatty():
        number: str = click.prompt("", prompt_suffix="> ", hide_input=True, err=True)
    else:
        number = sys.stdin.readline()
    asked = _vault(site).asked_key(normal_number(number))
    looked: set[str] = set()
    for event in events(site.settings.desk.audit_log):
        hashes, lookup = event.get("asked"), str(event.get("lookup"))
        is_about = isinstance(hashes, list) and asked in hashes
        if is_about:
            looked.add(lookup)
        if is_about or lookup in looked:
            click.echo(json.dumps(event, ensure_ascii=False))
    return 0


def _vault(site: Site) -> IdentityVault:
    return IdentityVault.open(site.settings.storage.identity_key_file, create=False)


def _head(text: str | None) -> Head | None:
    try:
        return parse_head(text) if text else None
    except ValueError as error:
        raise click.UsageError("--head LINES:SHA256") from error


def _print(site: Site, found: Verified) -> None:
    for fault in found.faults:
        key = f"audit.{fault.kind.value}"
        click.echo(f"✖ {site.texts(key, place=fault.place, number=fault.number)}")
    if not found.faults:
        click.echo(site.texts("audit.whole", lines=found.head.lines))
    click.echo(site.texts("audit.head", head=found.head))
