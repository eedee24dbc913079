"""Make `tinos-mark.ttf`, the typeface of the visible mark, from Debian's Tinos.

    python signing/fonts/make.py /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf

Tinos has the metrics of Times New Roman, which NĐ 30/2020 prescribes and which is not free to
ship. The font is scaled from 2048 to 1000 units per em because PDF counts glyph widths in
thousandths; reduced to Latin and Vietnamese; and stripped of hinting and layout tables, which a
PDF viewer doesn't use. Same input and fontTools give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

TARGET = Path(__file__).with_name("tinos-mark.ttf")

CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x1A0, 0x1A1, 0x1AF, 0x1B0),
    *range(0x1EA0, 0x1EFA),
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x20AB, 0x2116),
)


def make(source: Path, target: Path = TARGET) -> None:
    """Write the reduced font. Raises OSError or fontTools.ttLib.TTLibError on a bad source."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13])
    options.drop_tables += ["DSIG", "GDEF", "GPOS", "GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)
    scale_upem(font, 1000)
    font.save(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
