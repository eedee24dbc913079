"""`sohoa renew`: the next time stamp, before the last one lapses."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.renewal import Fate, Item, RenewalConduct, RenewalResult, renew

SCHEMA = "sohoa.renew/1"
_SHOWN = 20
_COLORS = {Fate.RENEWED: "green", Fate.LAPSED: "red", Fate.FAILED: "red"}


@click.command("renew")
@click.option(
    "--within",
    type=click.IntRange(0, 1200),
    default=12,
    show_default=True,
    metavar="THÁNG",
    help="Xét những gì hết hạn trong bấy nhiêu tháng.",
)
@click.option("--dry-run", is_flag=True, help="Chỉ cho biết, không đóng dấu, không lưu.")
@json_option
@pass_site
def command(site: Site, within: int, dry_run: bool, as_json: bool) -> int:
    """Thêm dấu thời gian kế tiếp cho tài liệu trong kho trước khi dấu cũ hết hạn.

    Bản mới được lưu cạnh bản cũ, không ghi đè gì. Chạy lại lúc nào cũng được: cái đã gia hạn không
    làm lại.

    \b
    Mã thoát: 0 không còn gì phải làm · 100 có tài liệu quá hạn hoặc không gia hạn được
              101 có tài liệu chờ, hoặc đến hạn (--dry-run) · 3 thiếu [signing] tsa_url
              20–29 dấu thời gian hoặc kho không sẵn sàng, chạy lại · 30–39 dữ liệu hỏng
    """
    result = renew(site.settings, RenewalConduct(within_months=within, dry_run=dry_run))
    if as_json:
        click.echo(json.dumps(_as_json(result, site.texts), ensure_ascii=False))
    else:
        _print(result, site.texts)
    return exit_code(result)


def exit_code(result: RenewalResult) -> int:
    """Return what the renewal as a whole came to, the gravest first."""
    if result.stopped:
        return result.stopped.exit_code
    if result.count(Fate.LAPSED, Fate.FAILED):
        return 100
    return 101 if result.count(Fate.WAITING, Fate.DUE, Fate.NOT_LONGER) else 0


def _as_json(result: RenewalResult, texts: Catalogue) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "horizon": codec.to_plain(result.horizon),
        "counts": {fate.value: result.count(fate) for fate in Fate},
        "stopped": result.stopped.code if result.stopped else None,
        "documents": [
            {**codec.to_plain(item), "explanation": texts(f"renew.{item.fate}")}
            for item in result.items
        ],
    }


def _print(result: RenewalResult, texts: Catalogue) -> None:
    click.secho(texts("renew.title", horizon=_day(result.horizon)), bold=True)
    if not result.items:
        click.echo(texts("renew.nothing"))
    for fate, count in Counter(item.fate for item in result.items).items():
        click.secho(f"{count:>7}  {texts(f'renew.{fate}')}", fg=_COLORS.get(fate))
    told = [item for item in result.items if item.fate is not Fate.THROWAWAY]
    for item in told[:_SHOWN]:
        click.echo(f"  {_line(item, texts)}")
    if len(told) > _SHOWN:
        click.echo(texts("run.more", count=len(told) - _SHOWN))
    if result.stopped:
        click.secho(texts("run.stopped", error=result.stopped.sentence(texts.lang)), fg="red")
        click.echo(texts("cure", cure=result.stopped.cure(texts.lang)))


def _line(item: Item, texts: Catalogue) -> str:
    what = texts(f"renew.{item.fate}")
    if item.detail:
        what = f"{what} [{item.detail}]"
    told = {"document": item.document_id, "what": what, "lapses_at": _day(item.lapses_at)}
    if item.until is not None:
        return texts("renew.until", until=_day(item.until), **told)
    return texts("renew.line", **told)


def _day(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%d/%m/%Y") if moment else "?"
