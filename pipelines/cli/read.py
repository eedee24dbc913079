"""`sohoa read`: show what is understood of a file, without keeping anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.reading import read_files
from pipelines.report import field_names
from pipelines.settings import Settings


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--engine",
    type=click.Choice(["verified", "fast", "tesseract"]),
    help="Bộ nhận dạng; mặc định theo [ocr] engine.",
)
@click.option("--workers", type=int, help="Số tiến trình; 0 là mỗi nhân một, -1 là không tách.")
@json_option
@pass_site
def command(
    site: Site, files: tuple[Path, ...], engine: str | None, workers: int | None, as_json: bool
) -> int:
    """Đọc FILE… và in những gì hiểu được; không ký, không lưu trữ gì.

    Với --json, mỗi tệp là một dòng JSON (docs/cli.md).

    \b
    Mã thoát: 0 đọc được hết · 10–19 tệp (duy nhất) không đọc được · 100 vài tệp không đọc được
    """
    site = site.override(ocr__engine=engine, run__workers=workers)
    settings = site.settings
    codes: list[int] = []
    for reading, code in _readings(files, settings):
        codes.append(code)
        if as_json:
            click.echo(json.dumps(reading, ensure_ascii=False))
        else:
            _print(reading, site.texts)
    bad = [code for code in codes if code]
    if len(codes) == 1:
        return codes[0]
    return 100 if bad else 0


def _readings(files: tuple[Path, ...], settings: Settings) -> Iterator[tuple[dict[str, Any], int]]:
    for reading in read_files(files, settings):
        yield reading.as_json(settings.run.lang), reading.exit_code


def _print(reading: dict[str, Any], texts: Catalogue) -> None:
    click.secho(reading["source"], bold=True)
    if reading["reason"]:
        click.secho(f"  {reading['reason']}", fg="red")
        return
    click.echo(f"  {reading['document_type'] or '?'} · {len(reading['pages'])} tr.")
    colors = {"accepted": "green", "review": "yellow"}
    for name, field in reading["fields"].items():
        if field["status"] == "absent":
            continue
        label = field_names(name, texts.lang)
        status = texts(f"review.{field['status']}") if field["status"] == "accepted" else None
        status = status or texts("review.doubtful")
        click.echo(f"  {label:<22} {field['value']}  ", nl=False)
        click.secho(f"{status} {field['confidence']:.2f}", fg=colors.get(field["status"]))
    for page in reading["pages"]:
        click.secho(f"  ── {texts('report.page', page=page['number'])} ──", dim=True)
        click.echo("\n".join(f"  {line}" for line in page["text"].splitlines()))
