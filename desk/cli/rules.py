"""`sohoa rules`: which papers a procedure asks for."""

from __future__ import annotations

import json
from pathlib import Path

import click

from desk.required import type_name
from desk.rule_sheet import Fault, read_sheet
from desk.rules import Rule, load, save
from digitizer import codec
from digitizer.errors import ConfigError
from digitizer.legal_profile import load_profile
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue


@click.group("rules")
def command() -> None:
    """Bảng giấy tờ theo thủ tục: thủ tục nào cần giấy gì, giấy nào được dùng lại."""


@command.command("import")
@click.argument("sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_site
def import_command(site: Site, sheet: Path) -> int:
    """Nhận bảng từ tệp .csv (UTF-8) hoặc .xlsx; sai ở đâu thì nói rõ dòng nào, sửa thế nào.

    \b
    Cột: mã TTHC · loại giấy tờ · [tên TTHC] · [bắt buộc] · [dùng lại] · [căn cứ]
    Có lỗi thì bảng cũ giữ nguyên.
    """
    found = read_sheet(sheet, load_profile())
    if found.faults:
        for fault in found.faults:
            click.echo(_told(fault, site.texts), err=True)
        raise ConfigError(f"{sheet.name}: {len(found.faults)} ✖")
    save(found.table, site.settings.desk.rules)
    count = len(found.table.by_procedure)
    values = {"source": sheet.name, "procedures": count, "rules": len(found.table.rules)}
    click.echo(site.texts("rules.imported", **values))
    return 0


@command.command("show")
@click.argument("procedure", required=False, default="")
@json_option
@pass_site
def show_command(site: Site, procedure: str, as_json: bool) -> int:
    """In bảng đang dùng, hoặc các giấy tờ của một thủ tục."""
    table = load(site.settings.desk.rules)
    if not table.rules:
        click.echo(site.texts("rules.none"), err=True)
    for code, rules in table.by_procedure.items():
        if procedure and rules is not table.of(procedure):
            continue
        if as_json:
            papers = [codec.to_plain(rule) for rule in rules]
            click.echo(json.dumps({"procedure": code, "papers": papers}, ensure_ascii=False))
        else:
            click.secho(f"{code}  {rules[0].procedure_name}", bold=True)
            for rule in rules:
                click.echo(_line(rule, site.texts))
    return 0


def _told(fault: Fault, texts: Catalogue) -> str:
    place = texts("rules.row", row=fault.row, column=fault.column) if fault.row else ""
    return f"✖ {place}{texts(f'rules.fault.{fault.code}', value=fault.value)}"


def _line(rule: Rule, texts: Catalogue) -> str:
    return texts(
        "rules.line",
        type=type_name(rule.document_type),
        required=texts("rules.required" if rule.is_required else "rules.optional"),
        reuse=texts("rules.reusable" if rule.may_reuse else "rules.not_reusable"),
        basis=f" ({rule.basis})" if rule.basis else "",
    )
