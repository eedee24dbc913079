"""Pages drawn for the reading tests: plainly synthetic text in the paper's own typeface."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from digitizer.ocr.engine import Gray

FONT = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")
DPI = 300
WIDTH = 2480

LETTER = (
    (200, 150, "ỦY BAN NHÂN DÂN"),
    (230, 220, "XÃ VÍ DỤ"),
    (1150, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (1400, 220, "Độc lập - Tự do - Hạnh phúc"),
    (240, 320, "Số: 27/QĐ-UBND"),
    (1400, 320, "Ví Dụ, ngày 05 tháng 3 năm 2025"),
    (1000, 460, "QUYẾT ĐỊNH"),
    (300, 600, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;"),
    (300, 690, "Theo đề nghị của Trưởng phòng Kinh tế tại Tờ trình số 12/TTr-PKT."),
    (300, 780, "Điều 1. Cấp giấy phép xây dựng nhà ở riêng lẻ cho ông Nguyễn Văn Mẫu."),
    (300, 870, "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
    (200, 1020, "Nơi nhận:"),
    (200, 1090, "- Như Điều 1;"),
    (200, 1160, "- Lưu: VT."),
    (1600, 1020, "CHỦ TỊCH"),
    (1500, 1230, "Trần Thị Thí Dụ"),
)


def draw(
    lines: Sequence[tuple[int, int, str]] = LETTER, *, size: int = 54, height: int = 1400
) -> Gray:
    """Return a page 2480 pixels wide with text at (left, top), 13 points at 300 dpi.

    Fails when the typeface lacks a letter: a box would be drawn and the engine blamed.
    """
    assert FONT.is_file(), "the typeface Tinos is missing: apt-get install fonts-croscore"
    known = TTFont(FONT)["cmap"].getBestCmap()
    missing = {char for _, _, text in lines for char in text if ord(char) not in known}
    assert not missing, f"{FONT.name} lacks {missing}"
    image = Image.new("L", (WIDTH, height), 255)
    pen = ImageDraw.Draw(image)
    for left, top, text in lines:
        pen.text((left, top), text, fill=20, font=ImageFont.truetype(FONT, size))
    return np.asarray(image, dtype=np.uint8)
