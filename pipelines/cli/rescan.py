"""`sohoa rescan`: the list of what has to be scanned again."""

from __future__ import annotations

import getpass
import json

import click

from digitizer.errors import NotWaiting
from digitizer.model import DocumentId
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.rescans import Rescan, rescans
from pipelines.review_ledger import ReviewLedger
from pipelines.stages import wall_clock
from pipelines.standing import overview


@click.group("rescan")
def command() -> None:
    """Những giấy tờ phải quét lại: hộp nào, tệp nào, trang nào, vì sao."""


@command.command("list")
@json_option
@pass_site
def list_command(site: Site, as_json: bool) -> int:
    """In danh sách theo từng hộp, theo thứ tự tệp.

    \b
    Mã thoát: 0 không có gì · 100 có giấy tờ phải quét lại
    """
    found = _all(site)
    if as_json:
        click.echo(json.dumps([_plain(one, site) for one in found], ensure_ascii=False))
    elif not found:
        click.echo(site.texts("rescan.none"))
    else:
        _print(found, site)
    return 100 if found else 0


@command.command("done")
@click.argument("documents", nargs=-1, required=True)
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người đã quét lại.")
@pass_site
def done_command(site: Site, documents: tuple[str, ...], operator: str) -> int:
    """Gạch DOCUMENTS (mã, hoặc vài ký tự đầu) khỏi danh sách: đã quét lại thành tệp mới."""
    found = _all(site)
    chosen = [_chosen(found, prefix) for prefix in documents]
    with ReviewLedger(site.settings) as ledger:
        for document_id in chosen:
            ledger.rescanned(document_id, operator, wall_clock())
    click.echo(site.texts("rescan.done", count=len(chosen)))
    return 0


def _all(site: Site) -> tuple[Rescan, ...]:
    seen = overview(site.settings)
    return rescans(site.settings, (*seen.quarantined, *seen.waiting))


def _chosen(found: tuple[Rescan, ...], prefix: str) -> DocumentId:
    ids = [one.outcome.document_id for one in found if one.outcome.document_id]
    named = [document_id for document_id in ids if document_id.startswith(prefix.lower())]
    if len(named) != 1:
        raise NotWaiting(prefix)
    return named[0]


def _plain(one: Rescan, site: Site) -> dict[str, object]:
    return {
        "box": one.box,
        "name": one.name,
        "page": one.page,
        "document_id": one.outcome.document_id,
        "code": one.outcome.code,
        "reason": one.why(site.texts),
        "asked_by": one.asked_by,
    }


def _print(found: tuple[Rescan, ...], site: Site) -> None:
    texts = site.texts
    box = None
    for one in found:
        if one.box != box:
            box = one.box
            click.secho(box or texts("night.no_box"), bold=True)
        page = f", {texts('report.page', page=one.page)}" if one.page else ""
        number = (one.outcome.document_id or "–")[:8]
        click.echo(texts("rescan.line", name=one.name, page=page, number=number))
        who = f" · {one.asked_by}" if one.asked_by else ""
        click.secho(f"      {one.why(texts)}{who}", fg="yellow")
