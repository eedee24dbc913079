"""Other papers named in running text: `Quyết định số 12/QĐ-UBND ngày 05/01/2022 của UBND tỉnh`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from digitizer.vietnamese import fold, nfc

NOUN: Final = (
    r"(?:quyet dinh|nghi quyet|chi thi|quy che|quy dinh|thong bao|ke hoach|cong van|huong dan|"
    r"phuong an|de an|chuong trinh|cong dien|nghi dinh|thong tu(?: lien tich)?|giay phep|"
    r"giay chung nhan)"
)
"""What a paper that can be replaced is called, folded."""
_CITATION: Final = re.compile(
    rf"\b(?:(?P<noun>{NOUN})(?: quy pham phap luat)? )?(?P<so>so:? ?)?"
    r"(?P<number>\d{1,5}[a-z]? ?/ ?(?:(?:19|20)\d\d ?/ ?)?[a-z]\w*(?:- ?\w+|[.&]\w+)*)"
    r"(?: ?,?(?: ky)? ngay (?P<day>\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}|"
    r"\d{1,2} thang \d{1,2} nam \d{4}))?"
)
_AGENCY: Final = re.compile(r" (?:của )+(?P<agency>[^;.:()]{2,160})", re.IGNORECASE)
_AGENCY_END: Final = re.compile(
    r",? (?:(?:(?i:ban hành|quy định|quy chế|công bố|phê duyệt|sửa đổi|bổ sung|bãi bỏ|thay thế|"
    r"hướng dẫn|thành lập|kiện toàn|phân cấp|phân công|chấp thuận|điều chỉnh|ủy quyền|v/v)|"
    r"về|giao|hết|đã|được|đối với|tại|cho|áp dụng|quyết định|thông qua|công nhận|"
    r"(?:và )?số \d)\b|(?i:(?:và )?(?:thủ tục|danh mục|quy trình)\b|"
    r"(?:và )?(?:các )?(?:quyết định|nghị quyết|chỉ thị|kế hoạch|thông báo|công văn|nghị định|"
    r"thông tư|văn bản) số))"
)
_DASHES: Final = str.maketrans("–—‐‑−", "-----")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """Running text as printed and folded, of equal length, so that offsets hold for both."""

    raw: str
    folded: str

    @classmethod
    def of(cls, words: Sequence[str]) -> Wording:
        """Join words by single spaces, the last one followed by a space too."""
        raw = folded = ""
        for word in words:
            text = nfc(word).translate(_DASHES)
            key = fold(text)
            raw += text + " "
            folded += (key if len(key) == len(text) else "?" * len(text)) + " "
        return cls(raw, folded)


@dataclass(frozen=True, slots=True)
class Citation:
    """A paper named at [start, end); the spans of day and agency are empty where none is named.

    `noun` is what it is called, folded, "" for a further one of a list (`… và số 13/QĐ-UBND`).
    """

    noun: str
    start: int
    end: int
    number: Span
    day: Span
    agency: Span

    @property
    def dated_end(self) -> int:
        """Where number and day end."""
        return max(self.number[1], self.day[1])


def find_citations(wording: Wording, start: int, end: int) -> Iterator[Citation]:
    """Yield the papers named in [start, end), each by a noun or `số` before its number."""
    for match in _CITATION.finditer(wording.folded, start, end):
        if not (match["noun"] or match["so"]):
            continue
        agency = _agency(wording.raw, match.end(), end)
        yield Citation(
            noun=match["noun"] or "",
            start=match.start(),
            end=max(match.end(), agency[1]),
            number=match.span("number"),
            day=match.span("day") if match["day"] else (0, 0),
            agency=agency,
        )


def _agency(raw: str, start: int, end: int) -> Span:
    """Return where the issuer stands that is named right after a number or day."""
    match = _AGENCY.match(raw, start, end)
    if match is None:
        return (0, 0)
    begin, limit = match.span("agency")
    stop = _AGENCY_END.search(raw, begin, limit)
    limit = stop.start() if stop else limit
    return (begin, begin + len(raw[begin:limit].rstrip(" ,")))
