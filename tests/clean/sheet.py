"""Pictures of a page of Vietnamese text, drawn for the tests of cleaning."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")
TEXT = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 12/TTr-SNV, Ủy ban nhân dân",
    "quyết định công bố kèm theo Quyết định này danh mục thủ tục hành chính được",
    "sửa đổi, bổ sung thuộc phạm vi chức năng quản lý của Ủy ban nhân dân cấp xã.",
)


def sheet(lines: int = 36, dpi: int = 200) -> NDArray[np.uint8]:
    """Return an A4 page (H, W) uint8 with `lines` lines of text, none when 0."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    picture = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), round(13 / 72 * dpi))
    for number in range(lines):
        top = round((0.9 + number * 0.27) * dpi)
        draw.text((1.1 * dpi, top), TEXT[number % len(TEXT)], font=font, fill=25)
    return np.asarray(picture).copy()


def turned(page: NDArray[np.uint8], angle_deg: float) -> NDArray[np.uint8]:
    """Return the page turned clockwise by a small angle about its center, on paper."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=(250,)), np.uint8)
