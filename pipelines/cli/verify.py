"""`sohoa verify`: may this PDF's signatures be believed?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from digitizer import codec
from digitizer.errors import Unavailable
from digitizer.model import DocumentId, Sha256
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.settings import Settings
from pipelines.stages import wall_clock
from signing.trust import Trust
from signing.verdict import Status, Verdict
from signing.verify import verify
from storage.catalog import Catalog

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
    """Kiểm tra chữ ký số trong PDF… theo quy tắc chặt, và đối chiếu với kho lưu trữ.

    Hợp lệ nghĩa là: mọi chữ ký nguyên vẹn, dẫn tới tổ chức cấp được tin cậy ([signing]
    trust_folder), chứng thư chưa bị thu hồi, và không có gì thêm vào sau chữ ký cuối.

    \b
    Mã thoát: 0 mọi tệp hợp lệ · 36 có tệp không hợp lệ · 37 chưa kết luận được · 38 chưa ký
    """
    trust = Trust.open(site.settings.signing, site.settings.keys_folder)
    worst = 0
    for path in files:
        verdict = verify(path, trust=trust, now=wall_clock())
        document = _in_archive(site.settings, verdict.sha256)
        if as_json:
            plain = _plain(path, verdict, document, site.texts)
            click.echo(json.dumps(plain, ensure_ascii=False))
        else:
            _print(path, verdict, document, site.texts)
        code = EXIT_CODES[verdict.status]
        worst = code if not worst else min(worst, code or worst)
    return worst


def _in_archive(settings: Settings, sha256: Sha256) -> DocumentId | None:
    """Return the archived document with these very bytes, None when the catalog has none."""
    if not sha256:
        return None
    try:
        with Catalog.open(settings.storage) as catalog:
            found = catalog.find_by_sha256(sha256)
    except Unavailable:
        return None
    return found[0].document_id if found else None


def _plain(
    path: Path, verdict: Verdict, document: DocumentId | None, texts: Catalogue
) -> dict[str, Any]:
    return {
        "schema": "sohoa.verify/1",
        "file": str(path),
        **codec.to_plain(verdict),
        "reasons": [
            {**codec.to_plain(reason), "sentence": reason.sentence(texts.lang)}
            for reason in verdict.reasons
        ],
        "archived_as": document,
    }


def _print(path: Path, verdict: Verdict, document: DocumentId | None, texts: Catalogue) -> None:
    click.echo(f"{path}: ", nl=False)
    click.secho(texts(f"verify.{verdict.status}"), fg=_COLORS.get(verdict.status, "yellow"))
    for reason in verdict.reasons:
        click.echo(f"  ✖ {reason.sentence(texts.lang)}")
    for number, signature in enumerate(verdict.signatures, 1):
        when = signature.signed_at.astimezone().isoformat() if signature.signed_at else "?"
        level = signature.level or signature.kind
        click.echo(
            "  "
            + texts(
                "verify.signature", number=number, signer=signature.signer, when=when, level=level
            )
        )
        click.echo(f"  {texts('verify.issuer', issuer=signature.issuer)}")
        if signature.is_throwaway:
            click.secho(f"  {texts('verify.throwaway')}", fg="yellow")
    key = "verify.in_archive" if document else "verify.not_in_archive"
    click.echo(f"  {texts(key, document=document or '')}")
