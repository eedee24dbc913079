"""The folder store when disks fill up, processes die and several write at once."""

from __future__ import annotations

import errno
import multiprocessing
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.errors import ConfigError, DiskFull, StoredObjectDiffers, StoreUnavailable
from digitizer.model import StoredFile
from storage.folder import FolderStore, spool_bytes
from storage.objects import MARKER_KEY, README_KEY


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "archive")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def spooled(folder: Path, data: bytes, name: str = "spooled") -> StoredFile:
    (folder / name).write_bytes(data)
    return StoredFile.of(folder / name)


def _put(job: tuple[Path, Path]) -> str:
    root, source = job
    try:
        return FolderStore(root).put("documents/a", StoredFile.of(source)).sha256
    except StoredObjectDiffers:
        return "refused"


def test_two_processes_with_the_same_bytes_both_succeed(tmp_path: Path) -> None:
    sources = [spooled(tmp_path, b"same" * 500_000, f"s{n}").path for n in range(4)]
    jobs = [(tmp_path / "archive", source) for source in sources]
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        results = pool.map(_put, jobs, chunksize=1)
    assert results == [StoredFile.of(sources[0]).sha256] * 4
    assert names(tmp_path / "archive" / "documents") == ["a"]


def test_of_processes_with_other_bytes_exactly_one_wins(tmp_path: Path) -> None:
    sources = [spooled(tmp_path, bytes([n]) * 2_000_000, f"s{n}") for n in range(4)]
    jobs = [(tmp_path / "archive", source.path) for source in sources]
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        results = pool.map(_put, jobs, chunksize=1)
    assert results.count("refused") == 3
    held = FolderStore(tmp_path / "archive").read("documents/a")
    assert held in [source.path.read_bytes() for source in sources]


def test_an_archived_object_is_read_only(store: FolderStore, tmp_path: Path) -> None:
    store.put("documents/a", spooled(tmp_path, b"x"))
    mode = (tmp_path / "archive" / "documents" / "a").stat().st_mode
    assert stat.S_IMODE(mode) == 0o440


def test_a_killed_write_leaves_nothing_that_a_reader_sees(tmp_path: Path) -> None:
    source = spooled(tmp_path, b"x" * 1000)
    code = (
        "import os, signal, sys; from pathlib import Path; from digitizer.model import StoredFile;"
        "from storage import folder; folder.os.link = lambda *_: os.kill(os.getpid(), 9);"
        "folder.FolderStore(Path(sys.argv[1])).put('documents/a', StoredFile.of(Path(sys.argv[2])))"
    )
    root = tmp_path / "archive"
    killed = subprocess.run([sys.executable, "-c", code, root, source.path], check=False)
    assert killed.returncode == -9
    store = FolderStore(root)
    assert len(names(root / "documents")) == 1
    assert list(store.keys()) == []
    assert store.put("documents/a", source).sha256 == source.sha256


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small tmpfs")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_leaves_nothing_behind(small_disk: Path, tmp_path: Path) -> None:
    store = FolderStore(small_disk)
    store.put("documents/a", spooled(tmp_path, b"small"))
    with pytest.raises(DiskFull):
        store.put("documents/b", spooled(tmp_path, b"x" * 3_000_000))
    with pytest.raises(DiskFull):
        spool_bytes(b"x" * 3_000_000, small_disk / "fetched")
    assert (names(small_disk / "documents"), names(small_disk)) == (["a"], ["documents"])


def test_a_file_larger_than_allowed_leaves_nothing_behind(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path;"
        "from digitizer.errors import DigitizationError; from digitizer.model import StoredFile;"
        "from storage.folder import FolderStore; source = StoredFile.of(Path(sys.argv[2]));"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));\n"
        "try: FolderStore(Path(sys.argv[1])).put('documents/a', source)\n"
        "except DigitizationError as error: print(type(error).__name__)"
    )
    source = spooled(tmp_path, b"x" * 3_000_000)
    told = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "archive", source.path],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "DiskFull"
    assert names(tmp_path / "archive" / "documents") == []


def test_an_object_changed_on_disk_is_noticed_by_the_next_put(
    store: FolderStore, tmp_path: Path
) -> None:
    source = spooled(tmp_path, b"bytes")
    store.put("documents/a", source)
    place = tmp_path / "archive" / "documents" / "a"
    place.chmod(0o640)
    place.write_bytes(b"bytez")
    with pytest.raises(StoredObjectDiffers):
        store.put("documents/a", source)


def test_a_symbolic_link_in_the_place_of_an_object_is_not_followed(
    store: FolderStore, tmp_path: Path
) -> None:
    source = spooled(tmp_path, b"bytes")
    store.put("documents/a", source)
    (tmp_path / "archive" / "documents" / "b").symlink_to(source.path)
    with pytest.raises(StoreUnavailable):
        store.read("documents/b")


def test_a_folder_that_is_a_file_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"\[storage\] folder"):
        FolderStore(tmp_path / "file").check()


def test_a_put_below_a_file_says_the_disk_can_not_be_written(
    store: FolderStore, tmp_path: Path
) -> None:
    source = spooled(tmp_path, b"bytes")
    store.put("documents/a", source)
    with pytest.raises((DiskFull, StoreUnavailable)):
        store.put("documents/a/b", source)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_write_access_says_so(store: FolderStore, tmp_path: Path) -> None:
    store.check()
    (tmp_path / "archive").chmod(0o550)
    with pytest.raises(DiskFull):
        store.put("documents/a", spooled(tmp_path, b"bytes"))


def test_a_store_explains_itself_and_keeps_the_words_it_began_with(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "archive")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / README_KEY).write_text("the words of an earlier release")
    store.check()
    assert store.read(README_KEY) == b"the words of an earlier release"
    other = FolderStore(tmp_path / "new")
    other.check()
    assert b"inventory.json" in other.read(README_KEY)


def test_a_store_marked_by_another_program_is_left_alone(
    store: FolderStore, tmp_path: Path
) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / MARKER_KEY).write_text("{}")
    with pytest.raises(ConfigError, match="format"):
        store.check()


def test_spooling_again_replaces_what_an_attempt_left(tmp_path: Path) -> None:
    target = tmp_path / "text.json"
    target.write_bytes(b"half")
    assert spool_bytes(b"whole", target) == StoredFile.of(target)
    assert spool_bytes(b"whole", target).path.read_bytes() == b"whole"


def test_fetch_never_overwrites(store: FolderStore, tmp_path: Path) -> None:
    store.put("documents/a", spooled(tmp_path, b"bytes"))
    (tmp_path / "mine").write_bytes(b"mine")
    with pytest.raises(DiskFull):
        store.fetch("documents/a", tmp_path / "mine")
    assert (tmp_path / "mine").read_bytes() == b"mine"


def test_what_an_earlier_attempt_left_and_can_not_be_replaced_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "spooled").mkdir()
    with pytest.raises(StoreUnavailable):
        spool_bytes(b"x", tmp_path / "spooled")


def test_a_disk_that_fails_as_an_earlier_attempt_is_replaced_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    spooled(tmp_path, b"earlier")
    monkeypatch.setattr(os, "unlink", failing)
    with pytest.raises(StoreUnavailable):
        spool_bytes(b"x", tmp_path / "spooled")
    assert (tmp_path / "spooled").read_bytes() == b"earlier"
