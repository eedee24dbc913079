"""The counter's commands as an administrator runs them, and the desk as he starts and stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from storage.catalog import Catalog
from storage.identity import IdentityVault
from storage.settings import StorageSettings
from tests.endtoend.installed import Sohoa
from tests.storage.papers import NUMBER, record

AGENCY = "UBND xã Thí Điểm"
SHEET = "mã TTHC;loại giấy tờ\n1.004873;QĐ\n"


@pytest.fixture
def sohoa(tmp_path: Path) -> Sohoa:
    """A data folder with an identity key and a catalog of one paper (of another key's holder)."""
    data = tmp_path / "data"
    IdentityVault.open(data / "keys" / "identity.key", create=True)
    with Catalog.open(
        StorageSettings(catalog=f"sqlite:///{data / 'catalog.sqlite'}"), create=True
    ) as made:
        made.enter(record())
    return Sohoa(data)


@contextmanager
def _served(sohoa: Sohoa) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = sohoa.start("--lang", "en", "serve", "--port", 0)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "http://" in line, line + process.stderr.read()
        yield line.split()[-1], process
    finally:
        process.kill()
        process.communicate()


def _ask(url: str, key: str, text: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}", "X-Clerk": "lan"}
    return httpx.post(f"{url}v1/lookups", json={"text": text}, headers=headers, timeout=60)


def test_a_desk_is_opened_asked_audited_and_counted(sohoa: Sohoa, tmp_path: Path) -> None:
    (tmp_path / "bang.csv").write_text(SHEET, "utf-8")
    assert sohoa("rules", "import", tmp_path / "bang.csv").code == 0
    added = sohoa("desk", "key", "add", "Quầy 1", "--agency", AGENCY, "--scope", "document")
    key = added.out.strip()
    with _served(sohoa) as (url, process):
        answer = _ask(url, key, "476/QĐ-UBND")
        assert answer.json()["required"][0]["state"] == "REUSABLE"
        assert _ask(url, key, NUMBER).json()["required"][0]["reason"] == "other_key"
        assert sohoa("serve", "--port", 0).code == 5
        key_id = key.split("_")[1]
        assert sohoa("desk", "key", "revoke", key_id).code == 0
        assert _ask(url, key, NUMBER).status_code == 401
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(60) == 143
    whole = sohoa("audit-log", "verify", "--json").json
    assert (whole["schema"], whole["head"][:2], whole["faults"]) == ("sohoa.audit/1", "2:", [])
    (about,) = sohoa("audit-log", "of", stdin=f"{NUMBER}\n").lines
    assert (about["clerk"], about["taken_for"]) == ("lan", "person")
    assert sohoa("reuse", "--json").json["transactions"]["denominator"] == 0


def test_a_changed_log_is_told_by_line_and_exit_code(sohoa: Sohoa) -> None:
    key = sohoa("desk", "key", "add", "Quầy 1", "--agency", AGENCY).out.strip()
    with _served(sohoa) as (url, _):
        for text in ("476/QĐ-UBND", "477/QĐ-UBND"):
            _ask(url, key, text)
    head = sohoa("audit-log", "verify", "--json").json["head"]
    log = sohoa.data / "audit" / "desk.jsonl"
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    assert sohoa("audit-log", "verify").code == 0
    cut = sohoa("audit-log", "verify", "--head", head)
    assert (cut.code, "bị cắt" in cut.out) == (30, True)
    log.write_bytes(log.read_bytes().replace(b'"lan"', b'"hoa"'))
    edited = sohoa("--lang", "en", "audit-log", "verify")
    assert (edited.code, "Line 1 (number 1) was edited" in edited.out) == (30, True)
    assert sohoa("audit-log", "verify", "--head", "x").code == 2


def test_keys_are_shown_once_and_listed_without_their_secret(sohoa: Sohoa) -> None:
    added = sohoa(
        "desk", "key", "add", "Cổng", "--agency", AGENCY, "--scope", "exists", "--days", 9
    )
    secret = added.out.strip().split("_", 2)[2]
    (listed,) = sohoa("desk", "key", "list", "--json").lines
    assert (listed["label"], listed["scope"], listed["live"]) == ("Cổng", "exists", True)
    assert secret not in json.dumps(listed)
    assert "đang dùng" in sohoa("desk", "key", "list").out
    assert sohoa("desk", "key", "revoke", "00000000").code == 3


def test_a_faulty_sheet_is_told_row_by_row_and_changes_nothing(
    sohoa: Sohoa, tmp_path: Path
) -> None:
    sheet = tmp_path / "bang.csv"
    sheet.write_text(SHEET, "utf-8")
    sohoa("rules", "import", sheet)
    sheet.write_text(SHEET + "1.00;QĐ\n1.004873;KHAISINH\n", "utf-8")
    refused = sohoa("rules", "import", sheet)
    assert refused.code == 3
    assert "Dòng 3, cột mã TTHC" in refused.err and "Dòng 4, cột loại giấy tờ" in refused.err
    (kept,) = sohoa("rules", "show", "--json").lines
    assert [paper["document_type"] for paper in kept["papers"]] == ["QĐ"]
    assert "bắt buộc, được dùng lại" in sohoa("rules", "show", "1.004873").out


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: (data / "keys" / "identity.key").unlink(), 3),
        (lambda data: (data / "keys" / "receipt.key").write_text("no key"), 3),
        (lambda data: (data / "reuse.sqlite").write_text("no database, however long it is"), 25),
    ],
)
def test_a_desk_that_can_not_work_does_not_open(sohoa: Sohoa, spoil: object, code: int) -> None:
    assert callable(spoil)
    spoil(sohoa.data)
    ended = sohoa("serve", "--port", 0)
    assert (ended.code, "Traceback" in ended.err) == (code, False), ended.err


def test_a_port_in_use_is_told(sohoa: Sohoa, tmp_path: Path) -> None:
    with _served(sohoa) as (url, _):
        other = Sohoa(sohoa.data, {"SOHOA_DESK_AUDIT_LOG": str(tmp_path / "other.jsonl")})
        ended = other("serve", "--port", url.rstrip("/").rpartition(":")[2])
    assert (ended.code, "Traceback" in ended.err) == (3, False), ended.err


def test_the_command_line_understands_what_the_counter_does(sohoa: Sohoa) -> None:
    told = sohoa("lookup", "--ask", "--json", stdin="UBND tỉnh Mẫu 2026 476/qd-ubnd\n")
    assert (told.code, told.json["state"]) == (0, "REUSABLE")
    unknown = sohoa("lookup", "--ask", stdin="Nguyễn Văn An\n")
    assert (unknown.code, "ngày sinh" in unknown.err) == (2, True)
