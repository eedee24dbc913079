"""`sohoa sign`: the officer approves what is ready, and it is signed."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Any

import click

from digitizer import codec
from digitizer.errors import ConfigError
from pipelines import ready, session_log
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.outcome import State
from pipelines.ready import Ready
from pipelines.report import explain
from pipelines.signing_session import SessionConduct, SessionResult, hold
from pipelines.stages import wall_clock
from pipelines.watch import ProgressLine

LIST_SCHEMA = "sohoa.sign-list/1"
SCHEMA = "sohoa.sign/1"
VERDICT_SCHEMA = "sohoa.sign-verdict/1"


@click.command("sign")
@click.option("--list", "only_list", is_flag=True, help="In danh sách chờ ký, không ký gì.")
@click.option(
    "--approve",
    multiple=True,
    metavar="all|MÃ|TỆP",
    help="Duyệt tất cả, một mã tài liệu, hoặc tệp danh sách; lặp lại được.",
)
@click.option("--account", default=getpass.getuser, help="Tên tài khoản người ký, để ghi biên bản.")
@click.option(
    "--verify-session",
    "record",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Kiểm tra biên bản phiên ký và tệp .p7s bên cạnh.",
)
@json_option
@pass_site
def command(
    site: Site,
    only_list: bool,
    approve: tuple[str, ...],
    account: str,
    record: Path | None,
    as_json: bool,
) -> int:
    """Duyệt những tài liệu đã sẵn sàng rồi ký: phiên ký của người giữ con dấu.

    Chạy một mình trên màn hình: in danh sách, hỏi một lần, mở khóa một lần, ký đúng những gì đã
    in. Chỉ dùng khi [signing] approve = "session"; nếu không thì `sohoa run` tự ký.

    \b
    Ví dụ:   sohoa sign --list --json > ds.json     xem, bỏ bớt tài liệu chưa ký
             sohoa sign --approve ds.json           ký đúng các mã băm đó
             sohoa sign --approve 3f2a --approve 77b1
             sohoa sign --verify-session 20261122T081500Z-1f2e3d4c.json

    \b
    Mã thoát: 0 đã lưu mọi tài liệu được duyệt · 100 có tài liệu bị cách ly · 101 còn tài liệu chờ
              20–29 khóa, dấu thời gian hoặc kho không sẵn sàng: phần còn lại chờ, chạy lại
              30–39 PDF/A khác bản đã duyệt: không ký · 36, 37 biên bản không hợp lệ
    """
    if record is not None:
        return _verify(site, record, as_json)
    found = ready.waiting(site.settings)
    if not approve and (only_list or as_json or not _may_ask()):
        return _list(site, found, as_json)
    if not approve:
        return _ask(site, found, account)
    return _sign(site, ready.chosen(site.settings, found, approve), account, as_json)


def _may_ask() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _list(site: Site, found: tuple[Ready, ...], as_json: bool) -> int:
    if as_json:
        listed = {"schema": LIST_SCHEMA, "ready": [_plain(one) for one in found]}
        click.echo(json.dumps(listed, ensure_ascii=False))
    else:
        _print_list(found, site.texts)
        if found:
            click.echo(site.texts("sign.hint"))
    return 101 if found else 0


def _plain(one: Ready) -> dict[str, Any]:
    return {
        "document_id": one.document_id,
        "source": one.standing.intake.source,
        "document_type": one.metadata.document_type,
        "number": one.number,
        "subject": one.subject,
        "pages": one.pdf_a.page_count,
        "sha256": one.pdf_a.pdf.sha256,
        "picture": str(one.picture),
    }


def _print_list(found: tuple[Ready, ...], texts: Catalogue) -> None:
    if not found:
        click.echo(texts("sign.none"))
        return
    pages = sum(one.pdf_a.page_count for one in found)
    click.secho(texts("sign.ready", documents=len(found), pages=pages), bold=True)
    for one in found:
        kind = one.metadata.document_type
        count = texts("sign.pages", pages=one.pdf_a.page_count)
        click.echo(f"{one.document_id}  {kind:<6} {one.number}  {count}")
        click.echo(f"    {one.subject}")
        click.echo(f"    SHA-256 {one.pdf_a.pdf.sha256}")
        click.echo(f"    {texts('sign.picture', path=one.picture)}")


def _ask(site: Site, found: tuple[Ready, ...], account: str) -> int:
    _print_list(found, site.texts)
    if not found:
        return 0
    approved = ready.chosen(site.settings, found, (ready.ALL,))
    if not click.confirm(site.texts("sign.ask", documents=len(found)), default=False):
        click.echo(site.texts("sign.refused"))
        return 101
    return _sign(site, approved, account, as_json=False)


# ── the session ──────────────────────────────────────────────────────────────────────────────


def _sign(site: Site, approved: list[Ready], account: str, as_json: bool) -> int:
    if site.settings.signing.approve != "session":
        raise ConfigError('[signing] approve = "unattended": `sohoa run` signs by itself')
    if not approved and not any(session_log.left_open(site.settings)):
        click.echo(site.texts("sign.none"), err=as_json)
        return 0
    conduct = SessionConduct(account)
    result = hold(site.settings, approved, conduct, watcher=ProgressLine(site.texts))
    if as_json:
        click.echo(json.dumps(_as_json(result, site.texts), ensure_ascii=False))
    else:
        _print(result, site.texts)
    return _exit_code(result)


def _exit_code(result: SessionResult) -> int:
    states = {outcome.state for outcome in result.outcomes}
    if not result.balance.holds:
        return 1
    if result.stopped:
        return result.stopped.exit_code
    if State.QUARANTINED in states:
        return 100
    return 101 if State.WAITING in states else 0


def _as_json(result: SessionResult, texts: Catalogue) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "session": result.session,
        "balance": {**codec.to_plain(result.balance), "holds": result.balance.holds},
        "stopped": result.stopped.code if result.stopped else None,
        "record": str(result.record) if result.record else None,
        "documents": [
            {**codec.to_plain(outcome), "explanation": explain(outcome, texts).what}
            for outcome in result.outcomes
        ],
    }


def _print(result: SessionResult, texts: Catalogue) -> None:
    if not result.session:
        click.echo(texts("sign.closed"))
        return
    click.secho(texts("sign.session", session=result.session), bold=True)
    total = result.balance
    rows = (("archived", total.archived), ("quarantined", total.quarantined))
    for name, tally in (*rows, ("waiting", total.waiting)):
        row = {"label": texts(f"run.{name}"), "documents": tally.documents, "pages": tally.pages}
        click.echo(texts("run.row", unknown="", **row))
    click.echo(texts("sign.balanced" if total.holds else "run.unbalanced"))
    if result.stopped:
        click.secho(texts("run.stopped", error=result.stopped.sentence(texts.lang)), fg="red")
        click.echo(texts("cure", cure=result.stopped.cure(texts.lang)))
    if result.record:
        click.echo(texts("sign.record", path=result.record))
    else:
        click.secho(texts("sign.no_record"), fg="yellow")


# ── a record of an earlier session ───────────────────────────────────────────────────────────


def _verify(site: Site, record: Path, as_json: bool) -> int:
    from signing.session_record import verify_record
    from signing.trust import Trust
    from signing.verdict import Status

    signature = record.with_suffix(".p7s")
    try:
        data, detached = record.read_bytes(), signature.read_bytes()
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error
    trust = Trust.open(site.settings.signing, site.settings.keys_folder)
    verdict = verify_record(data, detached, trust=trust, now=wall_clock())
    if as_json:
        plain = {"schema": VERDICT_SCHEMA, "file": str(record), **codec.to_plain(verdict)}
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        when = verdict.signed_at.astimezone().isoformat() if verdict.signed_at else "?"
        click.echo(f"{record}: {site.texts(f'verify.{verdict.status}')}")
        click.echo(f"  {site.texts('sign.by', signer=verdict.signer, when=when)}")
        for reason in verdict.reasons:
            click.echo(f"  ✖ {reason.sentence(site.texts.lang)}")
    return {Status.VALID: 0, Status.INVALID: 36}.get(verdict.status, 37)
