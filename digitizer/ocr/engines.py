"""The reading engines by the names a site's settings use."""

from __future__ import annotations

from typing import assert_never

from digitizer.ocr.engine import OcrEngine
from digitizer.settings import EngineName


def open_engine(name: EngineName) -> OcrEngine:
    """Return the engine called `name`, its models loaded; keep it for all pages of a process.

    Raises:
        MissingDependency: a program, package or model it needs is missing or not the proven one.
    """
    match name:
        case "verified":
            from digitizer.ocr.verified import VerifiedEngine

            return VerifiedEngine()
        case "fast":
            from digitizer.ocr.fast import FastEngine

            return FastEngine()
        case "tesseract":
            from digitizer.ocr.tesseract import TesseractEngine

            return TesseractEngine()
    assert_never(name)
