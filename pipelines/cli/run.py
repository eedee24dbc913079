"""`sohoa run`: the main job."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import click

from pipelines import report
from pipelines.archive_view import fields_of
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.outcome import Outcome, State, Tally
from pipelines.run import Conduct, RunResult, run_inbox
from pipelines.settings import Settings
from pipelines.standing import place_of
from pipelines.watch import ProgressLine

_SHOWN_ON_TERMINAL = 20


@click.command("run")
@click.argument("inbox", required=False, type=click.Path(path_type=Path))
@click.option("--workers", type=int, help="Số tiến trình; 0 là mỗi nhân một, -1 là không tách.")
@click.option("--until", metavar="HH:MM", help="Không bắt đầu tài liệu mới sau giờ này.")
@click.option("--retry", is_flag=True, help="Làm lại cả những tài liệu đã cách ly.")
@json_option
@pass_site
def command(
    site: Site,
    inbox: Path | None,
    workers: int | None,
    until: str | None,
    retry: bool,
    as_json: bool,
) -> int:
    """Số hóa mọi tệp trong INBOX: làm sạch, đọc, ký, lưu trữ, vào danh mục.

    INBOX là cây thư mục PDF, TIFF, JPEG, PNG; mỗi tệp là một tài liệu. Tệp nguồn không bị dời
    hay sửa. Chạy lại lúc nào cũng được: cái đã xong không làm lại, cái dở làm tiếp.

    \b
    Mã thoát: 0 xong hết · 100 có tài liệu bị cách ly · 101 có tài liệu chờ
              102 hết khung giờ hoặc hạn mức ký · 3–5, 20–29 không chạy được
              30–39 dữ liệu hỏng, dừng ngay
    """
    site = site.override(run__workers=workers)
    settings = site.at_work()
    inbox = inbox or made(settings.run.inbox)
    result = run_inbox(
        settings,
        inbox,
        watcher=ProgressLine(site.texts),
        conduct=Conduct(until=moment(until), retry=retry),
    )
    page = report.write(result, settings, fields_of(settings))
    if as_json:
        click.echo(json.dumps(report.as_json(result, settings), ensure_ascii=False))
    else:
        _print(result, settings, site.texts, page)
    return exit_code(result)


def exit_code(result: RunResult) -> int:
    """Return what the run as a whole came to, the gravest first."""
    states = {outcome.state for outcome in result.outcomes}
    if not result.balance.holds:
        return 1
    if result.stopped:
        return result.stopped.exit_code
    if result.window_over or result.quota_over:
        return 102
    if State.QUARANTINED in states:
        return 100
    return 101 if State.WAITING in states else 0


def made(inbox: Path) -> Path:
    """The site's own inbox is made when it is first used; one that was named is not."""
    inbox.mkdir(parents=True, exist_ok=True)
    return inbox


def moment(until: str | None) -> datetime | None:
    """Return the next time the local clock shows `until`."""
    if until is None:
        return None
    try:
        hour = datetime.strptime(until, "%H:%M").time()
    except ValueError as error:
        raise click.BadParameter("HH:MM", param_hint="--until") from error
    now = datetime.now().astimezone()
    moment = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return moment if moment > now else moment + timedelta(days=1)


def _print(result: RunResult, settings: Settings, texts: Catalogue, page: Path) -> None:
    when = result.started_at.astimezone().strftime("%d/%m/%Y %H:%M")
    click.secho(texts("run.title", when=when), bold=True)
    total = result.balance
    for name, tally, color in (
        ("intake", total.intake, None),
        ("archived", total.archived, "green"),
        ("waiting", total.waiting, "yellow"),
        ("quarantined", total.quarantined, "red"),
        ("duplicate", total.duplicate, None),
    ):
        click.secho(_row(texts, name, tally), fg=color if tally.documents else None)
    click.echo(texts("run.balanced" if total.holds else "run.unbalanced"))
    if not any(outcome.is_new for outcome in result.outcomes):
        click.echo(texts("run.nothing_new"))
    _print_attention(result.outcomes, texts)
    if result.stopped:
        error = result.stopped
        click.secho(texts("run.stopped", error=error.sentence(texts.lang)), fg="red")
        click.echo(texts("cure", cure=error.cure(texts.lang)))
    if result.window_over:
        click.echo(texts("run.window_over"))
    if result.quota_over:
        click.echo(texts("run.quota_over", quota=settings.signing.daily_quota))
    if settings.signing.key == "throwaway":
        click.secho(texts("run.throwaway"), fg="yellow")
    for line in report.due(result.outlook, settings, texts):
        click.secho(line, fg="yellow")
    click.echo(texts("run.archive", place=place_of(settings.storage)))
    click.echo(texts("run.report", path=page))


def _row(texts: Catalogue, name: str, tally: Tally) -> str:
    unknown = texts("run.unknown", count=tally.unknown) if tally.unknown else ""
    return texts(
        "run.row",
        label=texts(f"run.{name}"),
        documents=tally.documents,
        pages=tally.pages,
        unknown=unknown,
    )


def _print_attention(outcomes: tuple[Outcome, ...], texts: Catalogue) -> None:
    wanted = [o for o in outcomes if o.state in (State.QUARANTINED, State.WAITING)]
    if not wanted:
        return
    click.secho(texts("run.attention"), bold=True)
    for outcome in wanted[:_SHOWN_ON_TERMINAL]:
        explained = report.explain(outcome, texts)
        mark, color = ("✖", "red") if outcome.state is State.QUARANTINED else ("…", "yellow")
        number = f"  [{outcome.document_id[:8]}]" if outcome.document_id else ""
        click.secho(f" {mark} {outcome.source}{number}", fg=color)
        click.echo(f"     {explained.what}")
        click.echo(f"     → {explained.cure}")
    if len(wanted) > _SHOWN_ON_TERMINAL:
        click.echo(texts("run.more", count=len(wanted) - _SHOWN_ON_TERMINAL))
