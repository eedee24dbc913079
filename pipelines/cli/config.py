"""`sohoa config`: each setting, its value and where it came from."""

from __future__ import annotations

import json

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site


@click.group("config")
def command() -> None:
    """Xem cấu hình đang có hiệu lực."""


@command.command("show")
@json_option
@pass_site
def show(site: Site, as_json: bool) -> int:
    """In từng giá trị và nguồn của nó: cờ lệnh, biến SOHOA_*, tệp hay mặc định."""
    origins = site.config.origins
    if as_json:
        click.echo(json.dumps(codec.to_plain(origins), ensure_ascii=False))
        return 0
    section = ""
    for entry in sorted(origins, key=lambda origin: origin.section):
        if entry.section != section:
            section = entry.section
            click.secho(f"[{section}]", bold=True)
        value = json.dumps(codec.to_plain(entry.value), ensure_ascii=False)
        click.echo(f"{entry.key} = {value}  ", nl=False)
        click.secho(f"# {entry.origin}", dim=True)
    return 0
