"""`sohoa status`: what is where."""

from __future__ import annotations

import json
from collections import Counter

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.report import explain
from pipelines.standing import Overview, overview

_SHOWN = 20


@click.command("status")
@json_option
@pass_site
def command(site: Site, as_json: bool) -> int:
    """Cho biết cái gì đã xong, cái gì chờ, vì sao, và phải làm gì.

    \b
    Mã thoát: 0 không có gì chờ · 101 có tài liệu chờ hoặc đang dở
    """
    seen = overview(site.settings)
    if as_json:
        click.echo(json.dumps(seen.as_json(site.texts), ensure_ascii=False))
    else:
        _print(seen, site)
    return 101 if seen.waiting or seen.unfinished else 0


def _print(seen: Overview, site: Site) -> None:
    texts = site.texts
    click.secho(texts("status.title", data=site.settings.run.data), bold=True)
    click.echo(texts("status.locked" if seen.is_locked else "status.idle"))
    if not seen.counts and not seen.unfinished and not seen.refused:
        click.echo(texts("status.empty"))
    for state, tally in seen.counts.items():
        row = {"label": texts(f"run.{state}"), "unknown": ""}
        click.echo(texts("run.row", documents=tally.documents, pages=tally.pages, **row))
    for key, count in (("refused", seen.refused), ("unfinished", seen.unfinished)):
        if count:
            click.echo(f"{texts(f'status.{key}'):<20} {count:>6}")
    _print_reasons(seen, texts)
    if seen.last_report:
        click.echo(texts("status.last_report", path=seen.last_report))


def _print_reasons(seen: Overview, texts: Catalogue) -> None:
    for outcome in seen.quarantined[:_SHOWN]:
        click.secho(f"  ✖ {outcome.source}: {explain(outcome, texts).what}", fg="red")
    reasons = Counter(explain(outcome, texts).what for outcome in seen.waiting)
    for what, count in reasons.most_common(_SHOWN):
        click.secho(f"  … {count} × {what}", fg="yellow")
