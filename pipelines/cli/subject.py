"""`sohoa subject`: what is held on a person, and which law keeps it."""

from __future__ import annotations

import json
import sys

import click

from digitizer import codec
from digitizer.errors import CatalogUnavailable
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.stages import wall_clock
from pipelines.subject import HeldPaper, SubjectReport, report_on

SCHEMA = "sohoa.subject/1"


@click.command("subject")
@click.option("--purpose", default="", help="Để làm gì; ghi vào nhật ký.")
@click.option("--reveal", is_flag=True, help="In đủ giá trị cá nhân (phải nêu --purpose).")
@json_option
@pass_site
def command(site: Site, purpose: str, reveal: bool, as_json: bool) -> int:
    """Kho giữ gì về một người, văn bản nào buộc giữ và đến bao giờ.

    Số định danh đọc từ đầu vào chuẩn, không đặt trên dòng lệnh. Giá trị cá nhân được che; --reveal
    in đủ, để trả lời chính người ấy. Mỗi lần lập báo cáo đều ghi vào nhật ký trước.

    \b
    Ví dụ:    sohoa subject --purpose "đơn 12/2026" --json < so-dinh-danh.txt

    \b
    Mã thoát: 0 có giữ · 40 không giữ gì · 44 danh mục không dùng được
    """
    if reveal and not purpose:
        raise click.UsageError("--reveal --purpose")
    try:
        report = report_on(
            site.settings, _number(), now=wall_clock(), purpose=purpose, reveal=reveal
        )
    except ValueError as error:
        raise click.UsageError("stdin?") from error
    except CatalogUnavailable as error:
        click.echo(str(error), err=True)
        return 44
    if as_json:
        plain = {"schema": SCHEMA, **codec.to_plain(report)}
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        _print(report, site.texts)
    return 0 if report.papers else 40


def _number() -> str:
    if sys.stdin.isatty():
        number: str = click.prompt("", prompt_suffix="> ", hide_input=True, err=True)
        return number
    return sys.stdin.readline()


def _print(report: SubjectReport, texts: Catalogue) -> None:
    if not report.papers:
        click.echo(texts("subject.none"))
    else:
        click.secho(texts("subject.count", count=len(report.papers)), bold=True)
        for paper in report.papers:
            _print_paper(paper, texts)
        vi = texts.lang == "vi"
        click.echo(report.erasure_vi if vi else report.erasure_en)
        click.echo(texts("subject.basis", basis=report.erasure_basis))
        if not report.erasure_is_confirmed:
            click.secho(texts("subject.unconfirmed"), fg="yellow")
    click.echo(texts("subject.looked", count=report.asked))


def _print_paper(paper: HeldPaper, texts: Catalogue) -> None:
    issued = paper.issued_on.isoformat() if paper.issued_on else ""
    click.echo(f"  {paper.document_type} {paper.number} · {paper.agency} · {issued}")
    click.echo(f"    {paper.document_id}")
    for value in paper.values:
        click.echo(f"    {value.name}: {value.value}")
    if paper.keep_until:
        kept = texts("subject.kept_until", day=paper.keep_until, period=paper.period)
    else:
        kept = texts("subject.kept", period=paper.period)
    click.echo(f"    {kept}; {texts('subject.basis', basis=paper.basis)}")
