"""`sohoa reuse`: how many papers did not have to be handed in again."""

from __future__ import annotations

import json
import re
from typing import Any

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.stages import wall_clock
from storage.answer import VIET_NAM
from storage.reuse import ReuseLedger
from storage.reuse_rate import figures

_MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")


def _month(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _MONTH.fullmatch(value):
        raise click.BadParameter("YYYY-MM")
    return value


@click.command("reuse")
@click.option("--from", "first", callback=_month, help="Từ tháng (2026-01); mặc định tháng này.")
@click.option("--to", "last", callback=_month, help="Đến hết tháng; mặc định tháng này.")
@json_option
@pass_site
def command(site: Site, first: str | None, last: str | None, as_json: bool) -> int:
    """Tỷ lệ tái sử dụng giấy tờ đã số hóa, có tử số, mẫu số và định nghĩa.

    \b
    Tính từ sổ tái sử dụng của quầy: mỗi câu trả lời và việc làm sau đó. Không suy đoán:
    giấy tờ có trong kho mà quầy không ghi kết quả được tính là chưa dùng lại.
    """
    this_month = wall_clock().astimezone(VIET_NAM).strftime("%Y-%m")
    desk, storage = site.settings.desk, site.settings.storage
    with ReuseLedger(desk.reuse, storage.catalog_password_file) as ledger:
        told = figures(ledger, first or this_month, last or this_month)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print(told, site.texts)
    return 0


def _print(told: dict[str, Any], texts: Catalogue) -> None:
    click.secho(texts("reuse.title", first=told["from"], last=told["to"]), bold=True)
    click.echo(texts("reuse.transactions", rate=_shown(told["transactions"])))
    click.echo(texts("reuse.papers", rate=_shown(told["papers"])))
    for one in told["by_agency"]:
        click.echo(f"  {one['agency']}: {_shown(one['papers'])}")
    for one in told["asked_again"]:
        click.echo(f"  {texts('reuse.again.' + one['reason'])}: {one['count']}")


def _shown(rate: dict[str, Any]) -> str:
    share = "–" if rate["value"] is None else f"{rate['value']:.1%}"
    return f"{rate['numerator']}/{rate['denominator']} = {share}"
