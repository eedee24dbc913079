"""`sohoa lookup`: do we already hold this paper?"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from digitizer import codec
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.stages import wall_clock
from storage.answer import Answer, Found, State, sentence
from storage.lookup import (
    ByFile,
    ByHolder,
    ByName,
    ByNumber,
    Question,
    exit_code,
    look_up_all,
    terms_of,
)
from storage.question import understand

_KEYS = {
    "number_key",
    "agency_key",
    "case_key",
    "holder_keys",
    "name_keys",
    "identity_key_id",
    "links",
    "part_sha256",
}
_COLORS = {State.REUSABLE: "green", State.NOT_FOUND: "red", State.UNAVAILABLE: "red"}


@click.command("lookup")
@click.option("--number", help="Số, ký hiệu: 209/QĐ-UBND (không dấu, thừa khoảng trắng cũng được).")
@click.option("--agency", default="", help="Cơ quan ban hành, hoặc một phần tên.")
@click.option("--year", type=int, help="Năm ban hành.")
@click.option(
    "--holder",
    is_flag=True,
    help="Hỏi theo số định danh; mỗi dòng đầu vào chuẩn một số, không đặt trên dòng lệnh.",
)
@click.option(
    "--name",
    "by_name",
    is_flag=True,
    help="Hỏi theo họ tên và ngày sinh; mỗi dòng đầu vào chuẩn: HỌ TÊN;NGÀY SINH (1990-01-31).",
)
@click.option(
    "--ask",
    is_flag=True,
    help="Hỏi như ở quầy: mỗi dòng đầu vào chuẩn là một nội dung bất kỳ (số, mã QR, họ tên…).",
)
@click.option("--type", "document_type", default="", help="Chỉ loại giấy tờ này (vd KHAI_SINH).")
@click.option("--file", type=click.Path(path_type=Path, exists=True), help="Hỏi bằng chính tệp.")
@click.option("--sha256", help="Hỏi bằng mã băm SHA-256 của tệp.")
@click.option("--trial", is_flag=True, help="Coi chữ ký dùng thử là dùng được (chỉ để trình diễn).")
@json_option
@pass_site
def command(  # noqa: PLR0917 - one parameter per key the desk knows
    site: Site,
    number: str | None,
    agency: str,
    year: int | None,
    holder: bool,
    by_name: bool,
    ask: bool,
    document_type: str,
    file: Path | None,
    sha256: str | None,
    trial: bool,
    as_json: bool,
) -> int:
    """Giấy tờ này đã số hóa chưa, còn hiệu lực không, dùng lại được không?

    \b
    Ví dụ:   sohoa lookup --number 209/QĐ-UBND --agency "Bạc Liêu" --year 2025
             sohoa lookup --holder < so-dinh-danh.txt
             sohoa lookup --file giay-khai-sinh.pdf

    \b
    Mã thoát: 0 dùng lại được · 40 chưa số hóa · 41 chỉ một phần · 42 nhiều tài liệu khớp
              43 có nhưng không dùng lại được · 44 danh mục không dùng được
    """
    questions = _questions(number, agency, year, file, sha256)
    if holder:
        questions += [ByHolder(line, document_type) for line in _lines()]
    if by_name:
        questions += [_by_name(line, document_type) for line in _lines()]
    if ask:
        questions += [one for line in _lines() for one in _understood(line, site.texts)]
    if not questions:
        raise click.UsageError("--number | --holder | --name | --ask | --file | --sha256")
    storage = site.settings.storage
    terms = terms_of(storage, wall_clock(), allow_throwaway=trial)
    answers = look_up_all(questions, storage, terms)
    for answer in answers:
        if as_json:
            click.echo(json.dumps(_plain(answer, site.texts), ensure_ascii=False))
        else:
            _print(answer, site.texts)
    return exit_code(answers)


def _questions(
    number: str | None, agency: str, year: int | None, file: Path | None, sha256: str | None
) -> list[Question]:
    from digitizer.model import Sha256, StoredFile

    questions: list[Question] = []
    if number:
        questions.append(ByNumber(number, agency, year))
    if file:
        questions.append(ByFile(StoredFile.of(file).sha256))
    if sha256:
        digest = sha256.strip().lower()
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise click.UsageError("--sha256: 64 hex")
        questions.append(ByFile(Sha256(digest)))
    return questions


def _lines() -> list[str]:
    if sys.stdin.isatty():
        line: str = click.prompt("", prompt_suffix="> ", hide_input=True, err=True)
        return [line]
    return [line.strip() for line in sys.stdin if line.strip()]


def _understood(line: str, texts: Catalogue) -> tuple[Question, ...]:
    asked = understand(line)
    click.echo(asked.sentence(texts.lang), err=True)
    if not asked.questions:
        raise click.UsageError(asked.sentence(texts.lang))
    return asked.questions


def _by_name(line: str, document_type: str) -> ByName:
    name, _, birth = line.rpartition(";")
    try:
        return ByName(name.strip(), date.fromisoformat(birth.strip()), document_type)
    except ValueError as error:
        raise click.UsageError("HỌ TÊN;YYYY-MM-DD") from error


def _plain(answer: Answer, texts: Catalogue) -> dict[str, Any]:
    return {
        "schema": "sohoa.lookup/1",
        "state": answer.state.value,
        "reason": answer.reason.value,
        "sentence": answer.sentence(texts.lang),
        "as_of": codec.to_plain(answer.as_of),
        "detail": answer.detail,
        "found": [_plain_found(found, texts) for found in answer.found],
    }


def _plain_found(found: Found, texts: Catalogue) -> dict[str, Any]:
    return {
        "state": found.state.value,
        "reason": found.reason.value,
        "sentence": sentence(found.reason, texts.lang),
        "document": _public(found),
    }


def _public(found: Found) -> dict[str, Any]:
    """Return the entry without the keys it is found by."""
    plain = codec.to_plain(found.entry)
    return {name: value for name, value in plain.items() if name not in _KEYS}


def _print(answer: Answer, texts: Catalogue) -> None:
    click.secho(answer.sentence(texts.lang), fg=_COLORS.get(answer.state, "yellow"), bold=True)
    if answer.detail:
        click.echo(f"  {answer.detail}")
    for found in answer.found:
        entry = found.entry
        click.echo(f"  {entry.number or '?'} · {entry.issued_on or '?'} · {entry.agency}")
        if entry.subject:
            click.echo(f"    {entry.subject}")
        click.secho(f"    {sentence(found.reason, texts.lang)}", fg=_COLORS.get(found.state))
        click.secho(f"    {entry.document_id} · {entry.page_count} tr.", dim=True)
