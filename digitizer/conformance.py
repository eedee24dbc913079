"""Does a PDF say that it is PDF/A, and does its structure bear that out?

No Java is needed: pikepdf's checker approves a file only if it knows every construct in it, so its
yes can be relied on and its no can be a false alarm. It refuses signed files; what stood there
before the first signature is looked at instead. Files of unknown origin break PDF libraries, so the
look is taken by a child process that can be killed: `python -m digitizer.conformance FILE BYTES`.

Source: ISO 19005-1 to -3; docs/adr/0020.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

TIMEOUT_S: Final = 60.0
LARGEST_BYTES: Final = 512 << 20
_MEMORY_BYTES: Final = 3 << 30
_FLATE_BYTES: Final = 256 << 20
_MOST_RULES: Final = 10

# The checker knows level B only, and says so of every file that claims U or A.
_LEVEL_RULES: Final = ("6.6.4-3", "6.7.11-3")
_FLAVOURS: Final = {"1": "1b", "2": "2b", "3": "3b"}


class Conforms(StrEnum):
    """What a look at the structure found."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Conformance:
    """What can be said of a file without Java.

    Attributes:
        claimed: part and level as its metadata state them, e.g. `2U`; "" when they state none.
        broken: up to ten rules that are not kept, or that the checker can't tell about.
    """

    claimed: str
    structure: Conforms
    broken: tuple[str, ...] = ()


UNKNOWN: Final = Conformance("", Conforms.NOT_CHECKED)


def conformance(path: Path, first_bytes: int, *, timeout_s: float = TIMEOUT_S) -> Conformance:
    """Return what the first `first_bytes` of a file say of PDF/A. Never raises.

    Args:
        first_bytes: the file's length if it is unsigned, else what stood before the first
            signature; 0 when that is not known.
    """
    if not 0 < first_bytes <= LARGEST_BYTES:
        return UNKNOWN
    command = [sys.executable, "-P", "-m", "digitizer.conformance", str(path), str(first_bytes)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        # C libraries complain here about page content, which no log may hold.
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            answer, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return UNKNOWN
    return _understood(answer)


def _understood(answer: bytes) -> Conformance:
    try:
        plain = json.loads(answer)
        return Conformance(
            str(plain["claimed"]), Conforms(plain["structure"]), tuple(map(str, plain["broken"]))
        )
    except (ValueError, KeyError, TypeError):
        return UNKNOWN


def look(data: bytes) -> Conformance:
    """Return what a PDF says of itself and whether its structure agrees, in this process.

    Raises:
        Exception: any kind, for hostile files.
    """
    import pikepdf
    import pikepdf.pdfa

    pikepdf.settings.set_qpdf_limits(flate_max_memory=_FLATE_BYTES)
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        claimed = str(metadata.pdfa_status)
    flavour = _FLAVOURS.get(claimed[:1])
    if flavour is None:
        return Conformance(claimed, Conforms.NOT_CHECKED)
    report = pikepdf.pdfa.validate_written(io.BytesIO(data), flavour)
    rules = {finding.rule for finding in report.findings}
    broken = sorted(rule for rule in rules if not rule.endswith(_LEVEL_RULES))
    structure = Conforms.NOT_CONFIRMED if broken else Conforms.CONFIRMED
    return Conformance(claimed, structure, tuple(broken[:_MOST_RULES]))


def main() -> int:
    """Look at the file named in the arguments and print what was found as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    seconds = round(TIMEOUT_S)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with Path(sys.argv[1]).open("rb") as stream:
        data = stream.read(int(sys.argv[2]))
    try:
        found = look(data)
    except Exception:  # noqa: BLE001 - hostile files fail in every way, and all mean "can't be told"
        found = UNKNOWN
    plain = {"claimed": found.claimed, "structure": found.structure, "broken": found.broken}
    sys.stdout.write(json.dumps(plain))
    return 0


if __name__ == "__main__":
    sys.exit(main())
