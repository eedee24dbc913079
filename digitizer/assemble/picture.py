"""What is drawn of a page: one image as it was scanned, or layers that look like it.

A layer is an image laid into a box of the page, the lower ones first. A layer with a stencil is
painted only where the stencil has ink: letters keep their sharp edges though their color comes
from a coarse image.

Source: ISO 32000-1 8.9.6.3 (explicit masking); ISO 19005-2 6.2.8 allows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.assemble.page_image import PageImage
from digitizer.model import Box


@dataclass(frozen=True, slots=True)
class Layer:
    """An image in a box of the page, in pixels of the scan; whole where no stencil is given.

    The stencil is a 1-bit image of any size stretched over the same box; 0 is ink.
    """

    image: PageImage
    box: Box
    stencil: PageImage | None = None

    @property
    def size_bytes(self) -> int:
        return len(self.image.data) + (len(self.stencil.data) if self.stencil else 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """All layers of a page, the lowest first.

    `is_own` says that it is the scanner's own image, every pixel of it.
    """

    layers: tuple[Layer, ...]
    is_own: bool

    @classmethod
    def own(cls, image: PageImage) -> Picture:
        """Return a page that shows `image` and nothing else."""
        return cls((Layer(image, Box(0, 0, image.width, image.height)),), is_own=True)

    @property
    def size_bytes(self) -> int:
        return sum(layer.size_bytes for layer in self.layers)
