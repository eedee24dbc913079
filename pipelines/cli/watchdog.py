"""`sohoa watchdog`: has a night come through lately?"""

from __future__ import annotations

import json

import click

from digitizer import codec
from pipelines import mail
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.morning import LastNight, is_late, last_night
from pipelines.settings import Settings
from pipelines.stages import wall_clock

LATE = 20
"""Exit code; that of what is away, so that timers and monitors take notice."""


@click.command("watchdog")
@json_option
@pass_site
def command(site: Site, as_json: bool) -> int:
    """Báo khi quá lâu chưa có đêm nào chạy xong ([night] late_h); gửi thư nếu có [mail].

    Có bộ hẹn giờ riêng (sohoa init), nên vẫn báo khi chính việc chạy đêm không khởi động.

    \b
    Mã thoát: 0 đúng hạn · 20 quá hạn
    """
    settings, texts = site.settings, site.texts
    last = last_night(settings)
    warning = overdue(settings, last, texts)
    if as_json:
        plain = codec.to_plain(last) if last else None
        click.echo(json.dumps({"late": bool(warning), "last": plain}, ensure_ascii=False))
    else:
        click.secho(warning or texts("night.in_time"), fg="red" if warning else "green")
    if warning:
        subject = f"{texts('night.failed')} {warning}"
        if mail.send(settings.mail, subject, f"{warning}\n", wall_clock()):
            click.echo(texts("night.mailed", to=", ".join(settings.mail.to)), err=True)
    return LATE if warning else 0


def overdue(settings: Settings, last: LastNight | None, texts: Catalogue) -> str:
    """Return the warning that no night has come through for too long, "" in time."""
    now = wall_clock()
    if last is None or last.succeeded_at is None:
        return texts("night.never")
    if not is_late(last, settings.night.late_h, now):
        return ""
    return texts("night.late", hours=round((now - last.succeeded_at).total_seconds() / 3600))
