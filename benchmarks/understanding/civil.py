"""Civil-status papers as printed: forms of TT 04/2020/TT-BTP."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from benchmarks.understanding import slots
from benchmarks.understanding.forms import Form, in_words, numeric
from benchmarks.understanding.issuers import committee_of
from benchmarks.understanding.pen import Sheet
from benchmarks.understanding.people import MERGED_ON, Person, make_address, make_day, make_person
from benchmarks.understanding.people import make_place as place_on
from benchmarks.understanding.slots import Dated, Signing
from benchmarks.understanding.truth import Truth
from digitizer.extract.validity import add_months
from digitizer.model import FieldName
from samples.decree30 import long_date
from samples.stamps import ornate_frame

_NOTE: Final = "(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)"
_PEOPLES: Final = ("Kinh", "Kinh", "Kinh", "Tày", "Thái", "Mường", "Khmer", "Hmông", "Ê Đê")


def _signed(form: Form, role: str) -> tuple[Signing, dict[FieldName, str]]:
    """Return who signs under `role`, and what that is in the truth."""
    post = form.chance.choice((("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")))
    name = make_person(form.chance).name
    fields = {FieldName.NGUOI_KY: name, FieldName.CHUC_VU: " ".join(post)}
    return Signing((role, *post) if role else post, name), fields


def birth(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a birth certificate, or an extract of one."""
    form = Form.begin(Random(f"KHAI_SINH/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    office, issuer = committee_of(chance, day)
    child = form.person(born=(day.year - 1, day.year - 1))
    is_extract = chance.random() < 0.4
    if is_extract:
        role = "NGƯỜI KÝ TRÍCH LỤC"
        number = f"{chance.randint(1, 900)}/TLKS-BS"
        dated = Dated(number.split("/", maxsplit=1)[0], "TLKS-BS", day)
        slots.head(pen, form.style, issuer)
        slots.number_and_date(pen, form.style, issuer, dated, chance)
        pen.skip(8.0)
        pen.centered("TRÍCH LỤC KHAI SINH")
        pen.centered("(BẢN SAO)")
    else:
        role = "NGƯỜI KÝ GIẤY KHAI SINH"
        number = f"{chance.randint(1, 400)}/{day.year}"
        _framed(form)
        pen.size_pt, size = 20.0, pen.size_pt
        pen.centered("GIẤY KHAI SINH")
        pen.size_pt = size
        pen.down()
        pen.put(f"Số: {number}", pen.center, align="center")
    pen.skip(3.0)
    name = child.name.upper() if chance.random() < 0.8 else child.name
    _child(form, child, name)
    for who in ("mẹ", "cha"):
        _parent(form, who, day)
    if not is_extract:
        teller = make_person(chance)
        pen.row(("Họ, chữ đệm, tên người đi khai sinh:", teller.name))
        pen.row(("Giấy tờ tùy thân:", f"Thẻ căn cước công dân số {teller.identity}"))
    pen.row(("Nơi đăng ký khai sinh:", office))
    registered = day if not is_extract else day - timedelta(days=chance.randint(30, 300))
    pen.row(("Ngày, tháng, năm đăng ký:", numeric(registered, chance)))
    signing, signer = _signed(form, role)
    slots.closing(pen, form.style, signing, note=_NOTE if chance.random() < 0.4 else "")
    form.holds(child, name=name)
    form.says({FieldName.SO_KY_HIEU: number, FieldName.NGAY_BAN_HANH: day.isoformat(), **signer})
    form.says({FieldName.CO_QUAN_BAN_HANH: issuer.printed if is_extract else office})
    return pen.sheets, form.truth("KHAI_SINH", is_seen=False)


def _framed(form: Form) -> None:
    """Begin a certificate: an ornate frame, slot 1 alone in the middle."""
    pen = form.pen
    if form.chance.random() < 0.7:
        pen.sheet.draws.append(ornate_frame(pen.sheet.size_mm))
    pen.left, pen.right, pen.y = 28.0, 184.0, 22.0
    slots.state_alone(pen, form.style)


def _child(form: Form, child: Person, name: str) -> None:
    pen, chance = form.pen, form.chance
    pen.row(("Họ, chữ đệm, tên:", name), face="bold")
    pen.row(("Ngày, tháng, năm sinh:", numeric(child.born, chance)))
    pen.row(("ghi bằng chữ:", in_words(child.born)))
    _nation(form, child)
    place = place_on(chance, child.born)
    pen.row(("Nơi sinh:", f"Trạm Y tế {place.full}"))
    pen.row(("Quê quán:", place.full))
    pen.row(("Số định danh cá nhân:", child.identity))


def _nation(form: Form, person: Person) -> None:
    people = form.chance.choice(_PEOPLES)
    form.pen.row(
        ("Giới tính:", person.sex), ("Dân tộc:", people), ("Quốc tịch:", "Việt Nam")
    )  # fmt: skip


def _parent(form: Form, who: str, day: date) -> None:
    parent = make_person(form.chance, "Nữ" if who == "mẹ" else "Nam", born=(1975, 2000))
    pen = form.pen
    pen.row((f"Họ, chữ đệm, tên người {who}:", parent.name))
    pen.row(
        ("Năm sinh:", str(parent.born.year)), ("Dân tộc:", "Kinh"), ("Quốc tịch:", "Việt Nam")
    )  # fmt: skip
    pen.row(("Nơi cư trú:", make_address(form.chance, place_on(form.chance, day))))


def marriage(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a certificate of marriage in two columns, or an extract one below the other."""
    form = Form.begin(Random(f"KET_HON/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    office, issuer = committee_of(chance, day)
    wife = make_person(chance, "Nữ", born=(1970, 2000), sound=chance.random() > 0.08)
    husband = make_person(chance, "Nam", born=(1970, 2000), sound=chance.random() > 0.08)
    couple = (("vợ", wife), ("chồng", husband))
    is_extract = chance.random() < 0.3
    number = f"{chance.randint(1, 300)}/{day.year}"
    if is_extract:
        dated = Dated(number.split("/", maxsplit=1)[0], "TLKH-BS", day)
        number = dated.code
        slots.head(pen, form.style, issuer)
        slots.number_and_date(pen, form.style, issuer, dated, chance)
        pen.skip(8.0)
        pen.centered("TRÍCH LỤC KẾT HÔN")
        pen.centered("(BẢN SAO)")
        pen.skip(3.0)
        couple = (couple[1], couple[0])
        for who, person in couple:
            _spouse(form, who, person, day)
    else:
        _framed(form)
        pen.size_pt, size = 18.0, pen.size_pt
        pen.centered("GIẤY CHỨNG NHẬN KẾT HÔN")
        pen.size_pt = size
        pen.down()
        pen.put(f"Số: {number}", pen.center, align="center")
        pen.skip(4.0)
        _columns(form, couple, day)
    registered = day if not is_extract else day - timedelta(days=chance.randint(30, 900))
    pen.row(("Nơi đăng ký kết hôn:", office))
    pen.row(("Ngày, tháng, năm đăng ký:", numeric(registered, chance)))
    role = "NGƯỜI KÝ TRÍCH LỤC" if is_extract else "NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN"
    signing, signer = _signed(form, role)
    slots.closing(pen, form.style, signing)
    for holder, (_, person) in enumerate(couple, 1):
        form.holds(person, holder)
    form.says({FieldName.SO_KY_HIEU: number, FieldName.NGAY_BAN_HANH: day.isoformat(), **signer})
    form.says({FieldName.CO_QUAN_BAN_HANH: issuer.printed if is_extract else office})
    return pen.sheets, form.truth("KET_HON", is_seen=False)


def _spouse(form: Form, who: str, person: Person, day: date) -> None:
    pen, chance = form.pen, form.chance
    pen.row((f"Họ, chữ đệm, tên {who}:", person.name))
    pen.row(("Ngày, tháng, năm sinh:", numeric(person.born, chance)))
    pen.row(("Dân tộc:", chance.choice(_PEOPLES)), ("Quốc tịch:", "Việt Nam"))
    pen.row(("Nơi cư trú:", make_address(chance, place_on(chance, day))))
    pen.row(
        (chance.choice(("Giấy tờ tùy thân: CCCD số", "Số định danh cá nhân:")), person.identity)
    )


def _columns(form: Form, couple: tuple[tuple[str, Person], ...], day: date) -> None:
    """Write two columns side by side, each value under or after its label."""
    pen, chance = form.pen, form.chance
    rows = (
        ("Họ, chữ đệm, tên {}:", lambda p: p.name.upper(), True),
        ("Ngày, tháng, năm sinh:", lambda p: numeric(p.born, chance), False),
        ("Dân tộc:", lambda _: chance.choice(_PEOPLES), False),
        ("Quốc tịch:", lambda _: "Việt Nam", False),
        ("Nơi cư trú:", lambda _: place_on(chance, day).commune, False),
        ("Giấy tờ tùy thân:", lambda _: "CCCD", False),
        ("Số:", lambda p: p.identity, False),
    )
    for label, value, is_below in rows:
        pairs = [(label.format(who), value(person)) for who, person in couple]
        if is_below:
            pen.columns(*((text, "") for text, _ in pairs))
            pen.columns(*((" ", text) for _, text in pairs), face="bold", factor=1.1)
        else:
            pen.columns(*pairs)


def death(seed: int) -> tuple[list[Sheet], Truth]:
    """Write an extract of a death."""
    form = Form.begin(Random(f"KHAI_TU/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    office, issuer = committee_of(chance, day)
    gone = form.person(born=(1930, 1975))
    died = day - timedelta(days=chance.randint(1, 15))
    dated = Dated(str(chance.randint(1, 300)), chance.choice(("TLKT", "TLKT-BS")), day)
    slots.head(pen, form.style, issuer)
    slots.number_and_date(pen, form.style, issuer, dated, chance)
    pen.skip(8.0)
    pen.centered("TRÍCH LỤC KHAI TỬ")
    if dated.symbol == "TLKT-BS":
        pen.centered("(BẢN SAO)")
    pen.skip(3.0)
    pen.row(("Họ, chữ đệm, tên:", gone.name.upper()))
    pen.row(("Ngày, tháng, năm sinh:", numeric(gone.born, chance)))
    _nation(form, gone)
    pen.row(("Số định danh cá nhân:", gone.identity))
    pen.row(("Nơi cư trú cuối cùng:", make_address(chance, place_on(chance, day))))
    pen.row(("Đã chết vào lúc:", f"{chance.randint(0, 23):02} giờ 15 phút, {long_date(died)}"))
    pen.row(("Ghi bằng chữ:", in_words(died)))
    pen.row(("Nơi chết:", "Tại nhà riêng"))
    pen.row(("Nguyên nhân chết:", chance.choice(("Già yếu", "Bệnh tim mạch", "Tai nạn"))))
    pen.row(("Đăng ký khai tử tại:", office))
    signing, signer = _signed(form, "NGƯỜI KÝ TRÍCH LỤC")
    slots.closing(pen, form.style, signing)
    form.holds(gone, name=gone.name.upper())
    form.says({FieldName.SO_KY_HIEU: dated.code, FieldName.NGAY_BAN_HANH: day.isoformat()})
    form.says({FieldName.CO_QUAN_BAN_HANH: issuer.printed, **signer})
    return pen.sheets, form.truth("KHAI_TU", is_seen=False)


def single(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a certificate of marital status, good for six months."""
    form = Form.begin(Random(f"XN_HON_NHAN/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    _, issuer = committee_of(chance, day)
    person = form.person(born=(1970, 2004))
    is_hand = chance.random() < 0.25
    dated = Dated(str(chance.randint(10, 900)), "UBND-XNTTHN", day, is_hand, is_hand)
    slots.head(pen, form.style, issuer)
    slots.number_and_date(pen, form.style, issuer, dated, chance)
    pen.skip(8.0)
    pen.centered("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    pen.skip(3.0)
    pen.centered(" ".join(issuer.name))
    asker = f"{person.honorific.lower()} {person.name}"
    pen.paragraph(f"Xét đề nghị của {asker}, về việc cấp Giấy xác nhận tình trạng hôn nhân,")
    pen.centered("XÁC NHẬN:")
    pen.row(("Họ, chữ đệm, tên:", person.name))
    pen.row(("Ngày, tháng, năm sinh:", numeric(person.born, chance)))
    _nation(form, person)
    _proof(form, person, day)
    pen.row(("Nơi cư trú:", make_address(chance, place_on(chance, day))))
    state = chance.choice(("Chưa đăng ký kết hôn với ai", "Đã ly hôn, hiện tại chưa kết hôn"))
    pen.row(("Tình trạng hôn nhân:", state))
    has_term = chance.random() < 0.7
    pen.skip(2.0)
    pen.paragraph(
        f"Giấy này được cấp để: {chance.choice(('làm thủ tục kết hôn', 'bổ sung hồ sơ vay vốn'))}."
    )
    if has_term:
        pen.paragraph("Giấy này có giá trị sử dụng trong thời hạn 6 tháng, kể từ ngày cấp.")
        form.says({FieldName.THOI_HAN: f"đến {add_months(day, 6).isoformat()}"})
    signing, signer = _signed(form, "NGƯỜI KÝ GIẤY XÁC NHẬN" if chance.random() < 0.5 else "")
    slots.closing(pen, form.style, signing)
    form.holds(person)
    form.says({FieldName.SO_KY_HIEU: dated.code, FieldName.NGAY_BAN_HANH: day.isoformat()})
    form.says({FieldName.CO_QUAN_BAN_HANH: issuer.printed, **signer})
    hand = (FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH) if is_hand else ()
    return pen.sheets, form.truth("XN_HON_NHAN", is_seen=False, hand=hand)


def _proof(form: Form, person: Person, day: date) -> None:
    """Write the person's number as one of the forms in use asks for it."""
    since = numeric(day - timedelta(days=900), form.chance)
    label = "Căn cước" if day >= MERGED_ON else "Thẻ căn cước công dân"
    pair = form.chance.choice(
        (
            ("Số định danh cá nhân:", person.identity),
            ("Giấy tờ tùy thân:", f"{label} số {person.identity}, cấp ngày {since}"),
        )
    )
    form.pen.row(pair)
