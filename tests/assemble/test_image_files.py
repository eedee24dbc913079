"""JPEG and PNG files taken apart: no cut, no false head goes unnoticed."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitizer.assemble.jpeg import JpegHead, read_head
from digitizer.assemble.png import PngColor, read_png
from digitizer.errors import DamagedFile, TruncatedImage, UnsupportedFormat


def encoded(format_name: str, mode: str = "RGB", **options: object) -> bytes:
    image = Image.effect_mandelbrot((64, 48), (-2, -1, 1, 1), 20).convert(mode)
    stream = io.BytesIO()
    image.save(stream, format_name, **options)
    return stream.getvalue()


JPEG = encoded("JPEG", progressive=True)
PNG = encoded("PNG")


@pytest.mark.parametrize(
    ("mode", "options", "head"),
    [
        ("L", {}, JpegHead(64, 48, 1, False)),
        ("RGB", {}, JpegHead(64, 48, 3, False)),
        ("RGB", {"keep_rgb": True}, JpegHead(64, 48, 3, True)),
        ("RGB", {"progressive": True, "subsampling": 2}, JpegHead(64, 48, 3, False)),
        ("L", {"restart_marker_rows": 1}, JpegHead(64, 48, 1, False)),
    ],
)
def test_the_head_of_a_jpeg_is_read(mode: str, options: dict[str, object], head: JpegHead) -> None:
    assert read_head(encoded("JPEG", mode, **options)) == head


def test_adobes_marker_says_whether_three_components_are_rgb() -> None:
    plain = encoded("JPEG")
    without_jfif = plain[:2] + plain[2 + 2 + 16 :]

    def adobe(transform: int) -> bytes:
        segment = b"Adobe\0\x64\0\0\0\0" + bytes((transform,))
        return b"\xff\xee" + struct.pack(">H", len(segment) + 2) + segment

    assert read_head(without_jfif[:2] + adobe(0) + without_jfif[2:]).is_rgb
    assert not read_head(without_jfif[:2] + adobe(1) + without_jfif[2:]).is_rgb
    assert not read_head(without_jfif).is_rgb


@given(st.integers(2, len(JPEG) - 1))
def test_a_jpeg_cut_anywhere_is_truncated(length: int) -> None:
    with pytest.raises(TruncatedImage):
        read_head(JPEG[:length])


@given(st.integers(8, len(PNG) - 1))
def test_a_png_cut_anywhere_is_truncated(length: int) -> None:
    with pytest.raises(TruncatedImage):
        read_png(PNG[:length])


@given(st.binary(max_size=200), st.sampled_from([b"", JPEG[:2], JPEG[:20], PNG[:8], PNG[:33]]))
def test_noise_is_refused_and_never_crashes(noise: bytes, start: bytes) -> None:
    for read in (read_head, read_png):
        with pytest.raises((DamagedFile, UnsupportedFormat)):
            read(start + noise)


@given(st.integers(8, len(PNG) - 13), st.integers(1, 255))
def test_a_png_with_a_changed_byte_is_refused(place: int, change: int) -> None:
    data = bytearray(PNG)
    data[place] ^= change
    with pytest.raises(DamagedFile):
        read_png(bytes(data))


@pytest.mark.parametrize("frame", [0xC3, 0xC9, 0xCB])
def test_jpeg_codings_a_pdf_can_not_hold_are_refused(frame: int) -> None:
    data = encoded("JPEG").replace(b"\xff\xc0", bytes((0xFF, frame)))
    with pytest.raises(UnsupportedFormat, match="coding process"):
        read_head(data)


def test_a_twelve_bit_jpeg_is_refused() -> None:
    data = bytearray(encoded("JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(UnsupportedFormat, match="12 bits"):
        read_head(bytes(data))


def test_two_images_glued_into_one_jpeg_frame_are_refused() -> None:
    plain = encoded("JPEG")
    start = plain.index(b"\xff\xc0")
    frame = plain[start : start + 2 + 17]
    with pytest.raises(DamagedFile, match="more than one frame"):
        read_head(plain[:start] + frame + plain[start:])


def test_bytes_behind_the_end_of_a_jpeg_do_no_harm() -> None:
    assert read_head(JPEG + b"\0" * 100) == read_head(JPEG)


def test_a_jpeg_of_markers_alone_has_no_frame() -> None:
    with pytest.raises(DamagedFile, match="without a frame"):
        read_head(b"\xff\xd8\xff\x01\xff\xff\xd9")


@pytest.mark.parametrize(
    ("mode", "color", "is_plain"),
    [
        ("L", PngColor.GRAY, True),
        ("RGB", PngColor.RGB, True),
        ("P", PngColor.PALETTE, True),
        ("LA", PngColor.GRAY_ALPHA, False),
        ("RGBA", PngColor.RGB_ALPHA, False),
    ],
)
def test_a_png_says_what_it_is(mode: str, color: PngColor, is_plain: bool) -> None:
    png = read_png(encoded("PNG", mode))
    assert (png.width, png.height, png.bits, png.color) == (64, 48, 8, color)
    assert png.is_plain == is_plain
    assert len(zlib.decompress(png.pixels)) >= 64 * 48


def test_a_png_without_pixels_is_refused() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 7, 0, 0, 0))
    end = chunk(b"IEND", b"")
    with pytest.raises(DamagedFile, match="without pixels"):
        read_png(PNG[:8] + header + end)
    with pytest.raises(DamagedFile, match="color type 7"):
        read_png(PNG[:8] + header + chunk(b"IDAT", b"") + end)
