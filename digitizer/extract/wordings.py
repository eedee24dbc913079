"""What forms print before their blanks, folded: the labels of citizens' papers.

Source: TT 04/2020/TT-BTP, TT 06/2024/TT-BTP, NĐ 15/2021/NĐ-CP PL II, TT 10/2024/TT-BTNMT (forms);
REQ-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Label(StrEnum):
    """What a label announces. The first six each begin another person."""

    HOLDER = "holder"
    APPLICANT = "applicant"
    WIFE = "wife"
    HUSBAND = "husband"
    OTHER = "other"
    """Somebody who holds nothing by this paper: parent, informant, the one an application names."""
    CHILD = "child"
    """From here on the paper speaks of somebody else than who hands it in."""
    BIRTH = "birth"
    IN_WORDS = "in_words"
    SEX = "sex"
    NUMBER = "number"
    PAPER = "paper"
    """The identity paper shown: its kind, its number, its day."""
    BARE_NUMBER = "bare_number"
    """`Số:` alone: whose number, the label before it says."""
    CARD_DAY = "card_day"
    TAX_NUMBER = "tax_number"
    CODE = "code"
    """The code of a health insurance card."""
    COMPANY = "company"
    FIRST_DAY = "first_day"
    CHANGE_DAY = "change_day"
    ISSUED = "issued"
    RECEIVED = "received"
    """When a desk took the papers of a case in: the day of its receipt."""
    OFFICE = "office"
    UNTIL = "until"
    END = "end"
    """Ends the value before it; what it announces is not read."""
    BREAK = "break"
    """As END, and what follows is about no person named before."""


PEOPLE: Final = frozenset(
    {Label.HOLDER, Label.APPLICANT, Label.WIFE, Label.HUSBAND, Label.OTHER, Label.CHILD}
)
_NAMES: Final = ("ho chu dem ten", "ho chu dem va ten", "ho va ten", "ho ten")
_CARDS: Final = ("can cuoc cong dan", "the can cuoc cong dan", "can cuoc", "the can cuoc", "cccd")


def _named(*whose: str) -> tuple[str, ...]:
    return tuple(f"{name} {who}" for name in _NAMES for who in whose)


WORDINGS: Final[Mapping[Label, tuple[str, ...]]] = {
    Label.HOLDER: (
        *_NAMES, "ho va ten khai sinh", "cap cho ong ba", "cap cho ten chu dau tu", "cap cho",
        "tiep nhan ho so cua ong ba", "tiep nhan ho so cua", "chu ho so", "ten to chuc ca nhan",
        "ho va ten full name", "ho ten full name", "ho chu dem va ten khai sinh full name",
        "ho ten chu ho", "ho va ten chu ho",
    ),
    Label.APPLICANT: (
        *_named("nguoi yeu cau", "nguoi de nghi", "nguoi khai", "nguoi nop"), "nguoi nop ho so",
        "nguoi nop don", "nguoi de nghi", "nguoi yeu cau",
    ),
    Label.WIFE: (*_named("vo", "ben nu", "nguoi vo"), "vo", "ben vo", "ben nu", "nguoi vo"),
    Label.HUSBAND: (
        *_named("chong", "ben nam", "nguoi chong"), "chong", "ben chong", "ben nam", "nguoi chong",
    ),
    Label.OTHER: (
        *_named(
            "nguoi me", "me", "nguoi cha", "cha", "bo", "nguoi di khai", "nguoi di khai sinh",
            "nguoi di dang ky", "nguoi di khai tu", "con", "nguoi di dang ky khai tu",
            "nguoi di khai khai sinh", "nguoi di dang ky khai sinh", "nguoi duoc cap",
            "nguoi dai dien", "nguoi uy quyen", "nguoi duoc uy quyen",
        ),
        "nguoi di khai", "nguoi di dang ky", "nguoi dai dien theo phap luat", "thong tin ve cha",
        "thong tin ve me", "ho ten cha", "ho ten me",
    ),
    Label.CHILD: (),
    Label.BIRTH: (
        "ngay thang nam sinh", "ngay sinh", "sinh ngay", "ngay sinh date of birth", "sinh nam",
        "nam sinh", "ngay thang nam sinh date of birth",
    ),
    Label.IN_WORDS: ("ghi bang chu", "bang chu", "viet bang chu"),
    Label.SEX: ("gioi tinh", "nam nu", "gioi tinh sex"),
    Label.NUMBER: (
        "so dinh danh ca nhan", "so dinh danh", "so cccd", "so can cuoc", "so cccd cmnd",
        "so dinh danh ca nhan cccd", "so dinh danh ca nhan personal identification number",
        "so giay to phap ly cua ca nhan", "so can cuoc cong dan", "so the can cuoc", "so ddcn",
        "ma dinh danh", "ma so dinh danh", *(f"{card} so" for card in _CARDS), "so no",
        "so dinh danh ca nhan so can cuoc cong dan",
    ),
    Label.PAPER: (
        "giay to tuy than", "giay to phap ly cua ca nhan", "giay to chung thuc ca nhan",
        "loai giay to phap ly cua ca nhan", "cmnd so", "chung minh nhan dan so", "ho chieu so",
        "so cmnd", "giay cmnd so",
    ),
    Label.BARE_NUMBER: ("so",),
    Label.CARD_DAY: ("cap ngay", "ngay cap"),
    Label.TAX_NUMBER: ("ma so doanh nghiep", "ma so thue", "ma so ho kinh doanh", "mst"),
    Label.CODE: ("ma so bhxh", "ma so", "ma so bhyt", "so the"),
    Label.COMPANY: ("ten cong ty viet bang tieng viet", "ten doanh nghiep viet bang tieng viet",
                    "ten cong ty bang tieng viet", "ten doanh nghiep bang tieng viet"),
    Label.FIRST_DAY: ("dang ky lan dau",),
    Label.CHANGE_DAY: ("dang ky thay doi lan thu",),
    Label.ISSUED: ("ngay thang nam dang ky", "ngay dang ky", "dang ky ngay"),
    Label.RECEIVED: ("thoi gian nhan ho so", "ngay tiep nhan", "ngay nhan ho so"),
    Label.OFFICE: (
        "noi dang ky khai sinh", "noi dang ky ket hon", "noi dang ky khai tu", "noi dang ky",
        "co quan dang ky", "dang ky khai tu tai", "dang ky ket hon tai", "dang ky khai sinh tai",
    ),
    Label.UNTIL: ("co gia tri den", "gia tri den", "ngay het han", "co gia tri den date of expiry"),
    Label.END: (
        "dan toc", "quoc tich", "que quan", "noi sinh", "noi cu tru", "noi thuong tru",
        "noi tam tru", "dia chi", "dia chi lien lac", "dia chi thuong tru", "dien thoai", "noi cap",
        "email", "chuc danh", "co quan cap", "nghe nghiep", "hang", "quoc tich nationality",
        "ten cong ty viet tat", "ten cong ty viet bang tieng nuoc ngoai", "fax", "website",
        "noi cu tru cuoi cung", "tinh trang hon nhan", "noi dang ky kham chua benh ban dau",
        "que quan place of origin", "noi thuong tru place of residence", "sex", "nationality",
    ),
    Label.BREAK: (
        "da chet vao luc", "chet luc", "nguyen nhan chet", "noi chet", "so giay bao tu", "ghi chu",
        "noi dung de nghi", "noi dung yeu cau giai quyet", "thanh phan ho so", "quan he voi nguoi",
        "duoc phep xay dung cong trinh", "theo thiet ke", "tinh trang an tich", "ma tthc",
        "thoi gian tra ket qua", "so luong ban sao", "da dang ky tai",
        "trong thoi gian", "giay nay duoc cap", "kinh gui", "giay to ve quyen su dung dat",
    ),
}  # fmt: skip
INLINE: Final = frozenset({Label.BIRTH, Label.NUMBER, Label.PAPER, Label.CARD_DAY})
"""These also stand in the middle of running text: `Ông …, sinh ngày …, CCCD số …`."""
ALONE: Final = frozenset(
    {"vo", "chong", "ben vo", "ben chong", "ben nam", "ben nu", "nguoi vo", "nguoi chong"}
)
"""Headings rather than labels: only where nothing but they (or a colon) stands."""
ROLES: Final = frozenset({"vo", "chong", "me", "cha", "bo", "con", "nam", "nu"})
"""Last words of a label that say whose it is; folded, `VÕ` is one, too."""
