"""One scanner before one watched folder: what was claimed, against what was handed over."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np
from PIL import Image

from benchmarks.hotfolder.scanners import Handed, Scanner
from pipelines.hot_folder import HotFolder
from pipelines.settings import IntakeSettings
from samples import containers

Form = Literal["pdf", "tif", "jpg", "png"]
FORMS: tuple[Form, ...] = ("pdf", "tif", "jpg", "png")
_LAST_LOOKS = 6


@dataclass(frozen=True, slots=True)
class Result:
    """Files handed over whole, those of them never claimed, and claims of what never was whole."""

    handed: int
    lost: int
    half: int


def watch(
    scanner: Scanner, form: Form, folder: Path, *, claim: Literal["copy", "move"], chance: Random
) -> Result:
    """Let the scanner write, with one look at the folder after each of its steps."""
    inbox, data = folder / "inbox", folder / "data"
    inbox.mkdir(parents=True)
    settings = IntakeSettings(stable_s=2.0, claim=claim)
    hot = HotFolder(inbox, data, settings)
    handed = Handed([], [])
    files = [_file(form, chance.randrange(12)) for _ in range(2)]
    if files[0] == files[1]:
        files = files[:1]
    now_s = 0.0
    for _ in scanner(inbox, f"scan.{form}", files, chance, handed):
        now_s += 1.0
        hot.look(now_s)
    for _ in range(_LAST_LOOKS):
        now_s += 1.0
        hot.look(now_s)
    return _compared(handed, data / "spool")


def _compared(handed: Handed, spool: Path) -> Result:
    claimed = {_digest(path.read_bytes()) for path in spool.glob("*") if path.is_file()}
    whole = {_digest(data) for data in handed.whole}
    return Result(len(whole), len(whole - claimed), len(claimed - whole))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def _file(form: Form, number: int) -> bytes:
    """Return a small scan of its own content, of two pages where the form has pages."""
    noise = np.random.default_rng(number).integers(0, 256, (60, 40), np.uint8)
    pages = [Image.fromarray(noise), Image.fromarray(255 - noise)]
    if form == "pdf":
        return containers.pdf_of_jpegs(pages, 80, 72)
    if form == "tif":
        return containers.tiff(pages, 72, "tiff_lzw", 80)
    stream = io.BytesIO()
    pages[0].save(stream, {"jpg": "JPEG", "png": "PNG"}[form])
    return stream.getvalue()
