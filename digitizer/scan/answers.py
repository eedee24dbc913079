"""What passes between the pipeline and the decoding child: one job in, pages and a summary out.

Light on purpose: the pipeline's side must not load an image or PDF library to speak it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digitizer.model import Capture, MediaType, TextLine
from digitizer.settings import ScanSettings

_SUFFIX: Final = {MediaType.JPEG: "jpg", MediaType.PNG: "png"}


@dataclass(frozen=True, slots=True)
class Job:
    """What the child is asked: decode the file at `path`, put page images into `folder`."""

    path: Path
    media_type: MediaType
    folder: Path
    settings: ScanSettings


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as the child tells of it. `file` is a bare name inside the job's folder.

    `is_blank` is only ever true for a drawn page without any mark.
    """

    number: int
    file: str
    media_type: MediaType
    width: int
    height: int
    dpi: float
    capture: Capture
    is_blank: bool = False
    text_layer: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The last answer. `problem_count` counts what the PDF reader mended or ignored."""

    page_count: int
    signed_input: int
    problem_count: int


def page_file(number: int, media_type: MediaType) -> str:
    """Return the name of a page's image. Raises KeyError for what is no image of ours."""
    return f"page-{number:04d}.{_SUFFIX[media_type]}"
