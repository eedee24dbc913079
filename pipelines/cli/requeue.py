"""`sohoa requeue`: take up again what was quarantined."""

from __future__ import annotations

import json

import click

from digitizer.errors import NotWaiting
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.journal import Journal, Standing
from pipelines.outcome import State
from pipelines.requeue import reopen
from pipelines.worker import journal_path

_ALL = "all"


@click.command("requeue")
@click.argument("documents", nargs=-1, required=True)
@json_option
@pass_site
def command(site: Site, documents: tuple[str, ...], as_json: bool) -> int:
    """Cho lượt chạy sau làm lại DOCUMENTS đã cách ly (mã, vài ký tự đầu, mã lỗi SH-…, hoặc all).

    Dùng khi nguyên nhân đã hết: nâng giới hạn, cài thêm phần mềm, bản mới. Khác với
    sohoa run --retry ở chỗ chọn được từng tài liệu, và không cần tệp còn trong thư mục nhận.
    """
    settings = site.settings
    path = journal_path(settings)
    if not path.is_file():
        raise NotWaiting(", ".join(documents))
    with Journal(path) as journal:
        quarantined = tuple(journal.standings(State.QUARANTINED))
        chosen = {one.intake.document_id: one for d in documents for one in _named(quarantined, d)}
        done = [one for one in chosen.values() if reopen(settings, journal, one)]
    gone = [number for number in chosen if number not in {o.intake.document_id for o in done}]
    if as_json:
        plain = {"requeued": [one.intake.document_id for one in done], "gone": gone}
        click.echo(json.dumps(plain))
    else:
        click.echo(site.texts("requeue.done", count=len(done)))
        for number in gone:
            click.secho(site.texts("requeue.gone", document=number[:8]), fg="yellow")
    return 100 if gone else 0


def _named(quarantined: tuple[Standing, ...], wanted: str) -> list[Standing]:
    """Return what an id, the beginning of one, an error's code or `all` names."""
    if wanted == _ALL:
        return list(quarantined)
    if wanted.upper().startswith("SH-"):
        return [one for one in quarantined if one.code == wanted.upper()]
    named = [one for one in quarantined if one.intake.document_id.startswith(wanted.lower())]
    if len(named) != 1:
        raise NotWaiting(wanted)
    return named
