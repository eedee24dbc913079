"""Temporary files lie in the site's data folder, and a killed process leaves none for long."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PROGRAM = """
import sys, tempfile
from pathlib import Path
from pipelines import scratch
scratch.settle(Path(sys.argv[1]))
scratch.settle(Path(sys.argv[1]))
file = tempfile.NamedTemporaryFile(prefix="page-", delete=False)
file.write(b"a citizen's page"); file.flush()
print(file.name, flush=True)
sys.stdin.read()
"""


@contextmanager
def a_process(data: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Run a process that keeps a temporary file; yield it and the file."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def pages(data: Path) -> list[Path]:
    return list((data / "tmp").rglob("page-*"))


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    with a_process(tmp_path) as (killed, left), a_process(tmp_path) as (_, kept):
        assert left.is_relative_to(tmp_path / "tmp")
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert left.is_file()
        with a_process(tmp_path) as (_, third):
            assert sorted(pages(tmp_path)) == sorted([kept, third])
            assert (tmp_path / "tmp").stat().st_mode & 0o077 == 0


def test_a_process_that_ends_takes_its_temporary_files_along(tmp_path: Path) -> None:
    with a_process(tmp_path) as (process, file):
        assert file.is_file()
        process.communicate("")
        assert pages(tmp_path) == []
        assert process.returncode == 0


def test_where_nothing_can_be_written_the_systems_place_will_do(tmp_path: Path) -> None:
    (tmp_path / "tmp").write_text("no folder")
    with a_process(tmp_path) as (process, file):
        assert file.is_file()
        assert not file.is_relative_to(tmp_path)
        process.communicate("")
    file.unlink()


@pytest.mark.parametrize("arguments", [("status",), ("config", "show")])
def test_a_command_that_only_looks_makes_no_data_folder(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command = [Path(sys.executable).with_name("sohoa"), "--data", tmp_path / "data", *arguments]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert not (tmp_path / "data" / "tmp").exists()
