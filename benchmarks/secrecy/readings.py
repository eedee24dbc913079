"""An engine that keeps what it read, so that a change of the rules is measured in minutes.

What it keeps is found again by the very pixels it was shown: any change before the reading, or of
the engine's name and version, reads anew.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from digitizer import codec
from digitizer.model import TextLine
from digitizer.ocr.engine import Gray, OcrEngine


@dataclass(frozen=True, slots=True)
class KeepingEngine:
    """`engine`, its readings kept in `folder`."""

    engine: OcrEngine
    folder: Path

    @property
    def name(self) -> str:
        return self.engine.name

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        shown = hashlib.sha256(gray.tobytes())
        shown.update(repr((gray.shape, dpi, self.name)).encode())
        path = self.folder / f"{shown.hexdigest()[:40]}.json"
        if not path.is_file():
            lines = self.engine.read(gray, dpi=dpi, timeout_s=timeout_s)
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(codec.encode(lines))
        return codec.decode(tuple[TextLine, ...], path.read_bytes())
