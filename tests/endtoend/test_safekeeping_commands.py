"""`sohoa audit`, `backup` and `restore` on an archive that the real run has made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from digitizer.model import DocumentId
from storage.commit import commit_key
from tests.endtoend.conftest import SmallRun
from tests.endtoend.installed import ARCHIVE_ALL, Sohoa, files_under


@pytest.fixture
def kept(small_run: SmallRun, tmp_path: Path) -> Sohoa:
    """A copy of three archived papers that a test may damage, with a second copy set."""
    data = tmp_path / "data"
    shutil.copytree(small_run.sohoa.data, data)
    second = {"SOHOA_BACKUP_STORE": "folder", "SOHOA_BACKUP_FOLDER": str(tmp_path / "second")}
    return Sohoa(data, ARCHIVE_ALL | second)


def damage(path: Path) -> bytes:
    """Turn one bit in the middle of a file; return what it was."""
    before = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(before[:500] + bytes((before[500] ^ 1,)) + before[501:])
    return before


def test_a_sound_archive_passes_every_share(kept: Sohoa) -> None:
    ended = kept("audit", "--json")
    assert (ended.code, ended.json["documents"], ended.json["findings"]) == (0, 3, [])
    shares = [kept("audit", "--subset", f"{n}/3", "--json").json["documents"] for n in (1, 2, 3)]
    assert sum(shares) == 3


def test_damage_is_found_and_mended_from_the_second_copy(kept: Sohoa) -> None:
    assert kept("backup", "--drill", "3", "--json").json["drill"]["failed"] == []
    signed, other = sorted(kept.data.glob("archive/documents/**/signed.pdf"))[:2]
    before = damage(signed)
    record = kept.data / "archive" / commit_key(DocumentId(_document(other)))
    record_before = damage(record)
    text = other.with_name("text.json")
    text.unlink()
    ended = kept("audit", "--json")
    assert ended.code == 30
    assert sorted(found["damage"] for found in ended.json["findings"]) == ["changed", "record"]
    assert kept("audit", "--repair").code == 0
    assert (signed.read_bytes(), record.read_bytes()) == (before, record_before)
    assert text.is_file()
    assert kept("audit", "--json").json["findings"] == []
    # The damaged bytes are kept for whoever has to explain them.
    aside = [path for path in files_under(kept.data / "archive") if ".damaged" in str(path)]
    assert len(aside) == 2


def _document(path: Path) -> str:
    """Return the id of the document that a file of the archive belongs to."""
    return next(part for part in path.parts if len(part) == 32)


def test_an_archive_that_is_gone_comes_back_whole(kept: Sohoa) -> None:
    assert kept("backup").code == 0
    before = {name: path.read_bytes() for name, path in files_under(kept.data / "archive").items()}
    dump = kept("catalog", "dump").out
    shutil.rmtree(kept.data / "archive")
    (kept.data / "catalog.sqlite").unlink()
    assert kept("restore").code == 0
    after = {name: path.read_bytes() for name, path in files_under(kept.data / "archive").items()}
    assert after == before
    assert kept("catalog", "dump").out == dump


def test_a_machine_that_is_gone_comes_back_with_its_journal(kept: Sohoa, tmp_path: Path) -> None:
    told = kept("backup", "--json").json
    assert told["state"]["files"] > 0 and told["state_drill"]["failed"] == []
    assert "không đổi" in kept("backup").out
    before = kept("status", "--json").json
    new = Sohoa(tmp_path / "new", kept.variables)
    assert new("restore").code == 3, "the identity key is not there yet"
    (new.data / "keys").mkdir(parents=True, exist_ok=True)
    shutil.copy2(kept.data / "keys" / "identity.key", new.data / "keys" / "identity.key")
    ended = new("restore")
    assert ended.code == 0 and "trạng thái lúc" in ended.out
    after = new("status", "--json").json
    assert after["counts"] == before["counts"]
    assert "được để nguyên" in new("restore").out
    assert "replaced-" in new("restore", "--state").out
    archives = (files_under(one.data / "archive") for one in (kept, new))
    assert (
        len({frozenset((name, path.read_bytes()) for name, path in a.items()) for a in archives})
        == 1
    )


def test_a_second_copy_that_rots_fails_the_drill(kept: Sohoa, tmp_path: Path) -> None:
    assert kept("backup").code == 0
    damage(next((tmp_path / "second").glob("documents/**/signed.pdf")))
    ended = kept("backup", "--drill", "3", "--json")
    assert (ended.code, len(ended.json["drill"]["failed"])) == (30, 1)
    assert kept("backup", "--full").code == 31


def test_without_a_second_copy_the_cure_is_named(small_run: SmallRun) -> None:
    ended = small_run.sohoa("backup")
    assert ended.code == 3
    assert "[backup] store" in ended.err


def test_the_last_backup_is_written_down(kept: Sohoa) -> None:
    kept("backup")
    told = json.loads((kept.data / "backup.json").read_text())
    assert told["copied"]["objects"] > 0
