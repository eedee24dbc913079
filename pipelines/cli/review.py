"""`sohoa review`: confirm what the machine was not sure of."""

from __future__ import annotations

import getpass
import json
import sys

import click

from digitizer.errors import ConfigError, NotWaiting
from digitizer.extract.confirm import BadCorrection
from digitizer.model import FieldName, FieldRef, field_ref, parse_field_ref
from digitizer.vocabulary import name_of
from pipelines import review_queue, reviewing
from pipelines.cli.context import Site, pass_site
from pipelines.report import field_names
from pipelines.review_ledger import ReviewLedger
from pipelines.review_queue import RescanReason
from pipelines.stages import wall_clock

_PERSONAL = frozenset({FieldName.SO_DINH_DANH})


@click.group("review", invoke_without_command=True)
@click.pass_context
@pass_site
def command(site: Site, ctx: click.Context) -> None:
    """Xác nhận những trường máy chưa chắc. Không có lệnh con: liệt kê tài liệu đang chờ."""
    if ctx.invoked_subcommand is not None:
        return
    cases = reviewing.waiting(site.settings)
    if not cases:
        click.echo(site.texts("review.none"))
        return
    for one in cases:
        names = field_names(", ".join(one.doubts), site.texts.lang)
        click.echo(f"{one.document_id[:8]}  {one.standing.intake.source}")
        click.secho(f"          {names}", fg="yellow")
    click.echo(site.texts("review.hint"))


@command.command("show")
@click.argument("document")
@pass_site
def show(site: Site, document: str) -> int:
    """In các trường của tài liệu DOCUMENT (mã, hoặc vài ký tự đầu) và ảnh vùng chữ cần xem."""
    one = reviewing.case(site.settings, document)
    pictures = {doubt.field.ref: doubt.picture for doubt in reviewing.pictures(site.settings, one)}
    click.secho(f"{one.standing.intake.source}  {one.document_id}", bold=True)
    for ref in dict.fromkeys((*FieldName, *(f.ref for f in one.extracted.fields), *one.doubts)):
        field = one.extracted.field(*parse_field_ref(ref))
        if not field.value and ref not in one.doubts:
            continue
        label = name_of(ref, in_english=site.texts.lang == "en")
        click.echo(f"  {ref:<17} {label:<20} {field.value or '—'}  ", nl=False)
        doubtful = ref in one.doubts
        written = doubtful and reviewing.is_written(field)
        word = "written" if written else "doubtful" if doubtful else "accepted"
        status = site.texts(f"review.{word}")
        click.secho(status, fg="yellow" if doubtful else "green")
        if picture := pictures.get(ref):
            click.echo(f"  {'':<17} {site.texts('review.crop', path=picture)}")
    return 0


@command.command("confirm")
@click.argument("document")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="TRƯỜNG=GIÁ TRỊ",
    help='Sửa một trường, vd --set ngay_ban_hanh=05/01/2022; "=" và để trống nghĩa là không có.',
)
@click.option(
    "--stdin",
    "from_stdin",
    is_flag=True,
    help="Đọc các giá trị từ đầu vào chuẩn (JSON); số định danh chỉ nhận ở đây.",
)
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người xác nhận.")
@pass_site
def confirm(
    site: Site, document: str, given: tuple[str, ...], from_stdin: bool, operator: str
) -> int:
    """Xác nhận tài liệu DOCUMENT: các trường chờ giữ như đã đọc, trừ trường sửa bằng --set.

    Trường viết tay phải gõ lại: máy chỉ đọc được chữ in. Trường nhập hai lần ([review] double) chờ
    người thứ hai, không thấy giá trị của người thứ nhất.

    \b
    Ví dụ:   sohoa review confirm 3f2a --set so_ky_hieu=209/QĐ-UBND --set ngay_ban_hanh=18/2/2025
             echo '{"so_dinh_danh": "…"}' | sohoa review confirm 3f2a --stdin
    """
    values = dict(_assignment(text) for text in given)
    if from_stdin:
        values |= _from_stdin()
    try:
        settled = _key(site, document, values, operator)
    except BadCorrection as error:
        in_english = site.texts.lang == "en"
        label = name_of(error.field, in_english=in_english)
        raise click.UsageError(f"{label}: {error.en if in_english else error.vi}") from error
    click.echo(site.texts("review.confirmed" if settled else "review.next_person"))
    return 0


def _key(site: Site, document: str, values: dict[FieldRef, str], operator: str) -> bool:
    one = reviewing.case(site.settings, document)
    with ReviewLedger(site.settings) as ledger:
        found = review_queue.assignment(site.settings, ledger, one, operator)
        if found is None:
            raise NotWaiting(document)
        said = review_queue.as_read(found) | values
        if left := [turn.field for turn in found.turns if turn.field not in said]:
            names = field_names(", ".join(left), site.texts.lang)
            raise click.UsageError(site.texts("wait.review", detail=names))
        done = review_queue.key(
            site.settings, ledger, found, said, operator=operator, now=wall_clock()
        )
    return done.settled


@command.command("rescan")
@click.argument("document")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in RescanReason]),
    help="Vì sao phải quét lại.",
)
@click.option(
    "--page", type=click.IntRange(1), help="Trang phải quét lại; không nêu là cả tài liệu."
)
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người yêu cầu.")
@pass_site
def rescan(site: Site, document: str, reason: str, page: int | None, operator: str) -> int:
    """Đưa tài liệu DOCUMENT vào danh sách quét lại (sohoa rescan list)."""
    one = reviewing.case(site.settings, document)
    with ReviewLedger(site.settings) as ledger:
        review_queue.ask_rescan(
            site.settings,
            ledger,
            one,
            RescanReason(reason),
            page=page,
            operator=operator,
            now=wall_clock(),
        )
    click.echo(site.texts("review.rescan", document=one.document_id[:8]))
    return 0


def _assignment(text: str) -> tuple[FieldRef, str]:
    name, equals, value = text.partition("=")
    field = _field(name.strip())
    if not equals:
        raise click.UsageError("--set TRƯỜNG=GIÁ TRỊ")
    if parse_field_ref(field)[0] in _PERSONAL and value:
        raise click.UsageError("so_dinh_danh: --stdin")
    return field, value.strip()


def _field(name: str) -> FieldRef:
    try:
        return field_ref(*parse_field_ref(name))
    except ValueError as error:
        raise click.UsageError(f"{name}? {', '.join(FieldName)}") from error


def _from_stdin() -> dict[FieldRef, str]:
    try:
        return {_field(name): str(value) for name, value in json.load(sys.stdin).items()}
    except (ValueError, AttributeError) as error:
        raise ConfigError("standard input: JSON {…}") from error
