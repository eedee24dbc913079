"""Writes the pages that must not drift from the code: `python -m docs.generate`.

tests/test_docs.py fails when a committed page differs from what this would write.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import textwrap
from pathlib import Path

from desk.api import application
from digitizer import errors
from digitizer.vocabulary import FIELD_TERMS
from docs.sbom import licenses, sbom
from pipelines.config import SECTIONS, load

HERE = Path(__file__).parent

_OTHER_CODES = (
    (0, "xong, mọi thứ như ý", "done, all as wished"),
    (1, "lỗi của chương trình", "a bug in the program"),
    (2, "gọi lệnh sai", "wrong usage"),
    (36, "kiểm tra chữ ký: có tệp không hợp lệ", "verify: a file is not valid"),
    (37, "kiểm tra chữ ký: chưa kết luận được", "verify: a file can't be decided"),
    (38, "kiểm tra chữ ký: có tệp chưa ký", "verify: a file is unsigned"),
    (40, "tra cứu: chưa được số hóa", "look-up: not digitized"),
    (41, "tra cứu: chỉ một phần được tìm thấy", "look-up: some of those asked"),
    (42, "tra cứu: nhiều tài liệu khớp", "look-up: ambiguous"),
    (43, "tra cứu: có, nhưng không tái sử dụng được", "look-up: found, not re-usable"),
    (44, "tra cứu: danh mục không dùng được", "look-up: the catalog can't be believed"),
    (100, "xong, có tài liệu bị cách ly", "finished, some quarantined"),
    (101, "xong, có tài liệu đang chờ", "finished, some wait"),
    (102, "hết khung giờ hoặc hạn mức ký, chạy tiếp được", "time window or quota over, resumable"),
    (130, "dừng bằng Ctrl-C", "stopped by Ctrl-C"),
    (143, "dừng bằng SIGTERM", "stopped by SIGTERM"),
)


def exit_codes() -> str:
    """Return docs/exit-codes.md: every code, what it means and what to do."""
    rows = [(code, "", vi, en, "", "") for code, vi, en in _OTHER_CODES]
    rows += [
        (kind.exit_code, kind.code, kind.vi, kind.en, kind.cure_vi, kind.cure_en)
        for kind in errors.tree()
        if kind is not errors.DigitizationError
    ]
    lines = [
        "# Exit codes and error codes",
        "",
        "Made by `python -m docs.generate` from `digitizer/errors.py`; do not edit.",
        "",
        "Bands: 10–19 one document's trouble (it is quarantined, the batch goes on) · 20–29 a",
        "service is away (nothing is lost, run again) · 30–39 stored bytes are not as written",
        "(stop, call the administrator), or what `sohoa verify` found · 40–44 answers of",
        "`sohoa lookup`.",
        "",
        "| exit | code | Tiếng Việt | English | Cách xử lý | What to do |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row[0]} | {' | '.join(row[1:])} |" for row in sorted(rows, key=lambda row: row[:2])
    ]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Return docs/config.md: every table, key, default and meaning."""
    defaults = {(o.section, o.key): o.value for o in load(environ={}).origins}
    lines = [
        "# Configuration",
        "",
        "Made by `python -m docs.generate` from the settings classes; do not edit.",
        "",
        "One TOML file: `--config FILE`, or `SOHOA_CONFIG`, or `./sohoa.toml`. Without one the",
        "embedded defaults hold and everything lies under `./sohoa-data`. A value is taken from",
        "the first that has it: command-line flag, variable `SOHOA_<TABLE>_<KEY>`, file, default.",
        "`sohoa config show` prints each value and its origin; unknown names are refused.",
        "Secrets are never values: settings name the files that hold them. Paths in the file are",
        "relative to the file.",
    ]
    for section, kind in SECTIONS.items():
        meanings = _meanings(kind)
        lines += ["", f"## [{section}]", "", "| key | default | meaning |", "|---|---|---|"]
        for field in dataclasses.fields(kind):
            default = _shown(defaults[section, field.name])
            lines.append(f"| `{field.name}` | {default} | {meanings.get(field.name, '')} |")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    text = str(value).replace(str(Path.cwd()) + "/", "./")
    return f"`{text}`" if value not in (None, "") else "–"


def _meanings(kind: type[object]) -> dict[str, str]:
    """Return what the docstrings of the class and those it extends say of each attribute."""
    found: dict[str, str] = {}
    for part in reversed(kind.__mro__):
        found |= _stated(inspect.cleandoc(part.__dict__.get("__doc__") or ""))
    return found


def _stated(doc: str) -> dict[str, str]:
    _, _, attributes = doc.partition("Attributes:")
    found: dict[str, str] = {}
    for names, text in re.findall(
        r"^([a-z_0-9, ]+):\s(.*?)(?=^\S|\Z)", textwrap.dedent(attributes.strip("\n")), re.M | re.S
    ):
        meaning = " ".join(text.split()).replace("|", "\\|")
        found |= {name.strip(): meaning for name in names.split(",")}
    return found


def fields() -> str:
    """Return docs/glossary-fields.md: the clerk's names with diacritics and decree."""
    lines = [
        "# Fields",
        "",
        "Made by `python -m docs.generate` from `digitizer/vocabulary.py`; do not edit.",
        "",
        "| name | Tiếng Việt | English | basis |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {term.vi} | {term.en} | {term.basis} |" for name, term in FIELD_TERMS.items()
    ]
    return "\n".join(lines) + "\n"


def openapi() -> str:
    """Return docs/openapi.json: the counter's HTTP interface."""
    return json.dumps(application(None).openapi(), ensure_ascii=False, indent=1) + "\n"


PAGES = {
    "exit-codes.md": exit_codes,
    "config.md": settings,
    "glossary-fields.md": fields,
    "openapi.json": openapi,
    "sbom.cdx.json": sbom,
    "licenses.md": licenses,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
