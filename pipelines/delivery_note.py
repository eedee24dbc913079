"""The note both sides sign when a batch is closed: what was delivered, digitized and accepted.

Laid out as administrative papers are (NĐ 30/2020/NĐ-CP, Phụ lục I); what law asks of the contents
of a biên bản is left to the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pipelines.batch_desk import Contents
from pipelines.batches import BatchState, Found, Sampled
from pipelines.outcome import State
from pipelines.paper_sizes import OTHER

if TYPE_CHECKING:
    from digitizer.drawing import Item, Typeface

_LEFT, _RIGHT, _TOP, _BOTTOM = 25.0, 190.0, 25.0, 272.0
_MIDDLE = (_LEFT + _RIGHT) / 2
_SIZE, _STEP = 12.5, 6.6
_SIGNATURE_ROOM = 52.0
_DIGITS = 12
_VERDICTS = {
    BatchState.ACCEPTED: "ĐẠT: nghiệm thu lô này.",
    BatchState.REJECTED: "KHÔNG ĐẠT: trả lại cả lô để kiểm tra, làm lại.",
    BatchState.OPEN: "Chưa kết luận.",
}
_FOUND = {Found.GOOD: "đạt", Found.FAULTY: "lỗi", None: "chưa xem"}


@dataclass(slots=True)
class _Pen:
    """Goes down the page and turns to the next by itself; `y` is the baseline last written."""

    typeface: Typeface
    pages: list[list[Item]] = field(default_factory=lambda: [[]])
    y: float = _TOP

    def room(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self.pages.append([])
            self.y = _TOP

    def line(self, text: str, *, bold: bool = False, indent: float = 0.0) -> None:
        from digitizer.drawing import Text, wrapped

        for part in wrapped(text, _RIGHT - _LEFT - indent, _SIZE, self.typeface):
            self.room(_STEP)
            self.y += _STEP
            self.pages[-1].append(Text(_LEFT + indent, self.y, part, _SIZE, bold))

    def centered(self, text: str, size: float, *, bold: bool, step: float) -> None:
        from digitizer.drawing import Text

        self.y += step
        self.pages[-1].append(Text(_MIDDLE, self.y, text, size, bold, "center"))

    def table(self, widths: tuple[float, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        """Draw rows between rules, numbers to the right; the first row is the head."""
        from digitizer.drawing import Rule, Text

        right = _LEFT + sum(widths)
        self.y += 2.5
        for index, row in enumerate(rows):
            self.room(_STEP + 1)
            if not index or self.y == _TOP:
                self.pages[-1].append(Rule(_LEFT, self.y, right, self.y))
            x = _LEFT
            for place, (text, width) in enumerate(zip(row, widths, strict=True)):
                at, align = (x + width - 3, "right") if place else (x + 1.5, "left")
                self.pages[-1].append(
                    Text(at, self.y + 5, text, 11.5, not index, align)  # type: ignore[arg-type] # one of the literals
                )
                x += width
            self.y += _STEP + 0.6
            self.pages[-1].append(Rule(_LEFT, self.y, right, self.y, 0.4 if not index else 0.2))
        self.y += 1.5


def delivery_note(found: Contents, *, on: date, agency: str) -> bytes:
    """Return the note as a PDF. Raises ConfigError for a character that can't be written.

    Args:
        found: a batch that was closed.
        agency: printed at the head, "" leaves it out.
    """
    from digitizer.drawing import Sheet, pdf
    from signing import typeface

    pen = _Pen(typeface)
    _head(pen, found, on, agency)
    _counts(pen, found)
    _paper(pen, found)
    _sample(pen, found)
    _signatures(pen, found)
    sheets = [Sheet((*items, _number(n, len(pen.pages)))) for n, items in enumerate(pen.pages, 1)]
    return pdf(sheets, typeface, title=f"Biên bản giao nhận, nghiệm thu lô {found.batch.name}")


def _number(number: int, count: int) -> Item:
    from digitizer.drawing import Text

    return Text(_RIGHT, 287, f"Trang {number}/{count}", 10, align="right", shade=0.3)


def _head(pen: _Pen, found: Contents, on: date, agency: str) -> None:
    from digitizer.drawing import Rule, Text

    left, right = 60.0, 140.0
    items = pen.pages[-1]
    if agency:
        items.append(Text(left, 22, agency.upper(), 11.5, True, "center"))
        items.append(Rule(left - 14, 24, left + 14, 24))
    items.append(Text(right, 22, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 11.5, True, "center"))
    items.append(Text(right, 27.5, "Độc lập - Tự do - Hạnh phúc", 12.5, True, "center"))
    items.append(Rule(right - 27, 29.3, right + 27, 29.3))
    items.append(Text(_RIGHT, 38, f"Ngày {on:%d} tháng {on:%m} năm {on:%Y}", 12, align="right"))
    pen.y = 43.0
    pen.centered("BIÊN BẢN", 16, bold=True, step=7)
    pen.centered("GIAO NHẬN VÀ NGHIỆM THU KẾT QUẢ SỐ HÓA", 13.5, bold=True, step=7)
    pen.y += 4
    batch = found.batch
    pen.line(f"Lô: {batch.name}" + (f" (lần {batch.round})" if batch.round > 1 else ""), bold=True)
    pen.line(f"Bên giao: {batch.deliverer or '……………………………………………………'}")
    pen.line(f"Bên nhận: {batch.receiver or '……………………………………………………'}")
    pen.line(f"Thư mục nhận: {batch.folder or '(cả thư mục nhận)'}")


def _counts(pen: _Pen, found: Contents) -> None:
    batch = found.batch
    rows = [
        ("", "Tài liệu", "Trang"),
        ("Khai khi giao", _declared(batch.documents), _declared(batch.pages)),
        ("Đã nhận và số hóa", *_pair(found.count(State.ARCHIVED, State.QUARANTINED))),
        ("Đã ký số và lưu trữ", *_pair(found.count(State.ARCHIVED))),
        ("Không dùng được (cách ly)", *_pair(found.count(State.QUARANTINED))),
    ]
    _title(pen, "1. Số lượng")
    pen.table((85.0, 40.0, 40.0), tuple(rows))
    if batch.documents and batch.documents != found.count(*State)[0]:
        pen.line(
            f"Chênh lệch: khai {batch.documents} tài liệu, nhận được {found.count(*State)[0]}.",
            bold=True,
        )


def _paper(pen: _Pen, found: Contents) -> None:
    _title(pen, "2. Số trang theo khổ giấy")
    rows = [("Khổ giấy", "Trang", "Trong đó trang trắng")]
    rows += [
        ("Khổ khác" if one.size == OTHER else one.size, str(one.pages), str(one.blank))
        for one in found.paper
    ]
    rows.append(("Quy ra A4", f"{found.a4_pages:g}".replace(".", ","), ""))
    pen.table((85.0, 40.0, 40.0), tuple(rows))


def _sample(pen: _Pen, found: Contents) -> None:
    _title(pen, "3. Kiểm tra chọn mẫu")
    if found.sample is None:
        pen.line("Không chọn mẫu.")
        return
    draw, rows = found.sample
    pen.line(
        f"Chọn ngẫu nhiên {len(rows)} trong {draw.lot} tài liệu (hạt giống {draw.seed}); đạt nếu"
        f" không quá {draw.accept_at_most} tài liệu lỗi."
    )
    pen.line(
        f"Số tài liệu lỗi: {found.faulty}. Kết luận: {_VERDICTS[found.batch.state]}", bold=True
    )
    for text in _faults(rows):
        pen.line(text, indent=6)


def _faults(rows: tuple[Sampled, ...]) -> Iterator[str]:
    for row in rows:
        reason = f": {row.reason}" if row.reason else ""
        by = f", {row.operator}" if row.operator else ""
        if row.verdict is Found.FAULTY:
            yield f"– {row.document_id[:_DIGITS]} {_FOUND[row.verdict]}{reason}{by}"
    good = [row.document_id[:_DIGITS] for row in rows if row.verdict is Found.GOOD]
    if good:
        yield f"– đạt: {', '.join(good)}"


def _signatures(pen: _Pen, found: Contents) -> None:
    from digitizer.drawing import Text

    pen.room(_SIGNATURE_ROOM)
    pen.y += 8
    pen.line("Biên bản lập thành hai bản, mỗi bên giữ một bản.")
    pen.y += 10
    for middle, side, name in (
        (60.0, "ĐẠI DIỆN BÊN GIAO", found.batch.deliverer),
        (150.0, "ĐẠI DIỆN BÊN NHẬN", found.batch.receiver),
    ):
        pen.pages[-1] += [
            Text(middle, pen.y, side, 12, True, "center"),
            Text(middle, pen.y + 5.5, "(ký, ghi rõ họ tên)", 11, False, "center", 0.3),
            Text(middle, pen.y + 32, name, 12, False, "center"),
        ]


def _title(pen: _Pen, text: str) -> None:
    pen.room(4 * _STEP)
    pen.y += 3
    pen.line(text, bold=True)


def _pair(counts: tuple[int, int]) -> tuple[str, str]:
    return str(counts[0]), str(counts[1])


def _declared(count: int) -> str:
    return str(count) if count else "không khai"
