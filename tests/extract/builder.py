"""Pages laid out by hand, word by word, as a reading engine would give them.

A4 at 200 dpi. A word in braces (`{Vê}`) is one the two readers did not agree on. All people,
places of work and numbers are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from digitizer.model import (
    Barcode,
    Box,
    DocumentId,
    Extracted,
    Geometry,
    Recognized,
    RecognizedPage,
    TextLine,
    Word,
)

WIDTH, HEIGHT = 1654, 2339
LETTER, SPACE, LINE = 16, 9, 40
PITCH = 46


@dataclass
class Sheet:
    """A page under construction."""

    number: int = 1
    lines: list[TextLine] = field(default_factory=list)
    barcodes: list[Barcode] = field(default_factory=list)

    def put(self, text: str, top: int, *, left: int = 0, center: int = 0) -> Sheet:
        """Write one line at `left` or about `center`."""
        tokens = text.split()
        width = sum(len(token.strip("{}")) * LETTER for token in tokens)
        width += SPACE * (len(tokens) - 1)
        x = left or center - width // 2
        words = []
        for token in tokens:
            bare = token.strip("{}")
            box = Box(x, top, x + len(bare) * LETTER, top + LINE)
            sure = bare == token
            words.append(Word(bare, box, 0.98 if sure else 0.6, sure))
            x = box.right + SPACE
        box = Box(words[0].box.left, top, words[-1].box.right, top + LINE)
        self.lines.append(TextLine(tuple(words), box))
        return self

    def paragraph(self, text: str, top: int, *, left: int = 220, right: int = 1500) -> int:
        """Write running text with an indented first line; return where the next line goes."""
        room, start, row = right - left - 100, left + 100, ""
        for token in text.split():
            if row and (len(row) + 1 + len(token)) * LETTER > room:
                self._justified(row, top, start, right)
                top, row, start, room = top + PITCH, "", left, right - left
            row = f"{row} {token}".strip()
        self.put(row, top, left=start)
        return top + PITCH

    def _justified(self, row: str, top: int, left: int, right: int) -> None:
        """Write a full line: its last word ends at the right margin."""
        self.put(row, top, left=left)
        line = self.lines.pop()
        shift = right - line.box.right
        step = shift / max(1, len(line.words) - 1)
        words = tuple(
            Word(
                word.text,
                Box(
                    word.box.left + int(step * index),
                    top,
                    word.box.right + int(step * index),
                    top + LINE,
                ),
                word.confidence,
                word.accepted,
            )
            for index, word in enumerate(line.words)
        )
        self.lines.append(TextLine(words, Box(left, top, right, top + LINE)))

    def page(self) -> RecognizedPage:
        """Return what was written so far as a page."""
        geometry = Geometry(WIDTH, HEIGHT, 200.0, 0, 0.0)
        return RecognizedPage(
            self.number, geometry, not self.lines, tuple(self.lines), tuple(self.barcodes)
        )


def reading(*sheets: Sheet) -> Recognized:
    """Return a document of these pages."""
    return Recognized(DocumentId("0" * 32), "by hand", tuple(sheet.page() for sheet in sheets))


def head(
    sheet: Sheet,
    agency: tuple[str, ...] = ("ỦY BAN NHÂN DÂN", "TỈNH NGHỆ AN"),
    number: str = "Số: 105/QĐ-UBND",
    date: str = "Nghệ An, ngày 25 tháng 11 năm 2024",
) -> Sheet:
    """Write slots 1 to 4."""
    for index, line in enumerate(agency):
        sheet.put(line, 160 + PITCH * index, center=450)
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, center=1150)
    sheet.put("Độc lập - Tự do - Hạnh phúc", 206, center=1150)
    if number:
        sheet.put(number, 290, center=450)
    if date:
        sheet.put(date, 290, center=1150)
    return sheet


SUBJECT = (
    "Về việc công nhận kết quả thi đua năm 2024",
    "của các đơn vị trên địa bàn tỉnh Nghệ An",
)


def decision(
    sheet: Sheet | None = None,
    *,
    title: str = "QUYẾT ĐỊNH",
    subject: tuple[str, ...] = SUBJECT,
    body: tuple[str, ...] = (),
    sign: bool = True,
) -> Sheet:
    """Write a one-page decision; `sheet` may hold a head, `body` another Điều 1 than `subject`."""
    sheet = sheet or head(Sheet())
    sheet.put(title, 420, center=860)
    for index, line in enumerate(subject):
        sheet.put(line, 420 + PITCH * (index + 1), center=860)
    top = 420 + PITCH * (len(subject) + 1) + 60
    sheet.put("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", top, center=860)
    top = sheet.paragraph(
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", top + 100
    )
    top = sheet.paragraph("Theo đề nghị của Giám đốc Sở Nội vụ.", top)
    sheet.put("QUYẾT ĐỊNH:", top + 40, center=860)
    top = sheet.paragraph(
        f"Điều 1. {' '.join(body or subject)}.".replace("Về việc ", ""),
        top + 120,
    )
    top = sheet.paragraph("Điều 2. Quyết định này có hiệu lực kể từ ngày ký.", top)
    if sign:
        signature(sheet, top + 80)
    return sheet


def signature(
    sheet: Sheet,
    top: int,
    posts: tuple[str, ...] = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    name: str = "Nguyễn Văn Mẫu",
) -> Sheet:
    """Write slots 7 and 9b."""
    for index, line in enumerate(("Nơi nhận:", "- Như Điều 2;", "- Lưu: VT.")):
        sheet.put(line, top + 36 * index, left=230)
    for index, line in enumerate(posts):
        sheet.put(line, top + PITCH * index, center=1220)
    if name:
        sheet.put(name, top + 320, center=1220)
    return sheet


def letter(number: str = "Số: 318/UBND-TH", subject: tuple[str, ...] = ()) -> Sheet:
    """Write an official letter (công văn)."""
    sheet = head(Sheet(), number=number)
    lines = subject or ("V/v góp ý dự thảo", "kế hoạch năm 2025")
    for index, line in enumerate(lines):
        sheet.put(line, 350 + 42 * index, center=450)
    sheet.put("Kính gửi: Sở Tài chính", 560, center=900)
    top = sheet.paragraph("Chủ tịch UBND tỉnh đề nghị Sở Tài chính xem xét, báo cáo./.", 660)
    return signature(sheet, top + 80, ("CHỦ TỊCH",))


def birth_certificate(
    *,
    birth: str = "12/03/2019",
    in_words: str = "ngày mười hai, tháng ba, năm hai nghìn không trăm mười chín",
    number: str = "040319001234",
) -> Sheet:
    """Write a birth certificate of a child that does not exist."""
    sheet = Sheet()
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, center=827)
    sheet.put("Độc lập - Tự do - Hạnh phúc", 206, center=827)
    sheet.put("GIẤY KHAI SINH", 330, center=827)
    sheet.put("Số: 45/2019", 380, center=827)
    rows = (
        "Họ, chữ đệm, tên: TRẦN THỊ MẪU",
        f"Ngày, tháng, năm sinh: {birth}",
        f"Ghi bằng chữ: {in_words}",
        "Giới tính: Nữ Dân tộc: Kinh Quốc tịch: Việt Nam",
        "Nơi sinh: Bệnh viện huyện",
        f"Số định danh cá nhân: {number}",
        "Họ, chữ đệm, tên người mẹ: LÊ THỊ VÍ DỤ",
        "Nơi đăng ký khai sinh: Ủy ban nhân dân xã Mẫu",
        "Ngày, tháng, năm đăng ký: 20/03/2019",
    )
    for index, row in enumerate(rows):
        sheet.put(row, 480 + 60 * index, left=230)
    return sheet


def value(extracted: Extracted, name: str) -> tuple[str, str]:
    """Return value and status of a field, for short asserts."""
    found = next((field for field in extracted.fields if field.name == name), None)
    return (found.value, found.status.value) if found else ("", "absent")
