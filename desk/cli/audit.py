"""`sohoa audit-log`: who asked what, at the counter or in the office, and is the log whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from digitizer import codec
from digitizer.errors import IntegrityError
from pipelines.audit_roots import CheckedRoot, check_roots, seal
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.office_log import office_log
from pipelines.stages import wall_clock
from pipelines.subject import about
from storage.audit_log import FIRST, Head, Verified, parse_head, verify
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
    settings, texts = site.settings, site.texts
    found = _verified(site, settings.desk.audit_log, _head(head))
    roots = check_roots(settings)
    office = _verified(site, office_log(settings), None)
    broken = [one for one in roots if not one.is_whole]
    if as_json:
        plain = {"schema": "sohoa.audit/1", **codec.to_plain(found), "head": str(found.head)}
        plain |= {"office": codec.to_plain(office), "roots": codec.to_plain(roots)}
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        _print(site, found)
        for fault in office.faults:
            told = texts(f"audit.{fault.kind.value}", place=fault.place, number=fault.number)
            click.echo(f"✖ {office_log(settings).name}: {told}")
        _print_roots(site, roots)
    if found.faults or office.faults or broken:
        count = len(found.faults) + len(office.faults) + len(broken)
        raise IntegrityError(f"{settings.desk.audit_log.parent}: {count} ✖")
    return 0


@command.command("seal")
@pass_site
def seal_command(site: Site) -> int:
    """Niêm phong những dòng mới của các nhật ký: gốc Merkle, đóng dấu thời gian, cất vào kho.

    Chạy hằng đêm. Sau đó ai có cả khóa cũng không viết lại được dòng cũ mà không lộ.

    \b
    Mã thoát: 0 xong · 30 nhật ký không còn nguyên vẹn: không niêm phong
              20–29 cơ quan dấu thời gian hoặc kho không sẵn sàng, chạy lại
    """
    for one in seal(site.settings, now=wall_clock()):
        stamp = one.stamped_at.isoformat(timespec="seconds") if one.stamped_at else "—"
        told = site.texts(
            "audit.sealed", log=one.root.log, first=one.root.first, last=one.root.last
        )
        click.echo(f"{told} {one.root.root} · {stamp}")
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
    for event in about(site.settings, asked):
        click.echo(json.dumps(event, ensure_ascii=False))
    return 0


def _verified(site: Site, file: Path, expected: Head | None) -> Verified:
    if not file.exists() and expected is None:
        return Verified(Head(0, FIRST), ())  # nothing was ever asked, or done, here
    return verify(file, _vault(site).audit_key, expected=expected)


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


def _print_roots(site: Site, roots: tuple[CheckedRoot, ...]) -> None:
    for one in roots:
        if one.is_whole:
            continue
        lines = ", ".join(str(place) for place in one.places) or "…"
        told = site.texts("audit.root_differs", log=one.root.log, last=one.root.last, lines=lines)
        click.echo(f"✖ {told}")
    stamped = sum(1 for one in roots if one.stamped_at)
    click.echo(site.texts("audit.roots", count=len(roots), stamped=stamped))
