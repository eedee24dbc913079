"""`sohoa desk key`: who may ask at the counter."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import click

from desk.api_keys import ApiKey, Scope, add, all_keys, revoke
from digitizer import codec
from digitizer.errors import ConfigError
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.stages import wall_clock


@click.group("desk")
def command() -> None:
    """Quản lý quầy tra cứu: khóa truy cập cho từng quầy, từng hệ thống."""


@command.group("key")
def key() -> None:
    """Khóa truy cập: cấp, xem, thu hồi. Quầy đang chạy nhận thay đổi ngay."""


@key.command("add")
@click.argument("label")
@click.option("--agency", required=True, help="Cơ quan; số liệu tái sử dụng tính theo tên này.")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.METADATA.value,
    help="exists: chỉ biết có hay không · metadata: thêm thông tin đã che · document: xem, sao"
    " · review: chỉ bàn xác nhận.",
)
@click.option("--per-minute", type=click.IntRange(1), help="Số câu hỏi mỗi phút; khác [desk].")
@click.option("--days", type=click.IntRange(1), help="Hết hạn sau chừng này ngày.")
@pass_site
def add_command(
    site: Site, label: str, agency: str, scope: str, per_minute: int | None, days: int | None
) -> int:
    """Cấp một khóa và in ra MỘT lần duy nhất; kho chỉ giữ mã băm của nó."""
    now = wall_clock()
    wanted = ApiKey(
        *("", label, agency, Scope(scope), per_minute or 0, ""),
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
        revoked_at=None,
    )
    click.echo(site.texts("key.shown_once"), err=True)
    click.echo(add(site.settings.desk.keys_file, wanted))
    return 0


@key.command("list")
@json_option
@pass_site
def list_command(site: Site, as_json: bool) -> int:
    """Liệt kê các khóa, không có phần bí mật."""
    now = wall_clock()
    for one in all_keys(site.settings.desk.keys_file):
        if as_json:
            plain = codec.to_plain(one)
            del plain["secret_sha256"]
            click.echo(json.dumps({**plain, "live": one.is_live(now)}, ensure_ascii=False))
        else:
            state = site.texts(f"key.{_state(one, now)}")
            click.echo(f"{one.key_id}  {one.scope:9} {state:10} {one.label} · {one.agency}")
    return 0


@key.command("revoke")
@click.argument("key_id")
@pass_site
def revoke_command(site: Site, key_id: str) -> int:
    """Thu hồi khóa: câu hỏi kế tiếp bằng khóa này bị từ chối."""
    revoked = revoke(site.settings.desk.keys_file, key_id, wall_clock())
    if revoked is None:
        raise ConfigError(f"{key_id}: no such key; see sohoa desk key list")
    click.echo(site.texts("key.revoked_now", id=key_id, label=revoked.label))
    return 0


def _state(one: ApiKey, now: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "live" if one.is_live(now) else "expired"
