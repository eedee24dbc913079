"""`sohoa package`: archival packages out of the archive, and a look at one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from digitizer import codec
from digitizer.errors import IntegrityError
from digitizer.model import DocumentId
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.packages import export, hold
from pipelines.stages import wall_clock
from storage.export import verify_zip

SCHEMA = "sohoa.package/1"


@click.group("package")
def command() -> None:
    """Gói lưu trữ (OCFL, METS, PREMIS): xuất ra ZIP, kiểm tra ZIP đã xuất, giữ pháp lý."""


@command.command("export")
@click.argument("documents", nargs=-1)
@click.option("--ho-so", "case", default="", help="Mọi giấy tờ mang mã hồ sơ này.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Tệp ZIP mới."
)
@click.option("--purpose", default="", help="Xuất để làm gì; ghi vào nhật ký.")
@json_option
@pass_site
def export_command(
    site: Site, documents: tuple[str, ...], case: str, out: Path, purpose: str, as_json: bool
) -> int:
    """Xuất gói lưu trữ của DOCUMENT… (mã 32 ký tự), hoặc của cả hồ sơ, ra một tệp ZIP.

    Mỗi phiên bản của một tài liệu là một thư mục có METS.xml; ZIP được đọc lại và so từng tệp trước
    khi xong. Hai lần xuất cho cùng các byte. Mở được không cần chương trình này
    (docs/archival-package.md).

    \b
    Ví dụ:    sohoa package export 3c1263a3624e4770d98ac0a572b73c05 --out goi.zip
              sohoa package export --ho-so H41.12-261122-0007 --out ho-so.zip

    \b
    Mã thoát: 0 xong · 34 không có tài liệu ấy trong kho · 30, 31 kho không còn như lúc ghi
              20–29 kho không sẵn sàng, đĩa đầy, hoặc tệp ZIP đã có
    """
    if not documents and not case:
        raise click.UsageError("DOCUMENT… | --ho-so")
    chosen = _chosen(documents)
    done = export(site.settings, chosen, target=out, case=case, purpose=purpose, now=wall_clock())
    if as_json:
        plain = {"schema": SCHEMA, "file": str(out), **codec.to_plain(done)}
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 0
    size = f"{done.size_bytes / 1e6:.1f}"
    texts = site.texts
    click.echo(texts("package.done", count=done.packages, files=done.files, size=size, file=out))
    click.echo(f"sha256 {done.sha256}")
    return 0


@command.command("hold")
@click.argument("documents", nargs=-1, required=True)
@click.option("--reason", required=True, help="Theo quyết định nào; ghi vào nhật ký.")
@click.option("--release", is_flag=True, help="Bỏ giữ, thay vì giữ.")
@click.option(
    "--access-key-file",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="Tệp chứa khóa truy cập S3 của người được giữ, bỏ giữ.",
)
@click.option(
    "--secret-key-file",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="Tệp chứa khóa bí mật S3 của người ấy.",
)
@pass_site
def hold_command(
    site: Site,
    documents: tuple[str, ...],
    reason: str,
    release: bool,
    access_key_file: Path,
    secret_key_file: Path,
) -> int:
    """Giữ pháp lý (legal hold) DOCUMENT… trong bucket: không ai xóa được cho đến khi bỏ giữ.

    Cho tài liệu mà tòa án, thanh tra yêu cầu, không kể thời hạn bảo quản. Dùng cặp khóa riêng của
    người quản trị: cặp khóa của ứng dụng không được có quyền này.

    \b
    Mã thoát: 0 xong · 3 kho không phải bucket có Object Lock, hoặc cặp khóa không có quyền
              34 không có tài liệu ấy trong kho · 20–29 kho không sẵn sàng, chạy lại
    """
    done = hold(
        site.settings,
        _chosen(documents),
        is_on=not release,
        reason=reason,
        key_files=(access_key_file, secret_key_file),
        now=wall_clock(),
    )
    name = "package.released" if release else "package.held"
    click.echo(site.texts(name, documents=len(documents), count=done))
    return 0


def _chosen(documents: tuple[str, ...]) -> tuple[DocumentId, ...]:
    wrong = [text for text in documents if not re.fullmatch("[0-9a-f]{32}", text)]
    if wrong:
        raise click.UsageError(f"{wrong[0]}?")
    return tuple(DocumentId(text) for text in documents)


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@pass_site
def verify_command(site: Site, file: Path, as_json: bool) -> int:
    """Kiểm tra một ZIP đã xuất: mỗi tệp còn đúng như bản kê đi kèm không.

    \b
    Mã thoát: 0 nguyên vẹn · 30 có tệp bị đổi, thiếu hoặc thừa
    """
    faults = verify_zip(file)
    if as_json:
        click.echo(json.dumps({"schema": SCHEMA, "faults": list(faults)}, ensure_ascii=False))
    elif not faults:
        click.echo(site.texts("package.whole"))
    if faults:
        raise IntegrityError(f"{file.name}: {'; '.join(faults)}")
    return 0
