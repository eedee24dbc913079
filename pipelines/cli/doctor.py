"""`sohoa doctor`: is everything there?"""

from __future__ import annotations

import json
import shutil

import click

from digitizer import codec
from pipelines.checkup import check_up
from pipelines.cli.context import Site, json_option, pass_site

_INDENT = " " * 12


@click.command("doctor")
@json_option
@pass_site
def command(site: Site, as_json: bool) -> int:
    """Kiểm tra phần mềm, khóa ký, kho, đĩa; mỗi dòng nói rõ phải làm gì.

    \b
    Mã thoát: 0 sẵn sàng · 4 có việc cần xử lý
    """
    findings = []
    for finding in check_up(site.settings, site.texts.lang):
        findings.append(finding)
        if not as_json:
            mark, color = ("✔", "green") if finding.ok else ("✖", "red")
            click.secho(f"{mark} ", fg=color, nl=False)
            click.echo(f"{finding.name:<9} {finding.found}")
            if finding.cure:
                hint = f"{_INDENT}→ "
                width = shutil.get_terminal_size().columns
                click.echo(click.wrap_text(finding.cure, width, hint, f"{_INDENT}  "))
    trouble = sum(not finding.ok for finding in findings)
    if as_json:
        click.echo(json.dumps(codec.to_plain(findings), ensure_ascii=False))
    elif trouble:
        click.secho(site.texts("doctor.trouble", count=trouble), fg="red")
    else:
        click.secho(site.texts("doctor.ok"), fg="green")
    return 4 if trouble else 0
