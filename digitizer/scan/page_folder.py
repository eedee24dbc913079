"""Write page images into the folder of one document, and say what was written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from digitizer.errors import BudgetExceeded
from digitizer.model import Capture, MediaType
from digitizer.scan.answers import PageImage, page_file

# zlib levels: higher ones gain little on grey, and nothing on a color scan, whose noise does not
# deflate.
_DEFLATE: Final = {"1": 6, "L": 3, "RGB": 1}


@dataclass(frozen=True, slots=True)
class PageFolder:
    """The folder page images go to, and the pixels one of them may have (in millions)."""

    path: Path
    max_megapixels: float

    def check_size(self, number: int, width: int, height: int) -> None:
        """Refuse a page before it is decoded. Raises BudgetExceeded, naming page and size."""
        if width * height > self.max_megapixels * 1e6:
            raise BudgetExceeded(
                f"{width} × {height} pixels, more than {self.max_megapixels:g} million",
                page=number,
            )

    def keep_jpeg(
        self, number: int, data: bytes, size: tuple[int, int], dpi: float, capture: Capture
    ) -> PageImage:
        """Store JPEG bytes as they are. `size` is (width, height) in stored pixels."""
        return self._keep(number, data, MediaType.JPEG, size, dpi, capture)

    def keep_png(self, number: int, image: Image.Image, dpi: float, capture: Capture) -> PageImage:
        """Store pixels (mode 1, L or RGB) as PNG, without loss and without metadata."""
        return self.keep_png_bytes(number, png_bytes(image), image.size, dpi, capture)

    def keep_png_bytes(
        self, number: int, data: bytes, size: tuple[int, int], dpi: float, capture: Capture
    ) -> PageImage:
        """Store what `png_bytes` made. `size` is (width, height)."""
        return self._keep(number, data, MediaType.PNG, size, dpi, capture)

    def _keep(
        self,
        number: int,
        data: bytes,
        media_type: MediaType,
        size: tuple[int, int],
        dpi: float,
        capture: Capture,
    ) -> PageImage:
        name = page_file(number, media_type)
        with (self.path / name).open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        return PageImage(number, name, media_type, size[0], size[1], dpi, capture)


def png_bytes(image: Image.Image) -> bytes:
    """Return `image` (mode 1, L or RGB) as a PNG without metadata."""
    stream = BytesIO()
    # A copy in `info` (ICC profile, texts, transparency) would be written along.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    bare.save(stream, "PNG", compress_level=_DEFLATE[image.mode])
    return stream.getvalue()
