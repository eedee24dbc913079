"""Where the visible mark stands on the page as a viewer shows it: in its corner, beside the print.

The upper margin of a decree's page is free and has room for three lines of 10 pt. On papers that
are printed there, the mark looks for a free spot: first in its corner, then along the upper
margin as far as the middle, then both again a little smaller, at last anywhere along the margin.
Where there is none it stays in its corner, over the fewest strokes, without a background that would
hide them, and the outcome says so.

Source: REQ-5.8; docs/adr/0019-marks-beside-the-print.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from digitizer.errors import ConfigError, PageTooSmall
from digitizer.ink import InkMap, Region, Spot
from digitizer.legal_profile.marks import MarkTemplate, Place, mark_room
from signing.mark import MM, Mark, PageFrame
from signing.typeface import width_em

_A4_WIDTH_PT = 595.0
LEADING = 1.15
SMALLEST_PT = 3.0
"""On a card no larger size fits; on a sheet the template's least size holds."""
STEP_PT = 0.5
STRIP_SHARE = 1 / 8
CORNER_SHARE = 1 / 4
GAPS_PT = (7.0, 2.0)
"""What is kept free around the mark: what looks good, and what will do."""
GAP_SHARE = 1 / 600
"""The same at least, as a share of the sheet: the map of the ink is coarser on large ones."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines broken to fit, with their size and extent in units."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Room:
    """The page's measures in units: distances from the edges, and how far down marks may go."""

    frame: PageFrame
    is_left: bool
    side: float
    top: float
    edge: float
    strip: float
    corner: float

    @classmethod
    def of(cls, frame: PageFrame, place: Place) -> _Room:
        law, unit = mark_room(), MM / frame.points_per_unit
        return cls(
            frame=frame,
            is_left=place is Place.TOP_LEFT,
            side=min(law.side_mm * unit, frame.width / 20),
            top=min(law.top_mm * unit, frame.height / 40),
            edge=min(law.edge_mm * unit, frame.width / 80, frame.height / 80),
            strip=min(law.strip_mm * unit, frame.height * STRIP_SHARE),
            corner=min(law.corner_mm * unit, frame.height * CORNER_SHARE),
        )

    @property
    def width(self) -> float:
        """What the block may be wide: half the page without the margin."""
        return self.frame.width / 2 - self.side

    def usual(self, block: _Block) -> tuple[float, float]:
        """Return the block's usual left and top, top counted downward from the upper edge."""
        return (
            self.side if self.is_left else self.frame.width - self.side - block.width,
            self.top,
        )

    def corner_region(self) -> Region:
        """Return the corner, in shares of the page."""
        across = self.edge / self.frame.width
        half = (across, 0.5) if self.is_left else (0.5, 1 - across)
        return Region(half[0], self._down, half[1], self.corner / self.frame.height)

    def margin_region(self, past_middle: float) -> Region:
        """Return the upper margin from the corner to `past_middle` of it, in shares of the page."""
        across = self.edge / self.frame.width
        left = across if self.is_left else max(across, 0.5 - past_middle)
        right = min(1 - across, 0.5 + past_middle) if self.is_left else 1 - across
        return Region(left, self._down, right, self.strip / self.frame.height)

    @property
    def _down(self) -> float:
        return self.edge / self.frame.height


def place(
    lines: tuple[str, ...],
    frame: PageFrame,
    template: MarkTemplate | None = None,
    *,
    ink: InkMap | None = None,
) -> Mark:
    """Set `lines` as large as the law says and the page allows, and place them.

    Args:
        frame: page 1.
        template: says which corner and which sizes; without it the agency's corner and 10 pt.
        ink: what is printed there already; None takes the page for empty.

    Raises:
        ConfigError: a character without a glyph, or a text that does not fit on A4 at 3 pt.
        PageTooSmall: a text that fits there does not fit on this page.
    """
    corner = template.place if template else Place.TOP_RIGHT
    largest, least = (template.size_pt, template.least_size_pt) if template else (10.0, 6.0)
    room = _Room.of(frame, corner)
    # Where ink is known, the corner may be used further down than print usually begins.
    depth = (room.corner if ink else room.strip) - room.top
    blocks = list(_blocks(lines, room, (largest, least), depth))
    if not blocks:
        raise _no_room(frame)
    if ink is None:
        return _placed(blocks[0], room, room.usual(blocks[0]))
    for regions in (_near, _anywhere):
        for block in blocks:
            if (spot := _free(block, room, ink, regions(block, room))) is not None:
                return _placed(block, room, spot)
    last = blocks[-1]
    return replace(_placed(last, room, _least_covered(last, room, ink)), covers_print=True)


def _no_room(frame: PageFrame) -> ConfigError | PageTooSmall:
    """Tell whose trouble it is: the text's, or that of one page, for which a batch must not end."""
    if min(frame.width, frame.height) * frame.points_per_unit >= _A4_WIDTH_PT:
        return ConfigError("[signing] agency is too long for the visible mark")
    width, height = (side * frame.points_per_unit / MM for side in (frame.width, frame.height))
    return PageTooSmall(f"{width:.0f} × {height:.0f} mm", page=1)


def _blocks(
    lines: tuple[str, ...], room: _Room, sizes_pt: tuple[float, float], depth: float
) -> Iterator[_Block]:
    """Yield the lines at every size that fits, largest first; below the least size one only."""
    largest, least = sizes_pt
    size, is_found = largest, False
    while size >= (least if is_found else SMALLEST_PT):
        block = _fitting(lines, room, size / room.frame.points_per_unit, depth)
        if block is not None:
            is_found = True
            yield block
        size -= STEP_PT


def _near(block: _Block, room: _Room) -> tuple[Region, ...]:
    """Return the corner, and the margin as far as leaves most of the block on its own side."""
    return room.corner_region(), room.margin_region(block.width / 2 / room.frame.width)


def _anywhere(block: _Block, room: _Room) -> tuple[Region, ...]:  # noqa: ARG001 - as `_near`
    return (room.margin_region(0.5),)


def _fitting(lines: tuple[str, ...], room: _Room, size: float, depth: float) -> _Block | None:
    broken = tuple(part for line in lines for part in _broken(line, room.width / size))
    width = max(width_em(line) for line in broken) * size
    height = len(broken) * LEADING * size
    if width > room.width or height > depth:
        return None
    return _Block(broken, size, width, height)


def _broken(line: str, room_em: float) -> Iterator[str]:
    """Break `line` between words so that each part is at most `room_em` wide, if it can be."""
    part = ""
    for word in line.split(" "):
        longer = f"{part} {word}" if part else word
        if part and width_em(longer) > room_em:
            yield part
            part = word
        else:
            part = longer
    yield part


def _free(
    block: _Block, room: _Room, ink: InkMap, regions: tuple[Region, ...]
) -> tuple[float, float] | None:
    """Return left and top of a spot without ink, None when there is none."""
    for gap in _gaps(room):
        for region in regions:
            spot = _clearest(block, room, ink, region, gap)
            if spot is not None and spot.covered == 0:
                return _corner_of(spot, block, room, gap)
    return None


def _least_covered(block: _Block, room: _Room, ink: InkMap) -> tuple[float, float]:
    gap = _gaps(room)[-1]
    spot = _clearest(block, room, ink, room.corner_region(), gap)
    return _corner_of(spot, block, room, gap) if spot else room.usual(block)


def _gaps(room: _Room) -> tuple[float, ...]:
    frame = room.frame
    least = max(frame.width, frame.height) * GAP_SHARE
    return tuple(min(max(gap / frame.points_per_unit, least), room.edge) for gap in GAPS_PT)


def _clearest(block: _Block, room: _Room, ink: InkMap, region: Region, gap: float) -> Spot | None:
    """Look for the block with `gap` around it."""
    frame, (left, top) = room.frame, room.usual(block)
    size = ((block.width + 2 * gap) / frame.width, (block.height + 2 * gap) / frame.height)
    return ink.clearest(size, region, ((left - gap) / frame.width, (top - gap) / frame.height))


def _corner_of(spot: Spot, block: _Block, room: _Room, gap: float) -> tuple[float, float]:
    """Return left and top of the block inside its gap, exactly the usual ones if it is there."""
    frame = room.frame
    left, top = spot.left * frame.width + gap, spot.top * frame.height + gap
    usual_left, usual_top = room.usual(block)
    near = min(gap, _gaps(room)[-1])
    is_usual = abs(left - usual_left) < near and abs(top - usual_top) < near
    return (usual_left, usual_top) if is_usual else (left, top)


def _placed(block: _Block, room: _Room, spot: tuple[float, float]) -> Mark:
    frame, (left, top) = room.frame, spot
    bottom = frame.height - top - block.height
    (x1, y1), (x2, y2) = (
        frame.to_user(left, bottom),
        frame.to_user(left + block.width, bottom + block.height),
    )
    turns: dict[int, tuple[float, float, float, float, float, float]] = {
        90: (0, 1, -1, 0, block.height, 0),
        180: (-1, 0, 0, -1, block.width, block.height),
        270: (0, -1, 1, 0, 0, block.width),
    }
    return Mark(
        lines=block.lines,
        size=block.size,
        width=block.width,
        height=block.height,
        rect=(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)),
        matrix=turns.get(frame.rotation_deg, (1, 0, 0, 1, 0, 0)),
        covers_print=False,
    )
