"""A disk that is full as the PDF is written: a refusal, never the end of the process."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

_WRITE_TO_A_FULL_DISK = """
import sys
from pathlib import Path
from digitizer.assemble.document import write
from digitizer.assemble.glyphless import Characters
from digitizer.assemble.spool import Spool

path = Path(sys.argv[1])
with path.open("wb") as stream:
    Spool(stream).finish()
try:
    write(path, Path("/dev/full"), "d" * 32, (), Characters())
except OSError as error:
    sys.exit(error.errno)
"""


def test_a_full_disk_is_told_and_the_process_lives(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITE_TO_A_FULL_DISK, str(tmp_path / "spool.pdf")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == errno.ENOSPC, ended.stderr
