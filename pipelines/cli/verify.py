"""`sohoa verify`: may this PDF's signatures be believed?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.stages import wall_clock
from pipelines.verification import lines, plain, verification
from signing.trust import Trust
from signing.verdict import Status

EXIT_CODES = {
    Status.VALID: 0,
    Status.INVALID: 36,
    Status.INDETERMINATE: 37,
    Status.UNSIGNED: 38,
}
_COLORS = {Status.VALID: "green", Status.INVALID: "red"}


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@json_option
@pass_site
def command(site: Site, files: tuple[Path, ...], as_json: bool) -> int:
    """Kiểm tra chữ ký số trong PDF… theo quy tắc chặt, PDF/A, và đối chiếu với kho lưu trữ.

    Hợp lệ nghĩa là: mọi chữ ký nguyên vẹn, dẫn tới tổ chức cấp được tin cậy ([signing]
    trust_folder), chứng thư chưa bị thu hồi, và không có gì thêm vào sau chữ ký cuối.

    \b
    Mã thoát: 0 mọi tệp hợp lệ · 36 có tệp không hợp lệ · 37 chưa kết luận được · 38 chưa ký
    """
    trust = Trust.open(site.settings.signing, site.settings.keys_folder)
    worst = 0
    for path in files:
        found = verification(path, site.settings, trust, wall_clock())
        status = found.verdict.status
        if as_json:
            click.echo(json.dumps(plain(found, site.texts), ensure_ascii=False))
        else:
            click.echo(f"{path}: ", nl=False)
            click.secho(site.texts(f"verify.{status}"), fg=_COLORS.get(status, "yellow"))
            click.echo("\n".join(lines(found, site.texts)))
        code = EXIT_CODES[status]
        worst = code if not worst else min(worst, code or worst)
    return worst
