"""`sohoa audit`: is every byte still what was archived?"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.safekeeping import Audit, audit, tonight
from pipelines.stages import wall_clock
from storage.fixity import Finding, Share

SCHEMA = "sohoa.audit/1"
_SHOWN = 20
_EVERY = 100


@click.command("audit")
@click.option("--subset", metavar="N/T", help="Phần thứ N trong T phần bằng nhau, ví dụ 3/30.")
@click.option(
    "--nights",
    type=click.IntRange(1, 1095),
    metavar="T",
    help="Phần đến lượt hôm nay, sao cho T đêm liền là hết kho một lượt.",
)
@click.option("--repair", is_flag=True, help="Lấy lại từ bản lưu thứ hai những gì mất hoặc đã đổi.")
@json_option
@pass_site
def command(site: Site, subset: str | None, nights: int | None, repair: bool, as_json: bool) -> int:
    """Băm lại mọi tệp trong kho, kiểm lại chữ ký, đối chiếu hồ sơ và danh mục.

    Không có --subset hay --nights thì xét toàn bộ. Không ghi gì vào kho, trừ khi có --repair.

    \b
    Ví dụ:     sohoa audit --nights 30        mỗi đêm một phần ba mươi
               sohoa audit --repair           xét hết, hỏng thì lấy lại từ [backup]

    \b
    Mã thoát: 0 nguyên vẹn, hoặc đã sửa xong · 30 có chỗ sai lệch · 3 --repair mà thiếu [backup]
              5 đang có lượt chạy · 20–29 kho hoặc danh mục không sẵn sàng
    """
    now = wall_clock()
    share = _share(subset) if subset else tonight(now, nights or 1)
    progress = None if as_json else _tell(site.texts)
    result = audit(
        site.settings, share, now=now, repair=repair, on_document=progress or (lambda _: None)
    )
    if as_json:
        click.echo(json.dumps(_as_json(result, site.texts), ensure_ascii=False))
    else:
        _print(result, site.texts)
    return 30 if result.left else 0


def _share(text: str) -> Share:
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    try:
        if match:
            return Share(int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise click.UsageError("--subset N/T, 1 ≤ N ≤ T")


def _tell(texts: Catalogue) -> Callable[[int], None]:
    def tell(count: int) -> None:
        if count % _EVERY == 0:
            click.echo(texts("audit.progress", count=count), err=True)

    return tell


def _as_json(result: Audit, texts: Catalogue) -> dict[str, object]:
    def plain(finding: Finding) -> dict[str, object]:
        explanation = texts(f"audit.{finding.damage}")
        return {**codec.to_plain(finding), "explanation": explanation}

    return {
        "schema": SCHEMA,
        "subset": f"{result.share.part}/{result.share.parts}",
        "documents": result.documents,
        "repaired": [plain(finding) for finding in result.repaired],
        "findings": [plain(finding) for finding in result.left],
    }


def _print(result: Audit, texts: Catalogue) -> None:
    share = f"{result.share.part}/{result.share.parts}"
    click.secho(texts("audit.title", share=share, count=result.documents), bold=True)
    if not (result.left or result.repaired):
        click.secho(texts("audit.sound"), fg="green")
    for finding in result.repaired:
        click.secho(f"  {texts('audit.repaired')}: {_line(finding, texts)}", fg="green")
    for damage, count in Counter(finding.damage for finding in result.left).items():
        click.secho(f"{count:>7}  {texts(f'audit.{damage}')}", fg="red")
    for finding in result.left[:_SHOWN]:
        click.echo(f"  {_line(finding, texts)}")
    if len(result.left) > _SHOWN:
        click.echo(texts("run.more", count=len(result.left) - _SHOWN))
    if result.left:
        click.echo(texts("cure", cure=texts("audit.cure")))


def _line(finding: Finding, texts: Catalogue) -> str:
    detail = f" [{finding.detail}]" if finding.detail else ""
    return f"{finding.key}: {texts(f'audit.{finding.damage}')}{detail}"
