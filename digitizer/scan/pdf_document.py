"""Open a hostile PDF within limits, and read what concerns the whole document.

pikepdf (qpdf) mends what it can. Where mending may have lost pages, the file is refused instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pikepdf

from digitizer.errors import BudgetExceeded, DamagedFile, EncryptedFile
from digitizer.scan.pdf_content import Area, overlap
from digitizer.scan.pdf_image import Sheet

_MIB: Final = 1 << 20
_EOF_WITHIN: Final = 1024
_MOST_FIELDS: Final = 10_000
_DEEPEST_TREE: Final = 60
_A4: Final[Area] = (0.0, 0.0, 595.28, 841.89)


def set_limits() -> None:
    """Bound what qpdf may unpack; process-wide. A 1.3 kB file otherwise grows to gigabytes."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=512 * _MIB,
        png_max_memory=512 * _MIB,
        run_length_max_memory=512 * _MIB,
        tiff_max_memory=512 * _MIB,
        dct_max_memory=512 * _MIB,
        dct_max_progressive_scans=200,
        doc_max_warnings=2000,
    )


def open_pdf(path: Path, *, max_pages: int) -> pikepdf.Pdf:
    """Open the PDF at `path`; one with an empty user password is open to all, so accepted.

    Raises:
        EncryptedFile: it asks for a password.
        DamagedFile: qpdf can't open it, or it stops early and pages may be missing.
        BudgetExceeded: more than `max_pages` pages.
    """
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
        page_count = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise EncryptedFile from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        # qpdf's messages hold offsets and object numbers, and the path: keep the class only.
        raise DamagedFile(f"qpdf: {type(error).__name__}") from error
    if page_count > max_pages:
        raise BudgetExceeded(f"{page_count} pages, more than {max_pages}")
    if page_count == 0:
        raise DamagedFile("holds no page")
    if pdf.get_warnings() and not _has_end(path):
        raise DamagedFile("the file is cut short: no %%EOF at its end, and its index is broken")
    return pdf


def signature_count(pdf: pikepdf.Pdf) -> int:
    """Return how many signatures and document time stamps the PDF carries.

    Counts signature fields (/FT /Sig, own or inherited) whose value has a /ByteRange; two widgets
    of one signature count once.
    """
    values: set[object] = set()
    count = 0
    for field in _fields(pdf):
        value = field.get("/V")
        if not isinstance(value, pikepdf.Dictionary) or "/ByteRange" not in value:
            continue
        if value.is_indirect:
            if value.objgen in values:
                continue
            values.add(value.objgen)
        count += 1
    return count


def sheet_of(page: pikepdf.Page, number: int) -> Sheet:
    """Return the page's visible area (crop box within media box), turn and unit."""
    area = _box(page.mediabox, _A4)
    visible = overlap(_box(page.cropbox, area), area)
    if visible[2] - visible[0] <= 0 or visible[3] - visible[1] <= 0:
        visible = area
    unit = page.obj.get("/UserUnit", 1)
    user_unit = (
        float(unit)
        if isinstance(unit, int | float) or str(unit).replace(".", "").isdigit()
        else 1.0
    )
    return Sheet(number, visible, _rotation(page), user_unit if user_unit > 0 else 1.0)


def _rotation(page: pikepdf.Page) -> int:
    node: pikepdf.Object | None = page.obj
    depth = 0
    while isinstance(node, pikepdf.Dictionary) and depth < _DEEPEST_TREE:
        if "/Rotate" in node:
            turn = node.get("/Rotate")
            return int(turn) % 360 // 90 * 90 if isinstance(turn, int) else 0
        node, depth = node.get("/Parent"), depth + 1
    return 0


def _box(box: Iterable[object], otherwise: Area) -> Area:
    try:
        first, second, third, fourth = (float(str(value)) for value in box)
    except (TypeError, ValueError):
        return otherwise
    area = min(first, third), min(second, fourth), max(first, third), max(second, fourth)
    return area if area[2] > area[0] and area[3] > area[1] else otherwise


def _fields(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield the signature fields of the form's tree, and widgets on pages outside it."""
    form = pdf.Root.get("/AcroForm")
    roots = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    waiting = [(node, False, 0) for node in _nodes(roots)]
    for page in pdf.pages:
        waiting += [(node, False, 0) for node in _nodes(page.obj.get("/Annots"))]
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        node, is_signature, depth = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary) or depth > _DEEPEST_TREE:
            continue
        is_signature = str(node.get("/FT", "/Sig" if is_signature else "")) == "/Sig"
        if is_signature:
            yield node
        waiting += [(kid, is_signature, depth + 1) for kid in _nodes(node.get("/Kids"))]


def _nodes(array: object) -> list[pikepdf.Object]:
    return list(array) if isinstance(array, pikepdf.Array) else []


def _has_end(path: Path) -> bool:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _EOF_WITHIN))
        return b"%%EOF" in stream.read()
