"""What verification says: a verdict, its reasons with stable codes, and each signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from digitizer.errors import Lang
from digitizer.model import Sha256, SignatureLevel


class Status(StrEnum):
    """`valid` is proven good, `invalid` proven bad, `indeterminate` neither (EN 319 102-1)."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"
    UNSIGNED = "unsigned"


class ReasonCode(StrEnum):
    """Why a file is not simply valid. Codes are a contract (docs/cli.md)."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    AMBIGUOUS_STRUCTURE = "ambiguous_structure"
    ENCRYPTED = "encrypted"
    HASH_DIFFERS = "hash_differs"
    UNSIGNED = "unsigned"
    UNKNOWN_FORMAT = "unknown_format"
    SIGNATURE_UNREADABLE = "signature_unreadable"
    UNTIDY_SIGNATURE = "untidy_signature"
    BYTE_RANGE = "byte_range"
    NOT_ENTIRE_FILE = "not_entire_file"
    CHANGED_AFTERWARDS = "changed_afterwards"
    CHANGED_BETWEEN = "changed_between"
    NOT_INTACT = "not_intact"
    BAD_SIGNATURE = "bad_signature"
    WEAK_ALGORITHM = "weak_algorithm"
    UNTRUSTED_ISSUER = "untrusted_issuer"
    REVOKED = "revoked"
    REVOCATION_UNKNOWN = "revocation_unknown"
    CERTIFICATE_DATES = "certificate_dates"
    CERTIFICATE_UNFIT = "certificate_unfit"
    BAD_TIMESTAMP = "bad_timestamp"
    SEVERAL_TIMESTAMPS = "several_timestamps"
    FORM_RULES = "form_rules"


_BAD, _OPEN = Status.INVALID, Status.INDETERMINATE

MEANING: dict[ReasonCode, tuple[Status, str, str]] = {
    ReasonCode.UNREADABLE: (
        _BAD,
        "Không đọc được tệp như một PDF có chữ ký",
        "The file can't be read as a signed PDF",
    ),
    ReasonCode.TOO_LARGE: (
        _OPEN,
        "Tệp vượt mức kích thước hoặc số chữ ký được kiểm tra",
        "The file has more bytes or signatures than are checked",
    ),
    ReasonCode.AMBIGUOUS_STRUCTURE: (
        _OPEN,
        "Cấu trúc PDF không chặt, các phần mềm có thể hiểu khác nhau",
        "The PDF's structure is ambiguous; programs may read it differently",
    ),
    ReasonCode.ENCRYPTED: (_OPEN, "PDF có mật khẩu", "The PDF is encrypted"),
    ReasonCode.HASH_DIFFERS: (
        _BAD,
        "Mã băm khác với mã đã ghi trong hồ sơ lưu trữ",
        "The hash differs from the one on record",
    ),
    ReasonCode.UNSIGNED: (Status.UNSIGNED, "Không có chữ ký số", "There is no digital signature"),
    ReasonCode.UNKNOWN_FORMAT: (
        _OPEN,
        "Có chữ ký thuộc dạng không được hỗ trợ",
        "There is a signature of an unsupported kind",
    ),
    ReasonCode.SIGNATURE_UNREADABLE: (
        _OPEN,
        "Có chữ ký viết sai chuẩn, không đánh giá được",
        "A signature breaks the standards and can't be judged",
    ),
    ReasonCode.UNTIDY_SIGNATURE: (
        _OPEN,
        "Phần khung của chữ ký không đúng chuẩn, có thể đã bị sửa",
        "The frame of the signature is not as standards say; it may have been altered",
    ),
    ReasonCode.BYTE_RANGE: (
        _BAD,
        "Chữ ký không bao hết các byte trước nó",
        "The signature leaves bytes before its end uncovered",
    ),
    ReasonCode.NOT_ENTIRE_FILE: (
        _BAD,
        "Có dữ liệu thêm vào sau chữ ký cuối cùng",
        "Data was added after the last signature",
    ),
    ReasonCode.CHANGED_AFTERWARDS: (
        _BAD,
        "Nội dung đã bị sửa sau khi ký",
        "The content was changed after signing",
    ),
    ReasonCode.CHANGED_BETWEEN: (
        _OPEN,
        "Giữa hai lần ký có thay đổi không chứng minh được là vô hại",
        "Between two signatures something was changed that can't be proven harmless",
    ),
    ReasonCode.NOT_INTACT: (
        _BAD,
        "Các byte đã ký không còn nguyên vẹn",
        "The signed bytes are not intact",
    ),
    ReasonCode.BAD_SIGNATURE: (
        _BAD,
        "Chữ ký không khớp với chứng thư",
        "The signature does not match the certificate",
    ),
    ReasonCode.WEAK_ALGORITHM: (
        _OPEN,
        "Dùng thuật toán không còn an toàn (ví dụ SHA-1)",
        "An algorithm that is no longer safe was used (such as SHA-1)",
    ),
    ReasonCode.UNTRUSTED_ISSUER: (
        _OPEN,
        "Chứng thư không dẫn tới tổ chức cấp được tin cậy",
        "The certificate does not lead to a trusted issuer",
    ),
    ReasonCode.REVOKED: (_BAD, "Chứng thư đã bị thu hồi", "The certificate is revoked"),
    ReasonCode.REVOCATION_UNKNOWN: (
        _OPEN,
        "Không có bằng chứng chứng thư chưa bị thu hồi",
        "There is no proof that the certificate was not revoked",
    ),
    ReasonCode.CERTIFICATE_DATES: (
        _OPEN,
        "Chứng thư không còn hạn và không có dấu thời gian chứng minh đã ký trong hạn",
        "The certificate is out of its dates and no time stamp proves that it was signed in time",
    ),
    ReasonCode.CERTIFICATE_UNFIT: (
        _OPEN,
        "Chứng thư hoặc chuỗi chứng thư không dùng được cho việc ký này",
        "The certificate or its chain is not fit for this signature",
    ),
    ReasonCode.BAD_TIMESTAMP: (
        _BAD,
        "Dấu thời gian không đúng",
        "The time stamp does not hold",
    ),
    ReasonCode.SEVERAL_TIMESTAMPS: (
        _OPEN,
        "Một chữ ký mang nhiều dấu thời gian",
        "One signature carries several time stamps",
    ),
    ReasonCode.FORM_RULES: (
        _BAD,
        "Chữ ký trái với quy định đặt trong biểu mẫu",
        "The signature breaks rules set in the form",
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `detail` names the signature field or the fact, never a person."""

    code: ReasonCode
    detail: str = ""

    @property
    def status(self) -> Status:
        return MEANING[self.code][0]

    def sentence(self, lang: Lang = "vi") -> str:
        """Return what is wrong, in one sentence."""
        _, vi, en = MEANING[self.code]
        text = vi if lang == "vi" else en
        return f"{text} ({self.detail})" if self.detail else text


Kind = Literal["signature", "timestamp"]
Coverage = Literal["entire_file", "entire_revision", "partial"]
Revocation = Literal["ocsp_embedded", "ocsp_fetched", "crl_embedded", "crl_fetched", "none"]


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """One signature or document time stamp as found.

    Attributes:
        signed_at: proven by a time stamp when `is_time_proven`, else the signer's own claim;
            None when neither.
        level: PAdES level; None for a document time stamp.
        covers: `entire_file` up to its last byte, `entire_revision` up to the end of its own
            revision, `partial` anything else.
        covers_bytes: the offset up to which it covers the file, as its byte range claims.
        intact: the signed bytes are unchanged and the signature matches the certificate.
        trusted: the certificate leads to a believed root, in its dates, proven not revoked.
        judged_at: the moment at which the certificate had to be good: the proven time, else the
            present; None when it is not trusted.
        revocation: what says that it was not revoked, and whether the file brought it; `none` for
            throw-away identities and what is not trusted.
    """

    kind: Kind
    field: str
    signer: str
    issuer: str
    serial: str
    signed_at: datetime | None
    is_time_proven: bool
    level: SignatureLevel | None
    covers: Coverage
    covers_bytes: int
    intact: bool
    trusted: bool
    is_throwaway: bool
    judged_at: datetime | None = None
    revocation: Revocation = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one file, at one moment.

    Attributes:
        sha256: of the bytes that were judged, "" when they could not be read.
        checked_at: the moment of judgment.
        signatures: oldest first, document time stamps included.
        unsigned_bytes: length of what stood there before the first signature, all of the file when
            it is unsigned, 0 when that can't be told.
    """

    status: Status
    reasons: tuple[Reason, ...]
    signatures: tuple[CheckedSignature, ...]
    sha256: Sha256
    checked_at: datetime
    unsigned_bytes: int = 0

    @property
    def is_valid(self) -> bool:
        return self.status is Status.VALID

    @property
    def is_throwaway(self) -> bool:
        """Whether any signature was made with a throw-away identity."""
        return any(signature.is_throwaway for signature in self.signatures)

    def against(self, signature: CheckedSignature) -> tuple[Reason, ...]:
        """Return the reasons that speak against one signature."""
        names = {signature.field, f"{signature.field}: TSA"}
        return tuple(reason for reason in self.reasons if reason.detail in names)


def conclude(
    reasons: tuple[Reason, ...],
    signatures: tuple[CheckedSignature, ...],
    *,
    sha256: Sha256,
    now: datetime,
    unsigned_bytes: int = 0,
) -> Verdict:
    """Return the verdict that `reasons` add up to: the worst one counts, none means valid.

    A file without signatures and without reasons is never valid.
    """
    found = {reason.status for reason in reasons}
    if not signatures and not found:
        reasons, found = (Reason(ReasonCode.UNSIGNED),), {Status.UNSIGNED}
    for status in (Status.INVALID, Status.INDETERMINATE, Status.UNSIGNED):
        if status in found:
            return Verdict(status, reasons, signatures, sha256, now, unsigned_bytes)
    return Verdict(Status.VALID, reasons, signatures, sha256, now, unsigned_bytes)
