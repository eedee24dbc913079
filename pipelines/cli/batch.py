"""`sohoa batch`: a delivery from the box that came to the note that both sides sign."""

from __future__ import annotations

import getpass
import json
import secrets
from datetime import date
from pathlib import Path
from typing import Any

import click

from pipelines import batch_desk, durable, findings
from pipelines.batch_desk import Contents
from pipelines.batches import Batch, BatchBook, BatchState, Found, Sampled
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.delivery_note import delivery_note
from pipelines.messages import Catalogue
from pipelines.outcome import State
from pipelines.stages import wall_clock

_WAITS = 101
_SEED_BITS = 31


@click.group("batch")
def command() -> None:
    """Quản lý lô giao nhận: mở, xem, kiểm tra chọn mẫu, đóng và in biên bản.

    \b
    Một lô là một thư mục trong thư mục nhận:
      sohoa batch create "Hộp 12" --folder hop-12 --documents 40 --deliverer "Công ty X"
      sohoa run                               số hóa
      sohoa batch close "Hộp 12"              lần đầu: chọn mẫu, in danh sách cần xem lại
      sohoa batch look "Hộp 12" 3f2a --good   xem từng tài liệu trong mẫu
      sohoa batch close "Hộp 12"              kết luận và in biên bản
    """


@command.command("create")
@click.argument("name")
@click.option("--folder", default="", help="Thư mục của lô, tính từ thư mục nhận.")
@click.option("--documents", type=click.IntRange(0), default=0, help="Số tài liệu khai khi giao.")
@click.option("--pages", type=click.IntRange(0), default=0, help="Số trang khai khi giao.")
@click.option("--deliverer", default="", help="Bên giao.")
@click.option("--receiver", default="", help="Bên nhận.")
@pass_site
def create(
    site: Site,
    *,
    name: str,
    folder: str,
    documents: int,
    pages: int,
    deliverer: str,
    receiver: str,
) -> int:
    """Mở lô NAME cho một thư mục giấy vừa nhận."""
    now = wall_clock().isoformat(timespec="seconds")
    batch = Batch(
        name,
        folder.strip("/"),
        deliverer,
        receiver,
        documents,
        pages,
        BatchState.OPEN,
        now,
        "",
        1,
    )
    if not name.strip() or not BatchBook(site.settings.run.data).create(batch):
        raise click.UsageError(site.texts("batch.taken", name=name))
    click.echo(site.texts("batch.created", name=name))
    return 0


@command.command("list")
@json_option
@pass_site
def listing(site: Site, as_json: bool) -> int:
    """Liệt kê các lô và việc còn lại của từng lô."""
    batches = BatchBook(site.settings.run.data).batches()
    found = [batch_desk.contents(site.settings, one.name) for one in batches]
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return 0
    if not found:
        click.echo(site.texts("batch.none"))
    for one in found:
        click.echo(_line(one, site.texts))
    return 0


@command.command("show")
@click.argument("name")
@json_option
@pass_site
def show(site: Site, name: str, as_json: bool) -> int:
    """Xem lô NAME: số lượng, khổ giấy, tập bị giữ, mẫu kiểm tra."""
    found = batch_desk.contents(site.settings, name)
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        _print(found, site.texts)
    return 0


@command.command("look")
@click.argument("name")
@click.argument("document")
@click.option("--good", "verdict", flag_value="good", help="Tài liệu đạt.")
@click.option("--faulty", "verdict", flag_value="faulty", help="Tài liệu lỗi; cần --reason.")
@click.option("--reason", default="", help="Lỗi gì: thiếu trang, mờ, cắt mép, sai dữ liệu…")
@click.option("--operator", default=getpass.getuser, help="Tên tài khoản người xem.")
@pass_site
def look(
    site: Site, *, name: str, document: str, verdict: str | None, reason: str, operator: str
) -> int:
    """Ghi kết quả xem lại tài liệu DOCUMENT (vài ký tự đầu của mã) trong mẫu của lô NAME."""
    if verdict is None or (verdict == "faulty" and not reason.strip()):
        raise click.UsageError("--good | --faulty --reason")
    now = wall_clock().isoformat(timespec="seconds")
    found = batch_desk.contents(site.settings, name)
    _require_open(found, site.texts)
    kept = batch_desk.look(
        site.settings,
        found,
        document,
        Sampled(found.archived[0], Found(verdict), reason.strip(), operator, now),
    )
    left = len(batch_desk.contents(site.settings, name).unlooked)
    click.echo(site.texts("batch.looked", document=kept.document_id[:8], left=left))
    return 0


@command.command("close")
@click.argument("name")
@click.option("--seed", type=click.IntRange(0), help="Hạt giống chọn mẫu; mặc định ngẫu nhiên.")
@click.option(
    "--note",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Tệp PDF của biên bản; mặc định trong thư mục batches/ của dữ liệu.",
)
@click.option("--agency-name", default="", help="Tên cơ quan ở đầu biên bản.")
@json_option
@pass_site
def close(
    site: Site, *, name: str, seed: int | None, note: Path | None, agency_name: str, as_json: bool
) -> int:
    """Đóng lô NAME: chọn mẫu, rồi khi mẫu đã xem hết thì kết luận và in biên bản.

    \b
    Mã thoát: 0 đạt · 100 không đạt · 101 còn việc: tài liệu chưa xong, hoặc mẫu chưa xem hết
    """
    found = batch_desk.contents(site.settings, name)
    _require_open(found, site.texts)
    if found.unfinished or not found.archived:
        click.echo(site.texts("batch.unfinished", count=found.unfinished), err=True)
        return _WAITS
    if found.sample is None:
        drawn = secrets.randbits(_SEED_BITS) if seed is None else seed
        found = batch_desk.draw_sample(site.settings, found, seed=drawn, now=wall_clock())
    if found.unlooked:
        return _ask(found, site.texts, as_json)
    found = batch_desk.close(site.settings, found, now=wall_clock())
    path = note or durable.made(site.settings.run.data / "batches") / f"{_plain(found.batch)}.pdf"
    durable.write(path, delivery_note(found, on=date.today(), agency=agency_name))
    if as_json:
        click.echo(json.dumps({**_as_json(found), "note": str(path)}, ensure_ascii=False))
    else:
        _print(found, site.texts)
        click.echo(site.texts("batch.note", path=path))
    return 0 if found.batch.state is BatchState.ACCEPTED else 100


@command.command("reopen")
@click.argument("name")
@pass_site
def reopen(site: Site, name: str) -> int:
    """Mở lại lô NAME để làm lại và kiểm tra lần nữa; kết quả các lần trước vẫn giữ."""
    found = batch_desk.reopen(site.settings, name)
    click.echo(site.texts("batch.reopened", name=name, round=found.batch.round))
    return 0


def _require_open(found: Contents, texts: Catalogue) -> None:
    if found.batch.state is not BatchState.OPEN:
        raise click.UsageError(texts("batch.is_closed", name=found.batch.name))


def _ask(found: Contents, texts: Catalogue, as_json: bool) -> int:
    """Say which documents are still to be looked at."""
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False))
        return _WAITS
    sources = {one.intake.document_id: one.intake.source for one in found.standings}
    click.echo(texts("batch.to_look", count=len(found.unlooked)))
    for row in found.unlooked:
        click.echo(f"  {row.document_id[:8]}  {sources.get(row.document_id, '')}")
    click.echo(texts("batch.look_hint", name=found.batch.name))
    return _WAITS


def _plain(batch: Batch) -> str:
    """Return the batch's name as a file name."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in batch.name)
    return f"{name}-{batch.round}"


def _line(found: Contents, texts: Catalogue) -> str:
    documents, pages = found.count(State.ARCHIVED)
    return texts(
        "batch.line",
        name=found.batch.name,
        state=texts(f"batch.{found.batch.state}"),
        documents=documents,
        pages=pages,
        unfinished=found.unfinished,
    )


def _print(found: Contents, texts: Catalogue) -> None:
    click.secho(_line(found, texts), bold=True)
    for state in State:
        documents, pages = found.count(state)
        if documents:
            click.echo(
                f"  {texts(f'state.{state}')}: "
                + texts("batch.count", documents=documents, pages=pages)
            )
    for held in found.held:
        what = findings.told(held.detail, texts)
        click.secho(f"  {texts('intake.held', name=held.name, what=what)}", fg="yellow")
    for one in found.paper:
        click.echo(texts("batch.paper", size=one.size, pages=one.pages, blank=one.blank))
    if found.sample is not None:
        draw, rows = found.sample
        click.echo(
            texts(
                "batch.sample",
                count=len(rows),
                lot=draw.lot,
                seed=draw.seed,
                left=len(found.unlooked),
                faulty=found.faulty,
                limit=draw.accept_at_most,
            )
        )


def _as_json(found: Contents) -> dict[str, Any]:
    batch = found.batch
    return {
        "schema": "sohoa.batch/1",
        "name": batch.name,
        "folder": batch.folder,
        "state": batch.state.value,
        "round": batch.round,
        "deliverer": batch.deliverer,
        "receiver": batch.receiver,
        "declared": {"documents": batch.documents, "pages": batch.pages},
        "created_at": batch.created_at,
        "closed_at": batch.closed_at or None,
        "counts": {
            state.value: dict(zip(("documents", "pages"), found.count(state), strict=True))
            for state in State
        },
        "held": [{"source": one.name, "detail": one.detail} for one in found.held],
        "paper": {one.size: {"pages": one.pages, "blank": one.blank} for one in found.paper},
        "a4_pages": found.a4_pages,
        "sample": _sample_json(found),
    }


def _sample_json(found: Contents) -> dict[str, Any] | None:
    if found.sample is None:
        return None
    draw, rows = found.sample
    return {
        "seed": draw.seed,
        "lot": draw.lot,
        "accept_at_most": draw.accept_at_most,
        "faulty": found.faulty,
        "documents": [
            {
                "document_id": row.document_id,
                "verdict": row.verdict.value if row.verdict else None,
                "reason": row.reason,
                "operator": row.operator,
            }
            for row in rows
        ],
    }
