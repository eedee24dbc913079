"""`sohoa restore`: bring the archive, or some of it, back from the second copy."""

from __future__ import annotations

import re

import click

from digitizer.model import DocumentId
from pipelines.cli.context import Site, pass_site
from pipelines.safekeeping import restore
from pipelines.stages import wall_clock


@click.command("restore")
@click.argument("documents", nargs=-1)
@pass_site
def command(site: Site, documents: tuple[str, ...]) -> int:
    """Lấy lại DOCUMENT… (mã 32 ký tự) từ bản lưu thứ hai; không nêu mã nào thì lấy lại tất cả.

    Chỉ thêm những gì kho đang thiếu; tệp đã hỏng thì dùng `sohoa audit --repair`. Xong thì dựng lại
    danh mục từ kho.

    \b
    Ví dụ:    sohoa restore
              sohoa --data /mnt/may-moi restore      vào một máy trống

    \b
    Mã thoát: 0 xong · 3 thiếu [backup] · 5 đang có lượt chạy · 20–29 kho không sẵn sàng, chạy lại
              30–39 bản lưu thứ hai không có, hoặc khác, tài liệu được nêu
    """
    wrong = [text for text in documents if not re.fullmatch("[0-9a-f]{32}", text)]
    if wrong:
        raise click.UsageError(f"{wrong[0]}?")
    chosen = tuple(DocumentId(text) for text in documents)
    copied, known = restore(site.settings, chosen, now=wall_clock())
    megabytes = f"{copied.size_bytes / 1e6:.1f}"
    click.echo(site.texts("restore.done", count=copied.objects, size=megabytes, known=known))
    return 0
