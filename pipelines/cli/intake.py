"""`sohoa intake`: what is held at the door, and letting it pass."""

from __future__ import annotations

import getpass
import itertools
import json
import time
from pathlib import Path

import click

from digitizer.errors import InboxMissing, NotHeld
from pipelines import findings, stacks
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.hot_folder import HotFolder, Look
from pipelines.intake_book import Held, IntakeBook, Verdict
from pipelines.journal import Journal
from pipelines.worker import journal_path


@click.group("intake", invoke_without_command=True)
@json_option
@click.pass_context
@pass_site
def command(site: Site, ctx: click.Context, as_json: bool) -> None:
    """Liệt kê tập quét bị giữ ở cửa vì số tờ, số trang không khớp với khai báo.

    Không trang nào của tập bị giữ được đọc, ký hay lưu trữ.
    """
    if ctx.invoked_subcommand is not None:
        return
    held = IntakeBook(site.settings.run.data).held()
    if as_json:
        rows = [{"stack": one.stack, "source": one.name, "detail": one.detail} for one in held]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not held:
        click.echo(site.texts("intake.none"))
    for one in held:
        what = findings.told(one.detail, site.texts)
        click.echo(f"{one.stack[:8]}  {site.texts('intake.held', name=one.name, what=what)}")


@command.command("watch")
@click.argument("inbox", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--every", type=click.FloatRange(0.1), default=5.0, help="Cách nhau bao nhiêu giây.")
@click.option("--looks", type=click.IntRange(0), default=0, help="Số lượt nhìn; 0 là mãi mãi.")
@json_option
@pass_site
def watch(site: Site, inbox: Path | None, every: float, looks: int, as_json: bool) -> int:
    """Canh INBOX suốt ngày: tệp nào đã ghi xong thì chép ngay vào kho tạm, `sohoa run` xử lý sau.

    Cho máy quét ghi qua mạng (SMB, NFS): không lấy tệp ghi dở, và máy quét ghi đè lên tên cũ cũng
    không mất gì. Đặt [intake] stable_s = 10, qua SMB 60.
    """
    settings = site.settings
    place = inbox or settings.run.inbox
    if not place.is_dir():
        raise InboxMissing(str(place))
    with Journal(journal_path(settings)) as journal:
        folder = HotFolder(
            place,
            settings.run.data,
            settings.intake,
            is_taken=lambda source: (
                journal.known_source(str(source.path), source.size_bytes, source.mtime_ns)
                is not None
            ),
        )
        for number in itertools.count(1):
            look = folder.look(time.monotonic())
            _print_look(site, look, as_json)
            if number == looks:
                return 0
            time.sleep(every)
    return 0


def _print_look(site: Site, look: Look, as_json: bool) -> None:
    for source in look.claimed:
        if as_json:
            facts = {"source": source.name, "size_bytes": source.size_bytes}
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            click.echo(site.texts("intake.claimed", name=source.name))


@command.command("pass")
@click.argument("stack")
@click.option("--because", required=True, help="Lý do, được lưu lại cùng tên người cho qua.")
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người cho qua.")
@pass_site
def let_pass(site: Site, stack: str, because: str, operator: str) -> int:
    """Cho tập STACK (mã, hoặc tên tệp như trong báo cáo) qua cửa: giấy đúng là như đã quét.

    Chỉ dùng sau khi đã mở tập giấy ra đếm. Quét lại tập vẫn là cách chắc chắn hơn.

    \b
    Ví dụ:   sohoa intake pass hop-12/tap-3.pdf --because "hồ sơ thiếu tờ 4 từ khi nhận"
    """
    book = IntakeBook(site.settings.run.data)
    held = _one(book, stack, because)
    book.decide(held, Verdict.ADMIT, operator, because.strip())
    click.echo(site.texts("intake.passed", name=held.name))
    return 0


@command.command("drop")
@click.argument("stack")
@click.option("--because", required=True, help="Lý do, được lưu lại cùng tên người bỏ.")
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người bỏ.")
@pass_site
def drop(site: Site, stack: str, because: str, operator: str) -> int:
    """Bỏ tập STACK đang bị giữ: đã quét lại, hoặc quét nhầm. Bản chép của tập bị xóa.

    Tập đã quét lại với cùng các tờ phân cách thì `sohoa run` tự bỏ. Tệp còn trong thư mục nhận thì
    không bị xóa, và lượt chạy sau lại giữ nó: hãy dời tệp đi trước.
    """
    book = IntakeBook(site.settings.run.data)
    held = _one(book, stack, because)
    book.decide(held, Verdict.DROP, operator, because.strip())
    book.free(held.stack)
    stacks.drop(site.settings.run.data / "stacks" / held.stack)
    click.echo(site.texts("intake.dropped", name=held.name))
    return 0


def _one(book: IntakeBook, stack: str, because: str) -> Held:
    """Return the one stack held under this id or name. Raises NotHeld."""
    found = [one for one in book.held() if one.name == stack or one.stack.startswith(stack)]
    if len(found) != 1 or not stack or not because.strip():
        raise NotHeld(stack)
    return found[0]
