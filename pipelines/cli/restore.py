"""`sohoa restore`: bring the archive, or some of it, back from the second copy."""

from __future__ import annotations

import re
from datetime import datetime

import click

from digitizer.errors import ObjectMissing
from digitizer.model import DocumentId
from pipelines.cli.context import Site, pass_site
from pipelines.safekeeping import restore
from pipelines.stages import wall_clock
from pipelines.state_backup import bring_back_state


@click.command("restore")
@click.argument("documents", nargs=-1)
@click.option("--state", is_flag=True, help="Thay cả trạng thái đang có của thư mục dữ liệu.")
@click.option(
    "--at",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")),
    help="Lấy trạng thái mới nhất trước lúc này (giờ máy).",
)
@pass_site
def command(site: Site, documents: tuple[str, ...], state: bool, at: datetime | None) -> int:
    """Lấy lại DOCUMENT… (mã 32 ký tự) từ bản lưu thứ hai; không nêu mã nào thì lấy lại tất cả.

    Chỉ thêm những gì kho đang thiếu; tệp đã hỏng thì dùng `sohoa audit --repair`. Xong thì dựng lại
    danh mục từ kho.

    Khi không nêu mã, trạng thái của thư mục dữ liệu (nhật ký công việc, rà soát, cách ly, nhật ký
    truy cập…) cũng được lấy lại nếu thư mục này chưa có gì của riêng nó. --state thay cả khi đã có:
    tệp cũ được chuyển sang thư mục replaced-…, không bị xóa. Đặt khóa định danh vào chỗ của nó
    trước, dừng `sohoa serve` trước.

    \b
    Ví dụ:    sohoa restore
              sohoa --data /mnt/may-moi restore      vào một máy trống
              sohoa restore --state --at 2026-11-20  trạng thái trước ngày 20/11

    \b
    Mã thoát: 0 xong · 3 thiếu [backup], hoặc khóa định danh không phải khóa đã dùng
              5 đang có lượt chạy hoặc quầy đang mở · 20–29 kho không sẵn sàng, chạy lại
              30–39 bản lưu thứ hai không có, hoặc khác, tài liệu hay trạng thái được nêu
    """
    wrong = [text for text in documents if not re.fullmatch("[0-9a-f]{32}", text)]
    if wrong:
        raise click.UsageError(f"{wrong[0]}?")
    if documents and (state or at):
        raise click.UsageError("DOCUMENT / --state, --at?")
    chosen = tuple(DocumentId(text) for text in documents)
    copied, known = restore(site.settings, chosen, now=wall_clock())
    megabytes = f"{copied.size_bytes / 1e6:.1f}"
    click.echo(site.texts("restore.done", count=copied.objects, size=megabytes, known=known))
    if not documents:
        _bring_state(site, over=state, at=at)
    return 0


def _bring_state(site: Site, *, over: bool, at: datetime | None) -> None:
    """Bring the state back and say what was done; none is an error only if it was asked for."""
    until = at.astimezone() if at else None
    try:
        back = bring_back_state(site.settings, now=wall_clock(), until=until, over=over)
    except ObjectMissing:
        if over or at:
            raise
        click.echo(site.texts("restore.state_none"))
        return
    if back is None:
        click.echo(site.texts("restore.state_kept"))
        return
    when = back.taken_at.astimezone().strftime("%d/%m/%Y %H:%M")
    click.echo(site.texts("restore.state", when=when, count=back.files))
    if back.aside is not None:
        click.echo(site.texts("restore.state_aside", folder=back.aside))
