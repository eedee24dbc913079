"""Scans that take long to make, kept in a folder outside the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from digitizer.model import MediaType

MEDIA_TYPES: Final = MappingProxyType({".jpg": MediaType.JPEG, ".tif": MediaType.TIFF})


def kept(folder: Path, stem: str, make: Callable[[], tuple[bytes, str]]) -> Path:
    """Return the file called `stem`, made now unless the folder has it.

    Args:
        make: gives the bytes and the suffix; the stem must hold all that decides them.
    """
    for suffix in MEDIA_TYPES:
        held = folder / f"{stem}{suffix}"
        if held.is_file():
            return held
    data, suffix = make()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{stem}.part"
    part.write_bytes(data)
    return part.replace(folder / f"{stem}{suffix}")
