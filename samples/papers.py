"""The collection: every sample with its scan, its truth and its purpose, in file order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from digitizer.model import FieldName
from samples import citizens, decisions, letters
from samples.decree30 import CONSTRUCTION, Issuer
from samples.degrade import Wear
from samples.paper import Capture, Sample
from samples.people import APPLICANT, BUILDER, CHILD, SINGLE, Person

VALID_FROM_SIGNING = "từ ngày ký"
_CHAIR = (decisions.CHAIRMAN, "CHỦ TỊCH")
_DEPUTY = (decisions.DEPUTY, "KT. CHỦ TỊCH PHÓ CHỦ TỊCH")
Fields = dict[FieldName, str]


def _decision(number: str, day: date, subject: Sequence[str], signed: tuple[str, str]) -> Fields:
    return decisions.fields(number, day, " ".join(subject), *signed) | {
        FieldName.LOAI_VAN_BAN: "Quyết định",
        FieldName.THOI_HAN: VALID_FROM_SIGNING,
    }


def _titled(
    name: str, number: str, day: date, subject: Sequence[str], signed: tuple[str, str]
) -> Fields:
    return decisions.fields(number, day, " ".join(subject), *signed) | {
        FieldName.LOAI_VAN_BAN: name
    }


def _issued_by(issuer: Issuer) -> Fields:
    return {FieldName.CO_QUAN_BAN_HANH: " ".join((*issuer.parent, *issuer.name))}


def _holder(person: Person, *, is_born: bool = True) -> Fields:
    born = {FieldName.NGAY_SINH: person.born.isoformat()} if is_born else {}
    return {
        FieldName.CHU_HO_SO: person.name,
        FieldName.SO_DINH_DANH: person.identity,
    } | born


_COMMUNE_PAPERS = (
    Sample(
        "ubnd-xa-thi-diem/hop-01/0001.pdf",
        "three pages of a decision scanned on both sides; the last back is blank, print shows",
        decisions.regulation,
        Capture("pdf_jpeg", 200, Wear(skew_deg=0.4, noise=1.0), quality=29, blank_back=True),
        "QĐ",
        _decision("128/QĐ-UBND", decisions.REGULATION_DAY, decisions.REGULATION_SUBJECT, _CHAIR),
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-01/0002.tif",
        "a decision with an appendix table; multi-page TIFF, black and white, CCITT G4",
        decisions.procedure_list,
        Capture("tiff_g4", 300, Wear("bilevel", skew_deg=-0.3, noise=2.5, blur_px=0.7)),
        "QĐ",
        _decision("97/QĐ-UBND", decisions.LIST_DAY, decisions.LIST_SUBJECT, _DEPUTY),
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-01/0003.jpg",
        "an official letter (V/v), color, leaning by 1.3 degrees",
        letters.letter,
        Capture("jpeg", 200, Wear("color", skew_deg=1.3, yellow=0.15, noise=0.8), quality=42),
        "CV",
        _titled(
            "Công văn",
            "356/UBND-VP",
            letters.LETTER_DAY,
            letters.LETTER_SUBJECT,
            ("Bùi Thị Mẫu", "TL. CHỦ TỊCH CHÁNH VĂN PHÒNG"),
        ),
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-01/0004.jpg",
        "a notice fed upside down",
        letters.notice,
        Capture("jpeg", 200, Wear(skew_deg=-0.6, rotation_deg=180, noise=1.2), quality=34),
        "TB",
        _titled("Thông báo", "61/TB-UBND", letters.NOTICE_DAY, letters.NOTICE_SUBJECT, _DEPUTY),
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-01/0005.tif",
        "a decision about one person with an identity number; gray TIFF of two sides, back blank",
        decisions.allowance,
        Capture("tiff_jpeg", 200, Wear(skew_deg=0.2, noise=0.8), quality=30, blank_back=True),
        "QĐ",
        _decision("142/QĐ-UBND", decisions.ALLOWANCE_DAY, decisions.ALLOWANCE_SUBJECT, _DEPUTY),
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-02/0001.jpg",
        "a red MẬT mark: must be stopped before anything of it is kept",
        decisions.secret,
        Capture("jpeg", 200, Wear("color", noise=1.0), quality=36),
        "QĐ",
        {},
        "secret",
        "SH-1009",
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-02/0002.jpg",
        "the number is written by hand: must wait for a person",
        decisions.posting,
        Capture("jpeg", 200, Wear("color", skew_deg=-0.5, noise=1.1), quality=32),
        "QĐ",
        _decision("157/QĐ-UBND", decisions.POSTING_DAY, decisions.POSTING_SUBJECT, _CHAIR),
        "review",
    ),
    Sample(
        "ubnd-xa-thi-diem/hop-02/0003.jpg",
        "a JPEG whose copy broke off: must be refused, not read as half a page",
        decisions.complaint,
        Capture("jpeg", 200, Wear(noise=1.0), quality=34, keep=0.6),
        "QĐ",
        {},
        "quarantined",
        "SH-1004",
    ),
)

_CONSTRUCTION_PAPERS = (
    Sample(
        "so-xay-dung-minh-hoa/hop-01/0001.pdf",
        "a plan of two pages, uneven light and sensor noise",
        letters.plan,
        Capture("pdf_jpeg", 200, Wear(skew_deg=-0.8, shading=0.12, noise=1.6), quality=32),
        "KH",
        _titled(
            "Kế hoạch",
            "21/KH-SXD",
            letters.PLAN_DAY,
            letters.PLAN_SUBJECT,
            (letters.HEAD, "GIÁM ĐỐC"),
        )
        | _issued_by(CONSTRUCTION),
    ),
    Sample(
        "so-xay-dung-minh-hoa/hop-01/0002.pdf",
        "a building permit in color, 300 dpi",
        citizens.building_permit,
        Capture("pdf_jpeg", 300, Wear("color", skew_deg=0.3, noise=0.8, blur_px=0.8), quality=28),
        "GPXD",
        {
            FieldName.SO_KY_HIEU: citizens.PERMIT_NUMBER,
            FieldName.NGAY_BAN_HANH: citizens.PERMIT_DAY.isoformat(),
            FieldName.LOAI_VAN_BAN: "Giấy phép xây dựng",
            FieldName.NGUOI_KY: letters.DEPUTY_HEAD,
            FieldName.CHUC_VU: "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        }
        | _issued_by(CONSTRUCTION)
        | _holder(BUILDER, is_born=False),
    ),
    Sample(
        "so-xay-dung-minh-hoa/hop-01/0003.pdf",
        "born digital: a submission with a real text layer, unsigned",
        letters.submission,
        Capture("pdf_text", 300),
        "TTr",
        _titled(
            "Tờ trình",
            "34/TTr-SXD",
            letters.SUBMISSION_DAY,
            letters.SUBMISSION_SUBJECT,
            (letters.HEAD, "GIÁM ĐỐC"),
        )
        | _issued_by(CONSTRUCTION),
    ),
    Sample(
        "so-xay-dung-minh-hoa/hop-01/0004.pdf",
        "a report in black and white; its table is landscape and was fed sideways",
        letters.report,
        Capture("pdf_g4", 300, Wear("bilevel", noise=2.5, blur_px=0.7), turned={2: 90}),
        "BC",
        _titled(
            "Báo cáo",
            "88/BC-SXD",
            letters.REPORT_DAY,
            letters.REPORT_SUBJECT,
            (letters.DEPUTY_HEAD, "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"),
        )
        | _issued_by(CONSTRUCTION),
    ),
)

_AGAIN = replace(
    _CONSTRUCTION_PAPERS[-1],
    path="so-xay-dung-minh-hoa/hop-02/0001.pdf",
    purpose="the report again, byte for byte: must be counted, not archived twice",
    state="duplicate",
    copy_of=_CONSTRUCTION_PAPERS[-1].path,
)

_CITIZENS_PAPERS = (
    Sample(
        "ho-tich-xa-thi-diem/2026-10/0001.pdf",
        "a birth certificate: ornate frame, dotted lines, date in digits and in words",
        citizens.birth_certificate,
        Capture("pdf_jpeg", 200, Wear("color", yellow=0.1, noise=0.6), quality=38),
        "KHAI_SINH",
        {
            FieldName.SO_KY_HIEU: citizens.BIRTH_NUMBER,
            FieldName.NGAY_BAN_HANH: citizens.BIRTH_DAY.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: citizens.OFFICE,
            FieldName.LOAI_VAN_BAN: "Giấy khai sinh",
            FieldName.NGUOI_KY: decisions.CHAIRMAN,
            FieldName.CHUC_VU: "CHỦ TỊCH",
        }
        | _holder(CHILD)
        | {FieldName.CHU_HO_SO: CHILD.name.upper()},
    ),
    Sample(
        "ho-tich-xa-thi-diem/2026-10/0002.jpg",
        "a certificate of marital status: valid for six months",
        citizens.marital_status,
        Capture("jpeg", 200, Wear("color", skew_deg=-1.1, shading=0.05), quality=34),
        "XN_HON_NHAN",
        {
            FieldName.SO_KY_HIEU: citizens.SINGLE_NUMBER,
            FieldName.NGAY_BAN_HANH: citizens.SINGLE_DAY.isoformat(),
            FieldName.CO_QUAN_BAN_HANH: "ỦY BAN NHÂN DÂN XÃ THÍ ĐIỂM",
            FieldName.LOAI_VAN_BAN: "Giấy xác nhận tình trạng hôn nhân",
            FieldName.NGUOI_KY: decisions.DEPUTY,
            FieldName.CHUC_VU: "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        }
        | _holder(SINGLE),
    ),
    Sample(
        "mot-cua-xa-thi-diem/2026-10-13/0001.jpg",
        "an application form filled in over dotted lines",
        citizens.application,
        Capture("jpeg", 200, Wear(skew_deg=0.7, noise=1.2), quality=34),
        "TO_KHAI",
        {FieldName.LOAI_VAN_BAN: "Tờ khai"} | _holder(APPLICANT),
    ),
    Sample(
        "mot-cua-xa-thi-diem/2026-10-13/0002.png",
        "a receipt with a QR symbol that holds the case code",
        citizens.receipt,
        Capture("png", 200, Wear(noise=0.0, shading=0.0, blur_px=0.4)),
        "GIAY_TIEP_NHAN",
        {
            FieldName.LOAI_VAN_BAN: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            FieldName.MA_HO_SO: citizens.CASE_CODE,
            FieldName.MA_TTHC: citizens.PROCEDURE_CODE,
        }
        | _holder(APPLICANT),
        barcodes=(citizens.CASE_CODE,),
    ),
)

COLLECTION: tuple[Sample, ...] = (
    *_COMMUNE_PAPERS,
    *_CONSTRUCTION_PAPERS,
    _AGAIN,
    *_CITIZENS_PAPERS,
)
