"""`sohoa status`: what is where."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.cli.watchdog import overdue
from pipelines.messages import Catalogue
from pipelines.morning import last_night
from pipelines.report import explain
from pipelines.standing import Overview, overview
from pipelines.webhook import has_outbox, outbox

_SHOWN = 20
_EVERY_S = 2.0


@click.command("status")
@click.option("--watch", is_flag=True, help="Vẽ lại mỗi hai giây cho tới khi Ctrl-C.")
@json_option
@pass_site
def command(site: Site, watch: bool, as_json: bool) -> int:
    """Cho biết cái gì đã xong, cái gì chờ, vì sao, và phải làm gì.

    \b
    Mã thoát: 0 không có gì chờ · 101 có tài liệu chờ hoặc đang dở
    """
    while True:
        seen = overview(site.settings)
        if as_json:
            click.echo(json.dumps(seen.as_json(site.texts), ensure_ascii=False))
        else:
            if watch:
                click.clear()
            _print(seen, site)
        if not watch:
            return 101 if seen.waiting or seen.unfinished else 0
        time.sleep(_EVERY_S)


def _print(seen: Overview, site: Site) -> None:
    texts = site.texts
    click.secho(texts("status.title", data=site.settings.run.data), bold=True)
    _print_runs(seen, texts)
    if not seen.counts and not seen.unfinished and not seen.refused:
        click.echo(texts("status.empty"))
    for state, tally in seen.counts.items():
        row = {"label": texts(f"run.{state}"), "unknown": ""}
        click.echo(texts("run.row", documents=tally.documents, pages=tally.pages, **row))
        click.echo(texts("status.place", place=seen.places[state]))
    for key, count in (("refused", seen.refused), ("unfinished", seen.unfinished)):
        if count:
            click.echo(f"{texts(f'status.{key}'):<20} {count:>6}")
    _print_reasons(seen, texts)
    _print_night(site)
    _print_webhook(site)
    if seen.last_report:
        click.echo(texts("status.last_report", path=seen.last_report))


def _print_night(site: Site) -> None:
    """Say how the last night went, and loudly when none came through for too long."""
    last = last_night(site.settings)
    if last is None:
        return
    click.echo(site.texts("night.last", subject=last.subject))
    if warning := overdue(site.settings, last, site.texts):
        click.secho(warning, fg="red", bold=True)


def _print_webhook(site: Site) -> None:
    """Say what another system has not been told yet, loudly what was given up."""
    if has_outbox(site.settings):
        with outbox(site.settings) as held:
            counts = {fate.value: count for fate, count in held.counts().items()}
        is_dead = counts["dead"] > 0
        click.secho(site.texts("webhook.counts", **counts), fg="red" if is_dead else None)


def _print_runs(seen: Overview, texts: Catalogue) -> None:
    if seen.is_locked:
        click.echo(texts("status.locked"))
    for run in seen.runs:
        facts = asdict(run.row)
        if run.is_alive:
            click.echo(texts("status.run_alive", **facts))
        else:
            click.secho(texts("status.run_killed", **facts), fg="yellow")
    if not seen.is_locked and not any(run.is_alive for run in seen.runs):
        click.echo(texts("status.idle"))


def _print_reasons(seen: Overview, texts: Catalogue) -> None:
    for outcome in seen.quarantined[:_SHOWN]:
        click.secho(f"  ✖ {outcome.source}: {explain(outcome, texts).what}", fg="red")
    reasons = Counter(explain(outcome, texts).what for outcome in seen.waiting)
    for what, count in reasons.most_common(_SHOWN):
        click.secho(f"  … {count} × {what}", fg="yellow")
