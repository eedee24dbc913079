"""The PDF/A itself: pages, font, output intent and metadata around the spooled streams.

Everything written depends on the input alone: no clock, no random identifier. Whoever assembles
the same document again gets the same bytes.

Source: ISO 19005-2 (PDF/A-2, level U); ISO 32000-1.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from digitizer.assemble import glyphless
from digitizer.assemble.page_image import ColorSpace, PageImage
from digitizer.assemble.picture import Layer, Picture
from digitizer.assemble.spool import Spool
from digitizer.assemble.srgb import srgb_profile
from digitizer.assemble.text_layer import POINTS_PER_INCH, Frame
from digitizer.model import Box, DocumentId, Sha256

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PRODUCER: Final = "sohoa"
LANGUAGE: Final = "vi-VN"
_SYMBOLIC: Final = 4

_XMP: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>U</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""


@dataclass(frozen=True, slots=True)
class SpooledImage:
    """An image on the spool: its object number, its size in pixels, what its bytes hash to."""

    number: int
    width: int
    height: int
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class SpooledLayer:
    image: SpooledImage
    stencil: SpooledImage | None


@dataclass(frozen=True, slots=True)
class SpooledPage:
    """One page on the spool: its layers, lowest first, its content's object number, its frame.

    `is_own` says that what is drawn is the scanner's own image, every pixel of it.
    """

    number: int
    layers: tuple[SpooledLayer, ...]
    content: int
    frame: Frame
    is_own: bool


def spool_page(
    spool: Spool, number: int, picture: Picture, frame: Frame, text: bytes
) -> SpooledPage:
    """Write a page's images and content to the spool."""
    drawn = b"".join(_drawn(f"Im{i}", layer.box, frame) for i, layer in enumerate(picture.layers))
    content = zlib.compress(drawn + text, 6)
    return SpooledPage(
        number=number,
        layers=tuple(_spooled_layer(spool, layer) for layer in picture.layers),
        content=spool.add(Dictionary(Filter=Name.FlateDecode), content),
        frame=frame,
        is_own=picture.is_own,
    )


def _drawn(name: str, box: Box, frame: Frame) -> bytes:
    """Return the operators that lay an image into a box of the scan."""
    scale = POINTS_PER_INCH / frame.dpi
    width, height = box.width * scale, box.height * scale
    left, bottom = box.left * scale, (frame.height - box.bottom) * scale
    place = f"{width:.4f} 0 0 {height:.4f} {left:.4f} {bottom:.4f} cm"
    return f"q\n{place}\n/{name} Do\nQ\n".encode("ascii")


def _spooled_layer(spool: Spool, layer: Layer) -> SpooledLayer:
    stencil = _spooled_image(spool, layer.stencil) if layer.stencil else None
    return SpooledLayer(_spooled_image(spool, layer.image), stencil)


def _spooled_image(spool: Spool, image: PageImage) -> SpooledImage:
    number = spool.add(_image_dictionary(image), image.data)
    digest = Sha256(hashlib.sha256(image.data).hexdigest())
    return SpooledImage(number, image.width, image.height, digest)


def _image_dictionary(image: PageImage) -> Dictionary:
    dictionary = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        BitsPerComponent=image.bits,
        Filter=Name("/" + image.coding),
    )
    if image.color_space is ColorSpace.STENCIL:
        dictionary.ImageMask = True
    else:
        dictionary.ColorSpace = _color_space(image)
    if image.parms:
        dictionary.DecodeParms = Dictionary({f"/{key}": value for key, value in image.parms})
    return dictionary


def _color_space(image: PageImage) -> Name | Array:
    if image.color_space is not ColorSpace.INDEXED:
        return Name("/" + image.color_space)
    highest = len(image.palette) // 3 - 1
    return Array([Name.Indexed, Name.DeviceRGB, highest, String(image.palette)])


def write(
    spool: Path,
    target: Path,
    document_id: DocumentId,
    pages: Iterable[SpooledPage],
    characters: glyphless.Characters,
) -> None:
    """Turn a finished spool into the PDF/A at `target`. Raises OSError: it can't be written."""
    with pikepdf.open(spool) as pdf, target.open("wb") as stream:
        font = _font(pdf, characters.to_unicode())
        for page in pages:
            pdf.pages.append(pikepdf.Page(_page(pdf, page, font)))
        _declare(pdf, document_id)
        sink = _Sink(stream)
        pdf.save(
            cast("BinaryIO", sink),
            force_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=False,
            preserve_pdfa=True,
            fix_metadata_version=False,
        )
        if sink.trouble:
            raise sink.trouble


class _Sink(io.RawIOBase):
    """A file for qpdf, which ends the whole process when its last write fails.

    What went wrong is kept in `trouble` instead, and the rest is not written.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self.trouble: OSError | None = None
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        if self.trouble is None:
            try:
                self._stream.write(data)
            except OSError as error:
                self.trouble = error
        return memoryview(data).nbytes


def _page(pdf: Pdf, page: SpooledPage, font: pikepdf.Object) -> Dictionary:
    images = {f"/Im{i}": _image(pdf, layer) for i, layer in enumerate(page.layers)}
    resources = Dictionary(XObject=Dictionary(images), Font=Dictionary(F0=font))
    dictionary = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, _real(page.frame.width_pt), _real(page.frame.height_pt)]),
        Resources=resources,
        Contents=pdf.get_object(page.content, 0),
    )
    if page.frame.geometry.rotation_deg:
        dictionary.Rotate = page.frame.geometry.rotation_deg
    return dictionary


def _image(pdf: Pdf, layer: SpooledLayer) -> pikepdf.Object:
    image = pdf.get_object(layer.image.number, 0)
    if layer.stencil is not None:
        image.Mask = pdf.get_object(layer.stencil.number, 0)
    return image


def _real(value: float) -> Decimal:
    return Decimal(f"{value:.4f}")


def _font(pdf: Pdf, meanings: dict[int, str]) -> pikepdf.Object:
    size, advance = glyphless.UNITS_PER_EM, glyphless.ADVANCE
    program = glyphless.font_program()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + glyphless.FONT_NAME),
        Flags=_SYMBOLIC,
        FontBBox=Array([0, 0, advance, size]),
        ItalicAngle=0,
        Ascent=size,
        Descent=0,
        CapHeight=size,
        StemV=80,
        FontFile2=pdf.make_indirect(Stream(pdf, program, Length1=len(program))),
    )
    mapping = Stream(pdf, glyphless.cid_to_gid_map(), Filter=Name.FlateDecode)
    cid_font = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + glyphless.FONT_NAME),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=advance,
        CIDToGIDMap=pdf.make_indirect(mapping),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + glyphless.FONT_NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(cid_font)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, glyphless.to_unicode_cmap(meanings))),
        )
    )


def _declare(pdf: Pdf, document_id: DocumentId) -> None:
    """Say what the file is: PDF/A-2u, its colors, its language; nothing personal."""
    xmp = _XMP.format(title=document_id, language=LANGUAGE, producer=PRODUCER).encode()
    profile = pdf.make_indirect(Stream(pdf, srgb_profile(), N=3))
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB IEC61966-2.1",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=profile,
    )
    root = pdf.Root
    # veraPDF and ISO 19005-2 6.6.2.1 want the packet readable without a filter's help; qpdf
    # leaves a stream of /Type /Metadata uncompressed.
    root.Metadata = pdf.make_indirect(Stream(pdf, xmp, Type=Name.Metadata, Subtype=Name.XML))
    root.OutputIntents = Array([pdf.make_indirect(intent)])
    root.Lang = LANGUAGE
    pdf.docinfo.Title = document_id
    pdf.docinfo.Producer = PRODUCER
