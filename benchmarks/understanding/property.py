"""Land certificates (old and of 2024) and building permits (NĐ 15/2021/NĐ-CP PL II)."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.understanding import slots
from benchmarks.understanding.forms import Form, numeric
from benchmarks.understanding.issuers import Issuer, make_commune
from benchmarks.understanding.pen import Sheet
from benchmarks.understanding.people import (
    MERGED_ON,
    Person,
    bare,
    make_address,
    make_day,
    make_person,
    make_place,
    make_province,
)
from benchmarks.understanding.slots import Dated, Signing
from benchmarks.understanding.truth import Truth
from digitizer.model import FieldName
from samples.decree30 import long_date

_NEW_TITLE = "QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT"
_OLD_TITLE = "QUYỀN SỬ DỤNG ĐẤT QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT"


def land(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a certificate of land with one or two owners, as before or since August 2024."""
    form = Form.begin(Random(f"GCN_DAT/{seed}"))
    chance, pen = form.chance, form.pen
    is_new = chance.random() < 0.55
    day = make_day(chance, 2025, 2026) if is_new else make_day(chance, 2015, 2023)
    province = make_province(chance, day)
    husband = make_person(chance, "Nam", born=(1950, 1995))
    owners = [husband]
    if chance.random() < 0.5:
        owners.append(make_person(chance, "Nữ", born=(1950, 1995)))
    letters = "".join(chance.sample("ABCDEGHK", 2))
    serial = (
        f"{letters} {chance.randint(10**7, 10**8 - 1) if is_new else chance.randint(10**5, 999999)}"
    )
    slots.state_alone(pen, form.style)
    pen.size_pt, size = 17.0, pen.size_pt
    pen.centered("GIẤY CHỨNG NHẬN")
    pen.size_pt = 14.0
    pen.centered(_NEW_TITLE if is_new else _OLD_TITLE, width=140.0)
    pen.size_pt = size
    pen.skip(4.0)
    _owners(form, owners, day, is_new=is_new)
    _plot(form, make_place(chance, day, province=province).full)
    issuer, signing = _office(form, province, day, is_new=is_new)
    pen.skip(5.0)
    pen.put(f"{issuer.place}, {long_date(day)}", form.style.signer, face="italic", align="center")
    slots.closing(pen, form.style, signing)
    pen.put(serial, pen.right, y=283.0, face="bold", size_pt=14, align="right")
    pen.put(f"Số vào sổ cấp GCN: VP {chance.randint(100, 99999):05}", pen.left, y=283.0, size_pt=12)
    for holder, owner in enumerate(owners, 1):
        form.holds(owner, holder, has_birth=False)
    form.says(
        {
            FieldName.SO_KY_HIEU: serial,
            FieldName.NGAY_BAN_HANH: day.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: issuer.printed,
            FieldName.NGUOI_KY: signing.name,
            FieldName.CHUC_VU: " ".join(signing.post[len(issuer.name) :]),
        }
    )
    return pen.sheets, form.truth("GCN_DAT", is_seen=False, left_open=(FieldName.THOI_HAN,))


def _owners(form: Form, owners: list[Person], day: date, *, is_new: bool) -> None:
    pen, chance = form.pen, form.chance
    head = (
        "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:"
        if is_new
        else "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất"
    )
    pen.paragraph(head, face="bold", indent=0.0)
    card = "Căn cước số:" if is_new else "CCCD số:"
    for number, owner in enumerate(owners):
        lead = "và vợ: Bà" if number else owner.honorific
        if is_new:
            pen.paragraph(f"{lead} {owner.name}, {card} {owner.identity}.", indent=0.0)
        else:
            born = f"Sinh năm: {owner.born.year}"
            pen.paragraph(f"{lead} {owner.name.upper()}", indent=0.0, face="bold", after=0.4)
            pen.paragraph(f"{born}, {card} {owner.identity}", indent=0.0)
    pen.paragraph(f"Địa chỉ: {make_address(chance, make_place(chance, day))}.", indent=0.0)


def _plot(form: Form, where: str) -> None:
    chance = form.chance
    area = f"{chance.randint(60, 900)},{chance.randint(0, 9)}"
    for text in (
        "2. Thông tin thửa đất:",
        f"a) Thửa đất số: {chance.randint(1, 900)}; tờ bản đồ số: {chance.randint(1, 90)};",
        f"b) Diện tích: {area} m²;",
        "c) Loại đất: Đất ở tại nông thôn;",
        "d) Thời hạn sử dụng đất: Lâu dài;",
        "đ) Hình thức sử dụng đất: Sử dụng riêng;",
        f"e) Địa chỉ: {where}.",
        "3. Thông tin tài sản gắn liền với đất: -/-",
        "4. Ghi chú: Không",
    ):
        form.pen.paragraph(text, indent=0.0, after=0.6)


def _office(form: Form, province: str, day: date, *, is_new: bool) -> tuple[Issuer, Signing]:
    """Return the issuer, whose name stands over the post, and who signed."""
    chance = form.chance
    name = make_person(chance).name
    if is_new:
        rows: tuple[str, ...] = (
            "CHI NHÁNH VĂN PHÒNG",
            "ĐĂNG KÝ ĐẤT ĐAI",
            province.upper(),
        )
        post = chance.choice((("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")))
        issuer = Issuer((), rows, "", bare(province), province, post[-1], "", False)
        return issuer, Signing((*rows, *post), name)
    seat = make_place(chance, day, province=province).district
    rows = ("ỦY BAN NHÂN DÂN", seat.upper())
    issuer = Issuer((), rows, "UBND", bare(seat), province, "CHỦ TỊCH", "", False)
    post = chance.choice((("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")))
    return issuer, Signing((*rows, *post), name)


def permit(seed: int) -> tuple[list[Sheet], Truth]:
    """Write a building permit."""
    form = Form.begin(Random(f"GPXD/{seed}"))
    chance, pen = form.chance, form.pen
    day = make_day(chance)
    province = make_province(chance, day)
    issuer = make_commune(chance, day, province)
    if chance.random() < 0.4:
        parent = (f"UBND {province.upper()}",)
        issuer = Issuer(
            parent, ("SỞ XÂY DỰNG",), "SXD", bare(province), province, "GIÁM ĐỐC", "", True
        )
    owner = form.person(born=(1950, 1998), may_err=False)
    is_hand = chance.random() < 0.3
    dated = Dated(f"{chance.randint(1, 900):02}", "GPXD", day, is_hand, is_hand)
    slots.head(pen, form.style, issuer)
    slots.number_and_date(pen, form.style, issuer, dated, chance)
    pen.skip(7.0)
    pen.centered("GIẤY PHÉP XÂY DỰNG")
    pen.centered("(Sử dụng cho nhà ở riêng lẻ)", face="bold")
    pen.skip(3.0)
    has_birth = chance.random() < 0.3
    _permitted(form, owner, day, has_birth=has_birth)
    post = chance.choice(((issuer.head,), (f"KT. {issuer.head}", f"PHÓ {issuer.head}")))
    signing = Signing(post, make_person(chance).name, ("- Như mục 1;", "- Lưu: VT."))
    slots.closing(pen, form.style, signing)
    form.holds(owner, has_birth=has_birth)
    form.says(
        {
            FieldName.SO_KY_HIEU: dated.code,
            FieldName.NGAY_BAN_HANH: day.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: issuer.printed,
            FieldName.NGUOI_KY: signing.name,
            FieldName.CHUC_VU: " ".join(post),
        }
    )
    hand = (FieldName.SO_KY_HIEU, FieldName.NGAY_BAN_HANH) if is_hand else ()
    left_open = (FieldName.THOI_HAN,)
    return pen.sheets, form.truth("GPXD", is_seen=issuer.is_seen, hand=hand, left_open=left_open)


def _permitted(form: Form, owner: Person, day: date, *, has_birth: bool) -> None:
    chance = form.chance
    place = make_place(chance, day)
    born = f", sinh ngày {numeric(owner.born, chance)}" if has_birth else ""
    card = "Căn cước số" if day >= MERGED_ON else "CCCD số"
    first = chance.choice(
        (
            f"1. Cấp cho: {owner.honorific} {owner.name}{born}",
            f"1. Cấp cho (tên chủ đầu tư): {owner.honorific} {owner.name}{born}",
        )
    )
    for text in (
        first,
        f"- {chance.choice((card, 'Số định danh cá nhân'))}: {owner.identity}",
        f"- Địa chỉ: {make_address(chance, place)}.",
        "2. Được phép xây dựng công trình: Nhà ở riêng lẻ.",
        f"- Theo thiết kế có ký hiệu: KT-01/{chance.randint(10, 40)}.",
        "- Do: Công ty TNHH Tư vấn Xây dựng Phúc Lộc lập.",
        f"+ Vị trí xây dựng: thửa đất số {chance.randint(1, 400)}, tờ bản đồ số 12, {place.full}.",
        "+ Cốt nền xây dựng công trình: +0,30 m so với vỉa hè.",
        f"+ Mật độ xây dựng: {chance.randint(60, 95)}%; hệ số sử dụng đất: 2,4 lần.",
        f"+ Diện tích xây dựng tầng 1: {chance.randint(50, 150)},5 m².",
        f"+ Chiều cao công trình: {chance.randint(6, 16)},2 m; số tầng: 0{chance.randint(1, 5)}.",
        "3. Giấy tờ về quyền sử dụng đất: Giấy chứng nhận số phát hành DK 415263.",
        "4. Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp; "
        "quá thời hạn trên thì phải đề nghị gia hạn giấy phép xây dựng.",
    ):
        form.pen.paragraph(text, indent=8.0, after=0.8)
