"""Read what a PDF page paints, far enough to tell a scanned sheet from a drawn page.

A small interpreter of the graphics operators: it follows the matrix, the clip and the text
rendering mode, and notes images, drawing and text in painting order. It draws nothing.

Source: ISO 32000-1, 8.2 (graphics objects), 8.4.4, 8.10 (form XObjects), 9.3.6 (mode 3).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pikepdf

from digitizer.errors import DamagedFile

Matrix = tuple[float, float, float, float, float, float]
Area = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF points."""

_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MOST_CONTENT_BYTES: Final = 8_000_000
_DEEPEST_FORM: Final = 6
_INVISIBLE_MODES: Final = (3, 7)
_EMPTY_STREAM_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class DrawnImage:
    """One image as painted. `is_plain`: opaque, unblended, in no optional layer."""

    xobject: pikepdf.Object | None
    matrix: Matrix
    clip: Area | None
    is_plain: bool

    @property
    def area(self) -> Area:
        """The rectangle around the painted unit square."""
        return _around(_apply(self.matrix, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)))


@dataclass(slots=True)
class PageContent:
    """What a page paints. `top_image` is the last thing painted, if that is an image."""

    images: list[DrawnImage] = field(default_factory=list)
    top_image: DrawnImage | None = None
    has_visible_text: bool = False
    has_hidden_text: bool = False
    is_too_complex: bool = False


class _TooComplexError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix = _IDENTITY
    clip: Area | None = None
    is_plain: bool = True
    text_mode: int = 0


def page_content(page: pikepdf.Page, number: int) -> PageContent:
    """Follow the page's content stream and the forms it calls; annotations are not looked at.

    Raises:
        DamagedFile: the stream can't be decoded, so that part of the page would be missing.
    """
    reader = _Reader(number)
    try:
        _check_streams(page, number)
        reader.run(page, page.obj.get("/Resources", pikepdf.Dictionary()), 0)
    except (_TooComplexError, TypeError):
        # TypeError: indirect references inside a content stream; renderers decide.
        reader.content.is_too_complex = True
        reader.content.top_image = None
    except pikepdf.PdfError as error:
        raise DamagedFile("its content can't be decoded", page=number) from error
    return reader.content


def operators(
    source: pikepdf.Page | pikepdf.Object,
) -> Iterator[tuple[str, Sequence[pikepdf.Object]]]:
    """Yield a content stream's operators by name, with operands; "BI" is an inline image.

    Names that are no text are noise in a damaged stream, and left out. Raises pikepdf.PdfError or
    TypeError when it can't be parsed.
    """
    with warnings.catch_warnings():
        # "Unexpected end of stream": operators before it are painted, as viewers do.
        warnings.simplefilter("ignore")
        parsed = pikepdf.parse_content_stream(source)
    for instruction in parsed:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            yield "BI", ()
            continue
        try:
            yield str(instruction.operator), tuple(instruction.operands)
        except UnicodeDecodeError:
            continue


def _check_streams(page: pikepdf.Page, number: int) -> None:
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    total = 0
    for stream in streams:
        if not isinstance(stream, pikepdf.Stream):
            continue
        size = len(stream.read_bytes())
        # qpdf turns a deflate stream it can't read into nothing, with a warning. A few bytes
        # could not hold any mark; more is a part of the page lost.
        if size == 0 and len(stream.read_raw_bytes()) > _EMPTY_STREAM_BYTES:
            raise DamagedFile("a content stream can't be decoded", page=number)
        total += size
    if total > _MOST_CONTENT_BYTES:
        raise _TooComplexError


class _Reader:
    """Walks operators; `content` is the result."""

    def __init__(self, number: int) -> None:
        self.content = PageContent()
        self._number = number
        self._state = _State()
        self._stack: list[_State] = []
        self._path: list[tuple[float, float]] = []
        self._is_clipping = False
        self._layers: list[bool] = []
        self._resources: pikepdf.Object = pikepdf.Dictionary()
        self._depth = 0
        self._bytes = 0

    def run(
        self, source: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, depth: int
    ) -> None:
        outer, self._resources, self._depth = self._resources, resources, depth
        for name, operands in operators(source):
            action = _ACTIONS.get(name)
            if action is None:
                continue
            try:
                action(self, operands)
            except (ValueError, TypeError, IndexError, ArithmeticError) as error:
                # Malformed operands: only a renderer's judgment counts now.
                raise _TooComplexError from error
        self._resources, self._depth = outer, depth - 1

    # ── graphics state ──

    def save(self, _: Sequence[pikepdf.Object]) -> None:
        self._stack.append(self._state)

    def restore(self, _: Sequence[pikepdf.Object]) -> None:
        if self._stack:
            self._state = self._stack.pop()

    def concat(self, operands: Sequence[pikepdf.Object]) -> None:
        matrix = _matrix(operands)
        self._state = replace(self._state, matrix=_multiply(matrix, self._state.matrix))

    def set_state(self, operands: Sequence[pikepdf.Object]) -> None:
        state = self._named("/ExtGState", operands)
        if isinstance(state, pikepdf.Dictionary) and not _is_opaque(state):
            self._state = replace(self._state, is_plain=False)

    def set_text_mode(self, operands: Sequence[pikepdf.Object]) -> None:
        self._state = replace(self._state, text_mode=int(_numbers(operands)[0]))

    def begin_layer(self, operands: Sequence[pikepdf.Object]) -> None:
        self._layers.append(bool(operands) and str(operands[0]) == "/OC")

    def end_layer(self, _: Sequence[pikepdf.Object]) -> None:
        if self._layers:
            self._layers.pop()

    # ── paths ──

    def rectangle(self, operands: Sequence[pikepdf.Object]) -> None:
        x, y, width, height = _numbers(operands)[:4]
        for corner in ((x, y), (x + width, y), (x + width, y + height), (x, y + height)):
            self._path.append(_apply(self._state.matrix, *corner))

    def line(self, operands: Sequence[pikepdf.Object]) -> None:
        x, y = _numbers(operands)[-2:]
        self._path.append(_apply(self._state.matrix, x, y))

    def curve(self, operands: Sequence[pikepdf.Object]) -> None:
        numbers = _numbers(operands)
        for index in range(0, len(numbers) - 1, 2):
            self._path.append(_apply(self._state.matrix, numbers[index], numbers[index + 1]))

    def clip(self, _: Sequence[pikepdf.Object]) -> None:
        self._is_clipping = True

    def end_path(self, _: Sequence[pikepdf.Object]) -> None:
        if self._is_clipping and self._path:
            self._clip_to(self._path)
        self._path, self._is_clipping = [], False

    def _clip_to(self, path: list[tuple[float, float]]) -> None:
        area = _around(path)
        if not _is_rectangle(path, area):
            self._state = replace(self._state, is_plain=False)
        if self._state.clip is not None:
            area = overlap(area, self._state.clip)
        self._state = replace(self._state, clip=area)

    def paint_path(self, operands: Sequence[pikepdf.Object]) -> None:
        self.content.top_image = None
        self.end_path(operands)

    def shade(self, _: Sequence[pikepdf.Object]) -> None:
        self.content.top_image = None

    # ── text and images ──

    def show_text(self, _: Sequence[pikepdf.Object]) -> None:
        if self._state.text_mode in _INVISIBLE_MODES:
            self.content.has_hidden_text = True
        else:
            self.content.has_visible_text = True
            self.content.top_image = None

    def paint_xobject(self, operands: Sequence[pikepdf.Object]) -> None:
        xobject = self._named("/XObject", operands)
        if not isinstance(xobject, pikepdf.Stream):
            return
        if xobject.get("/Subtype") == "/Form":
            self._paint_form(xobject)
        else:
            self._paint_image(xobject)

    def paint_inline(self, _: Sequence[pikepdf.Object]) -> None:
        self._paint_image(None)

    def _paint_form(self, form: pikepdf.Stream) -> None:
        self._bytes += len(form.read_bytes())
        if self._depth >= _DEEPEST_FORM or self._bytes > _MOST_CONTENT_BYTES:
            raise _TooComplexError
        outer, stack = self._state, self._stack
        self._stack = []
        is_plain = outer.is_plain and "/OC" not in form
        matrix = _matrix(list(form.get("/Matrix", pikepdf.Array(_IDENTITY))))
        self._state = replace(outer, matrix=_multiply(matrix, outer.matrix), is_plain=is_plain)
        if (box := form.get("/BBox")) is not None:
            left, bottom, right, top = _numbers(list(box))[:4]
            corners = ((left, bottom), (right, bottom), (right, top), (left, top))
            self._clip_to([_apply(self._state.matrix, *corner) for corner in corners])
        self.run(form, form.get("/Resources", self._resources), self._depth + 1)
        self._state, self._stack = outer, stack

    def _paint_image(self, xobject: pikepdf.Stream | None) -> None:
        is_plain = self._state.is_plain and not any(self._layers)
        image = DrawnImage(xobject, self._state.matrix, self._state.clip, is_plain)
        self.content.images.append(image)
        self.content.top_image = image

    def _named(self, category: str, operands: Sequence[pikepdf.Object]) -> pikepdf.Object | None:
        group = self._resources.get(category)
        if not isinstance(group, pikepdf.Dictionary) or not operands:
            return None
        return group.get(str(operands[0]))


_Action = Callable[[_Reader, Sequence[pikepdf.Object]], None]
_ACTIONS: Final[dict[str, _Action]] = {
    "q": _Reader.save,
    "Q": _Reader.restore,
    "cm": _Reader.concat,
    "gs": _Reader.set_state,
    "Tr": _Reader.set_text_mode,
    "BDC": _Reader.begin_layer,
    "BMC": _Reader.begin_layer,
    "EMC": _Reader.end_layer,
    "re": _Reader.rectangle,
    "m": _Reader.line,
    "l": _Reader.line,
    "c": _Reader.curve,
    "v": _Reader.curve,
    "y": _Reader.curve,
    "W": _Reader.clip,
    "W*": _Reader.clip,
    "n": _Reader.end_path,
    "sh": _Reader.shade,
    "Do": _Reader.paint_xobject,
    "BI": _Reader.paint_inline,
    **dict.fromkeys(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*"), _Reader.paint_path),
    **dict.fromkeys(("Tj", "TJ", "'", '"'), _Reader.show_text),
}


def overlap(first: Area, second: Area) -> Area:
    """Return what two areas share; of no width or height when nothing."""
    left, bottom = max(first[0], second[0]), max(first[1], second[1])
    return left, bottom, max(left, min(first[2], second[2])), max(bottom, min(first[3], second[3]))


def size_of(area: Area) -> float:
    """Return the area in square points."""
    return (area[2] - area[0]) * (area[3] - area[1])


def _is_opaque(state: pikepdf.Dictionary) -> bool:
    if str(state.get("/SMask", "/None")) != "/None":
        return False
    if str(state.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
        return False
    return float(state.get("/ca", 1)) >= 1


def _numbers(operands: Sequence[pikepdf.Object]) -> list[float]:
    return [float(operand) for operand in operands]


def _matrix(operands: Sequence[pikepdf.Object]) -> Matrix:
    a, b, c, d, e, f = _numbers(operands)[:6]
    return a, b, c, d, e, f


def _multiply(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    m, n, o, p, q, r = then
    return (
        a * m + b * o,
        a * n + b * p,
        c * m + d * o,
        c * n + d * p,
        e * m + f * o + q,
        e * n + f * p + r,
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(points: Iterable[tuple[float, float]]) -> Area:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _is_rectangle(path: list[tuple[float, float]], area: Area) -> bool:
    slack = 0.01 * max(area[2] - area[0], area[3] - area[1], 1.0)
    left, bottom, right, top = area
    return all(
        (abs(x - left) < slack or abs(x - right) < slack)
        and (abs(y - bottom) < slack or abs(y - top) < slack)
        for x, y in path
    )
