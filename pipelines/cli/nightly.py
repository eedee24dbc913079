"""`sohoa nightly`: the whole night in one command, and the page for the morning."""

from __future__ import annotations

import json
from pathlib import Path

import click

from digitizer.errors import DigitizationError
from pipelines import morning, morning_page
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.cli.run import exit_code, made, moment
from pipelines.forecast import forecast, shortage
from pipelines.night import Night, NightConduct, spend
from pipelines.publishing import post, publish
from pipelines.stages import wall_clock
from pipelines.watch import ProgressLine

_GB = 1e9


@click.command("nightly")
@click.argument("inbox", required=False, type=click.Path(path_type=Path))
@click.option("--until", metavar="HH:MM", help="Không bắt đầu tài liệu mới sau giờ này.")
@click.option("--workers", type=int, help="Số tiến trình; 0 là mỗi nhân một, -1 là không tách.")
@json_option
@pass_site
def command(
    site: Site, inbox: Path | None, until: str | None, workers: int | None, as_json: bool
) -> int:
    """Một đêm trọn vẹn: số hóa INBOX, sao lưu, thử lấy lại, kiểm tra kho, báo cáo buổi sáng.

    Trước khi chạy tính xem đĩa có đủ không. Kho hay dịch vụ dấu thời gian vắng thì chờ rồi thử
    lại tới --until ([night] until). Báo cáo là một trang HTML và một tệp JSON trong thư mục
    nights/, gửi thư nếu có [mail]. Hẹn giờ chạy hằng đêm: sohoa init --systemd.

    \b
    Mã thoát: như sohoa run; thêm 30 khi thử lấy lại hay kiểm tra kho thấy hỏng, 20–29 khi có
              dịch vụ vắng tới hết đêm hoặc sao lưu không được
    """
    site = site.override(run__workers=workers)
    settings, texts = site.at_work(), site.texts
    inbox = inbox or made(settings.run.inbox)
    conduct = NightConduct(until=moment(until or settings.night.until))
    watcher = None if as_json else ProgressLine(texts)
    try:
        _tell_forecast(site, inbox)
        night = spend(settings, inbox, watcher=watcher, conduct=conduct)
    except DigitizationError as error:
        # It could not begin, or met damaged bytes: nobody reads a log at night.
        subject = f"{texts('night.failed')} {error.code}"
        words = f"{error.sentence(texts.lang)}\n{error.cure(texts.lang)}\n"
        _tell_mail(site, *post(settings, subject, words, wall_clock))
        raise
    report_night(site, night, as_json=as_json)
    return _exit_code(night)


def report_night(site: Site, night: Night, *, as_json: bool) -> None:
    """Publish the morning report and print it."""
    texts = site.texts
    published = publish(site.settings, night, texts, wall_clock)
    if as_json:
        click.echo(json.dumps(morning.as_json(published.drawn, texts), ensure_ascii=False))
    else:
        click.echo(morning_page.text(published.drawn, site.settings), nl=False)
    click.echo(texts("night.report", path=published.page), err=True)
    _tell_mail(site, published.is_mailed, published.mail_error)


def _tell_mail(site: Site, is_mailed: bool, error: DigitizationError | None) -> None:
    if is_mailed:
        click.echo(site.texts("night.mailed", to=", ".join(site.settings.mail.to)), err=True)
    elif error is not None:
        click.secho(error.sentence(site.texts.lang), fg="red", err=True)


def _tell_forecast(site: Site, inbox: Path) -> None:
    """Say what will be needed; refuse to start where the reserve is touched already."""
    settings = site.settings
    reckoned = forecast(settings, inbox)
    for disk in reckoned.disks:
        words = {
            "files": reckoned.files,
            "megabytes": round(reckoned.new_bytes / 1e6),
            "needed": f"{disk.needed_bytes / _GB:.1f}",
            "free": f"{disk.free_bytes / _GB:.1f}",
        }
        click.echo(site.texts("night.begin", **words), err=True)
    if not reckoned.is_enough(settings.night.reserve_gb):
        click.secho(site.texts("night.forecast_short"), fg="red", err=True)
    if short := shortage(settings):
        raise short


def _exit_code(night: Night) -> int:
    """Return what the night as a whole came to, the gravest first."""
    bad = [done for done in night.chores if not done.ok]
    if any(done.failed for done in bad):
        return 30
    if night.error is not None:
        return night.error.exit_code
    if bad:
        return 20
    return exit_code(night.result) if night.result else 1
