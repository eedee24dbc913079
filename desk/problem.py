"""Every way a request can fail, as RFC 9457 problem details with a stable code, in two languages.

Decide by `code`; `title` and `cure` are for people. What was sent in is never sent back.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from digitizer.errors import Lang


@dataclass(frozen=True, slots=True)
class Kind:
    """One code: HTTP status, title and cure in Vietnamese and English."""

    status: int
    vi: str
    en: str
    cure_vi: str
    cure_en: str


KINDS = MappingProxyType(
    {
        "invalid": Kind(
            422,
            "Yêu cầu sai mẫu",
            "The request does not have the right form",
            "Xem các trường trong `errors` và docs/openapi.json",
            "See the fields in `errors`, and docs/openapi.json",
        ),
        "not_understood": Kind(
            422,
            "Chưa hiểu nội dung hỏi",
            "What was asked is not understood",
            "Nhập số định danh, số/ký hiệu, hoặc họ tên kèm ngày sinh",
            "Enter an identity number, a document number, or a name with its birth date",
        ),
        "no_key": Kind(
            401,
            "Thiếu khóa truy cập",
            "No API key was presented",
            "Gửi tiêu đề `Authorization: Bearer KHÓA`",
            "Send the header `Authorization: Bearer KEY`",
        ),
        "key_refused": Kind(
            401,
            "Khóa truy cập không đúng, đã hết hạn hoặc đã bị thu hồi",
            "The API key is wrong, expired or revoked",
            "Hỏi quản trị; khóa mới: `sohoa desk key add`",
            "Ask the administrator; a new key: `sohoa desk key add`",
        ),
        "not_permitted": Kind(
            403,
            "Khóa này không có quyền làm việc đó",
            "This key may not do that",
            "Hỏi quản trị về phạm vi của khóa",
            "Ask the administrator about the scope of the key",
        ),
        "case_needed": Kind(
            403,
            "Xem nội dung phải có mã hồ sơ, mục đích và tên người hỏi",
            "Content needs a case code, a purpose and the clerk's name",
            "Tra cứu lại với `case`, `purpose` và tiêu đề X-Clerk",
            "Ask again with `case`, `purpose` and the header X-Clerk",
        ),
        "budget_spent": Kind(
            429,
            "Hỏi quá nhanh",
            "Too many questions in a minute",
            "Chờ số giây trong Retry-After rồi hỏi lại",
            "Wait for the seconds in Retry-After, then ask again",
        ),
        "lookup_unknown": Kind(
            404,
            "Không có lượt tra cứu này, hoặc đã quá hạn",
            "There is no such look-up, or it is too old",
            "Tra cứu lại",
            "Look it up again",
        ),
        "not_in_answer": Kind(
            404,
            "Giấy tờ này không thuộc câu trả lời của lượt tra cứu",
            "The paper is not part of the look-up's answer",
            "Chỉ mở giấy tờ mà lượt tra cứu vừa trả về",
            "Open only papers that the look-up has returned",
        ),
        "already_recorded": Kind(
            409,
            "Kết quả của giấy tờ này đã được ghi",
            "What came of this paper is recorded already",
            "Tra cứu lại nếu có việc mới",
            "Look it up again if there is something new",
        ),
        "other_request": Kind(
            422,
            "Idempotency-Key này đã dùng cho yêu cầu khác",
            "This Idempotency-Key was used for another request",
            "Dùng khóa mới cho mỗi việc mới",
            "Use a new key for each new request",
        ),
        "too_large": Kind(
            413,
            "Tệp quá lớn",
            "The file is too large",
            "Quét ở 300 dpi, hoặc tra cứu bằng số, ký hiệu",
            "Scan at 300 dpi, or ask by number",
        ),
        "not_held": Kind(
            404,
            "Kho không có tệp này",
            "The archive does not hold this file",
            "Tra cứu theo người hoặc số, ký hiệu",
            "Ask by person or by number",
        ),
        "signature_problem": Kind(
            409,
            "Chữ ký của bản lưu không đạt khi kiểm tra lại; không giao bản sao",
            "The archived copy's signature did not pass; no copy is handed out",
            "Báo người quản trị kho; tiếp nhận bản giấy",
            "Tell the archive's administrator; take the paper",
        ),
        "no_picture": Kind(
            409,
            "Không vẽ được trang này",
            "The page can't be drawn",
            "Lấy bản sao và mở bằng phần mềm xem PDF",
            "Take the copy and open it in a PDF viewer",
        ),
        "clerk_needed": Kind(
            403,
            "Phải cho biết tài khoản người làm",
            "The account of the person at work is needed",
            "Gửi tiêu đề `X-Clerk: TÀI-KHOẢN`",
            "Send the header `X-Clerk: ACCOUNT`",
        ),
        "not_waiting": Kind(
            409,
            "Tài liệu không còn chờ bạn: đã xong, đã đổi, hoặc tới lượt người khác",
            "The document waits for you no more: done, changed, or another one's turn",
            "Lấy tài liệu tiếp theo",
            "Take the next document",
        ),
        "not_accepted": Kind(
            422,
            "Giá trị chưa dùng được",
            "A value can't be taken",
            "Xem lại trường được nêu trong `field`",
            "Look again at the field named in `field`",
        ),
        "unavailable": Kind(
            503,
            "Mục lục, kho hoặc sổ ghi đang không dùng được",
            "Catalog, store or ledger can't be used at the moment",
            "Chờ rồi hỏi lại; chưa thể kết luận là không có giấy tờ",
            "Wait and ask again; it can't be concluded that nothing is held",
        ),
        "damaged": Kind(
            500,
            "Bản lưu không còn khớp mã băm",
            "The archived copy no longer matches its digest",
            "Không dùng bản này; gọi người quản trị kho ngay",
            "Do not use it; call the archive's administrator now",
        ),
        "misconfigured": Kind(
            500,
            "Cấu hình của quầy sai",
            "The desk is misconfigured",
            "Quản trị xem `sohoa doctor` và nhật ký của `sohoa serve`",
            "The administrator sees `sohoa doctor` and the log of `sohoa serve`",
        ),
        "no_route": Kind(
            404,
            "Không có địa chỉ này",
            "There is no such address",
            "Xem docs/openapi.json",
            "See docs/openapi.json",
        ),
        "no_method": Kind(
            405,
            "Địa chỉ này không nhận phương thức đó",
            "The address does not take this method",
            "Tra cứu bằng POST; xem docs/openapi.json",
            "Look-ups are POSTs; see docs/openapi.json",
        ),
        "bug": Kind(
            500,
            "Lỗi của chương trình",
            "A bug in the program",
            "Gửi X-Request-Id này cho người phát triển",
            "Send this X-Request-Id to the developers",
        ),
    }
)


class Problem(Exception):
    """A request that ends here.

    Args:
        code: one of KINDS.
        detail: facts, in the asker's language where it is a sentence; never personal data.
        retry_after_s: whole seconds, 0 for none.
        extra: further members of the problem, such as `errors`.
    """

    def __init__(
        self, code: str, detail: str = "", *, retry_after_s: int = 0, **extra: object
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.extra = extra

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]

    def plain(self, lang: Lang) -> dict[str, Any]:
        """Return the JSON body, media type `application/problem+json`."""
        kind = self.kind
        return {
            "type": f"urn:sohoa:problem:{self.code}",
            "code": self.code,
            "status": kind.status,
            "title": kind.vi if lang == "vi" else kind.en,
            "cure": kind.cure_vi if lang == "vi" else kind.cure_en,
            **({"detail": self.detail} if self.detail else {}),
            **self.extra,
        }
