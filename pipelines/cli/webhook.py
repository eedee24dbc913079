"""`sohoa webhook`: tell the province's system that documents are ready."""

from __future__ import annotations

import json

import click

from digitizer import codec
from pipelines import webhook
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.stages import wall_clock


@click.group("webhook")
def command() -> None:
    """Báo cho hệ thống khác khi tài liệu sẵn sàng: gửi, xem, gửi lại ([webhook] url)."""


@command.command("deliver")
@json_option
@pass_site
def deliver_command(site: Site, as_json: bool) -> int:
    """Gửi những tin đến lượt; tin không gửi được thì để lần sau, mỗi lần đợi lâu hơn.

    \b
    `sohoa serve` tự làm việc này; lệnh này cho nơi không mở quầy, chạy theo hẹn giờ.
    Mã thoát: 0 gửi hết · 100 có tin chưa gửi được
    """
    made = webhook.deliver(site.settings, wall_clock)
    if as_json:
        plain = {"schema": "sohoa.webhook/1", **codec.to_plain(made)}
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        click.echo(site.texts("webhook.delivered", **codec.to_plain(made)))
    return 100 if made.put_off or made.given_up else 0


@command.command("list")
@json_option
@pass_site
def list_command(site: Site, as_json: bool) -> int:
    """Cho biết bao nhiêu tin đang đợi, đã gửi, đã bỏ, và vì sao bỏ."""
    with webhook.outbox(site.settings) as held:
        counts, dead = held.counts(), held.dead()
    if as_json:
        plain = {
            "schema": "sohoa.webhook/1",
            **{fate.value: count for fate, count in counts.items()},
            "given_up": [codec.to_plain(event) for event in dead],
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 0
    click.echo(site.texts("webhook.counts", **{fate.value: n for fate, n in counts.items()}))
    for event in dead:
        facts = {"id": event.event_id, "attempts": event.attempts, "error": event.error}
        click.echo(site.texts("webhook.dead", **facts))
    return 0


@command.command("retry")
@pass_site
def retry_command(site: Site) -> int:
    """Cho những tin đã bỏ được gửi lại từ đầu."""
    with webhook.outbox(site.settings) as held:
        click.echo(site.texts("webhook.revived", count=held.revive(wall_clock())))
    return 0
