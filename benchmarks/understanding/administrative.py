"""Administrative papers of made-up content, as offices print them (NĐ 30/2020 PL I)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from benchmarks.understanding import slots, wording
from benchmarks.understanding.issuers import Issuer, make_issuer
from benchmarks.understanding.pen import Pen, Sheet
from benchmarks.understanding.people import make_day, make_person
from benchmarks.understanding.slots import Dated, Signing, Style
from benchmarks.understanding.truth import Truth
from digitizer.legal_profile import load_profile
from digitizer.model import FieldName, FieldRef
from samples.decree30 import long_date

KINDS: Final = ("QĐ", "CV", "TB", "TTr", "BC", "KH", "GM", "BB", "CT", "NQ", "HD", "CĐ", "PA")
_LETTER: Final = "CV"
_UNSAID_ABOUT: Final = ("BC", "KH", "BB", "PA")
"""Types whose subject often stands without `Về việc`."""
_HAND_SHARE: Final = 0.3
_VOICES: Final = ("serif", "serif", "serif", "serif", "sans", "book")


@dataclass(frozen=True, slots=True)
class _Draft:
    """One paper before it is written down."""

    code: str
    issuer: Issuer
    dated: Dated
    subject: str
    signing: Signing
    term: str


def draw(kind: str, seed: int) -> tuple[list[Sheet], Truth]:
    """Write the paper of a type that this seed stands for."""
    chance = Random(f"{kind}/{seed}")
    draft = _draft(kind, chance)
    pen = Pen(family=chance.choice(_VOICES), size_pt=chance.choice((13.0, 13.5, 14.0)))
    pen.spacing = chance.choice((1.15, 1.2, 1.3))
    style = Style.draw(chance)
    slots.head(pen, style, draft.issuer)
    slots.number_and_date(pen, style, draft.issuer, draft.dated, chance)
    if kind == _LETTER:
        slots.letter_subject(pen, style, draft.subject)
        _addressee(pen, chance)
    else:
        name = load_profile().type_of(kind)
        assert name is not None
        slots.title(pen, name.name.upper(), draft.subject, width=chance.choice((110, 130, 150)))
    _body(pen, draft, chance)
    slots.closing(pen, style, draft.signing)
    return pen.sheets, _truth(draft)


def _draft(kind: str, chance: Random) -> _Draft:
    day = make_day(chance)
    issuer = make_issuer(chance, day)
    subject = wording.make_subject(chance, day.year)
    if kind == _LETTER:
        subject = f"V/v {subject}"
    elif kind not in _UNSAID_ABOUT or chance.random() < 0.3:
        subject = f"Về việc {subject}"
    else:
        subject = subject[:1].upper() + subject[1:]
    unit = chance.choice(("VP", "KTTH", "NC", "TCHC", "KSTT"))
    symbol = f"{issuer.symbol}-{unit}" if kind == _LETTER else f"{kind}-{issuer.symbol}"
    is_hand = chance.random() < _HAND_SHARE
    dated = Dated(
        number=f"{chance.choice((chance.randint(1, 99), chance.randint(100, 4000))):02}",
        symbol=symbol,
        day=day,
        hand_number=is_hand,
        hand_day=is_hand and chance.random() < 0.7,
    )
    return _Draft(
        kind, issuer, dated, subject, _signing(kind, issuer, chance), _term(kind, dated, chance)
    )


def _signing(kind: str, issuer: Issuer, chance: Random) -> Signing:
    post = _post(kind, issuer, chance)
    first = "- Như Điều 3;" if kind == "QĐ" else "- Như trên;"
    recipients = wording.make_recipients(chance, first)
    return Signing(post, make_person(chance).name, recipients)


def _post(kind: str, issuer: Issuer, chance: Random) -> tuple[str, ...]:
    """Return the lines of slot 7a in one of the forms of Điều 13."""
    draw = chance.random()
    lead = (
        (f"TM. {issuer.council}",) if issuer.council and kind in ("TTr", "BC", "NQ", "KH") else ()
    )
    deputy = {
        "BỘ TRƯỞNG": "THỨ TRƯỞNG",
        "CHI CỤC TRƯỞNG": "PHÓ CHI CỤC TRƯỞNG",
    }.get(issuer.head, f"PHÓ {issuer.head}")
    if draw < 0.4:
        return (*lead, issuer.head)
    if draw < 0.8 or kind == "NQ":
        return (*lead, f"KT. {issuer.head}", deputy)
    if draw < 0.92:
        office = "CHÁNH VĂN PHÒNG" if issuer.council else "TRƯỞNG PHÒNG TỔ CHỨC - HÀNH CHÍNH"
        return (f"TL. {issuer.head}", office)
    return (f"TUQ. {issuer.head}", "GIÁM ĐỐC SỞ NỘI VỤ" if issuer.council else "TRƯỞNG PHÒNG")


def _term(kind: str, dated: Dated, chance: Random) -> str:
    """Return from when a decision holds, in normal form; "" where it does not say."""
    if kind not in ("QĐ", "NQ") or chance.random() < 0.15:
        return ""
    if chance.random() < 0.65:
        return "từ ngày ký"
    return f"từ {(dated.day + timedelta(days=chance.randint(5, 40))).isoformat()}"


def _addressee(pen: Pen, chance: Random) -> None:
    pen.skip(5.0)
    who = chance.choice(
        (
            "Các cơ quan, đơn vị trực thuộc",
            "Ủy ban nhân dân các xã, phường",
            "Văn phòng Chính phủ",
            "Các phòng chuyên môn",
        )
    )
    pen.down()
    pen.put(f"Kính gửi: {who}.", pen.center, align="center")
    pen.skip(4.0)


def _body(pen: Pen, draft: _Draft, chance: Random) -> None:
    match draft.code:
        case "QĐ" | "NQ":
            _decision(pen, draft, chance)
        case "GM":
            _invitation(pen, draft, chance)
        case "BB":
            _minutes(pen, chance)
        case _:
            _plain(pen, chance)


def _decision(pen: Pen, draft: _Draft, chance: Random) -> None:
    head = draft.issuer.head
    who = f"{head} {' '.join(draft.issuer.name)}" if draft.issuer.council else head
    pen.skip(1.0)
    pen.centered(who, width=160.0)
    pen.skip(3.0)
    for text in chance.sample(wording.BASES, chance.randint(2, 4)):
        pen.paragraph(text, face="italic")
    pen.paragraph("Theo đề nghị của Chánh Văn phòng.", face="italic")
    pen.centered("QUYẾT NGHỊ:" if draft.code == "NQ" else "QUYẾT ĐỊNH:")
    pen.skip(2.0)
    name = "Nghị quyết" if draft.code == "NQ" else "Quyết định"
    subject = draft.subject.removeprefix("Về việc ")
    pen.paragraph(f"Điều 1. {subject[:1].upper()}{subject[1:]} theo nội dung kèm theo {name} này.")
    for text in wording.make_sentences(chance, chance.choice((1, 2, 2, 6))):
        pen.paragraph(text)
    pen.paragraph(f"Điều 2. {_term_clause(draft, name)}")
    pen.paragraph(
        "Điều 3. Chánh Văn phòng, Thủ trưởng các cơ quan, đơn vị và cá nhân có liên quan chịu "
        f"trách nhiệm thi hành {name} này./."
    )


def _term_clause(draft: _Draft, name: str) -> str:
    if draft.term == "từ ngày ký":
        return f"{name} này có hiệu lực thi hành kể từ ngày ký."
    if draft.term:
        day = date.fromisoformat(draft.term.removeprefix("từ "))
        return f"{name} này có hiệu lực thi hành kể từ {long_date(day)}."
    return "Giao Văn phòng theo dõi, đôn đốc việc thực hiện."


def _invitation(pen: Pen, draft: _Draft, chance: Random) -> None:
    day = draft.dated.day + timedelta(days=chance.randint(2, 9))
    for text in (
        "Trân trọng kính mời các đồng chí tham dự cuộc họp với nội dung nêu trên.",
        f"1. Thời gian: 08 giờ 00 phút, {long_date(day)}.",
        "2. Địa điểm: Phòng họp số 2, trụ sở cơ quan.",
        "3. Chủ trì: Lãnh đạo cơ quan.",
        *wording.make_sentences(chance, 2),
    ):
        pen.paragraph(text)


def _minutes(pen: Pen, chance: Random) -> None:
    other = make_person(chance)
    for text in (
        "Hôm nay, vào hồi 14 giờ 00 phút, tại phòng họp cơ quan, chúng tôi gồm có:",
        f"1. {other.honorific} {other.name} - Thư ký cuộc họp;",
        "2. Đại diện các phòng chuyên môn.",
        *wording.make_sentences(chance, chance.randint(3, 6)),
        "Biên bản kết thúc vào hồi 16 giờ 30 phút cùng ngày./.",
    ):
        pen.paragraph(text)


def _plain(pen: Pen, chance: Random) -> None:
    pen.paragraph(
        "Thực hiện Kế hoạch số 118/KH-UBND ngày 12 tháng 02 năm 2020 và các văn bản chỉ đạo có "
        "liên quan, cơ quan thông báo, báo cáo, đề nghị một số nội dung như sau:"
    )
    for number, text in enumerate(wording.make_sentences(chance, chance.choice((3, 4, 6, 9))), 1):
        pen.paragraph(f"{number}. {text}")
    pen.paragraph("Trên đây là nội dung, kính đề nghị các cơ quan, đơn vị quan tâm thực hiện./.")


def _truth(draft: _Draft) -> Truth:
    kind = load_profile().type_of(draft.code)
    assert kind is not None
    agency = draft.issuer.printed
    fields: dict[FieldRef, str] = {
        FieldName.SO_KY_HIEU: draft.dated.code,
        FieldName.NGAY_BAN_HANH: draft.dated.day.isoformat(),
        FieldName.CO_QUAN_BAN_HANH: agency,
        FieldName.LOAI_VAN_BAN: kind.name,
        FieldName.TRICH_YEU: draft.subject,
        FieldName.NGUOI_KY: draft.signing.name,
        FieldName.CHUC_VU: " ".join(draft.signing.post),
    }
    if draft.term:
        fields[FieldName.THOI_HAN] = draft.term
    hand = {
        FieldName.SO_KY_HIEU: draft.dated.hand_number,
        FieldName.NGAY_BAN_HANH: draft.dated.hand_day,
    }
    return Truth(
        draft.code,
        fields,
        handwritten=frozenset(name for name, is_hand in hand.items() if is_hand),
        is_seen=draft.issuer.is_seen,
    )
