"""Every way the work can fail, sorted by whose trouble it is.

    DigitizationError
    ├── DocumentError     10–19  this document's: quarantine it, go on with the next
    ├── Unavailable       20–29  the world's: retry, then stop; the run can be resumed
    ├── IntegrityError    30–39  the bytes': stop at once, touch nothing
    ├── ConfigError        3     ours to set right: do not start
    ├── MissingDependency  4
    ├── RunLocked          5
    └── NotPermitted      77

Each class has a stable `code`, an exit code, a sentence and a cure in Vietnamese and English.
docs/exit-codes.md is made from this file. Raise with what a clerk needs to find the paper:

    raise TruncatedImage(document="hop-12/0007.jpg", page=3, detail="stops at byte 10240")
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

Lang = Literal["vi", "en"]


class DigitizationError(Exception):
    """Root of all expected failures.

    Args:
        detail: facts for the person who repairs it; never personal data, page text or secrets.
        document: the document's source path as people know it, "" when no document is meant.
        page: page number from 1, None when the whole document is meant.
    """

    code: ClassVar[str] = "SH-0000"
    exit_code: ClassVar[int] = 1
    vi: ClassVar[str] = "Việc số hóa không thành"
    en: ClassVar[str] = "Digitization failed"
    cure_vi: ClassVar[str] = ""
    cure_en: ClassVar[str] = ""

    def __init__(self, detail: str = "", *, document: str = "", page: int | None = None) -> None:
        super().__init__(detail, document, page)
        self.detail = detail
        self.document = document
        self.page = page

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.detail, self.document, self.page)

    def located(self, document: str) -> DigitizationError:
        """Return the same error naming `document`, for stages that do not know its name."""
        self.document = self.document or document
        return self

    def sentence(self, lang: Lang = "vi") -> str:
        """Return one line: what happened, to which document and page, and the facts."""
        place = self.document
        if self.page is not None:
            word = "trang" if lang == "vi" else "page"
            place = f"{place}, {word} {self.page}" if place else f"{word} {self.page}"
        text = self.vi if lang == "vi" else self.en
        text = f"{place}: {text}" if place else text
        return f"{text} ({self.detail})" if self.detail else text

    def cure(self, lang: Lang = "vi") -> str:
        """Return what to do about it."""
        return self.cure_vi if lang == "vi" else self.cure_en

    def __str__(self) -> str:
        return f"{self.code} {self.sentence('en')}. {self.cure('en')}".strip()


def _rebuild(
    cls: type[DigitizationError], detail: str, document: str, page: int | None
) -> DigitizationError:
    return cls(detail, document=document, page=page)


def tree(root: type[DigitizationError] = DigitizationError) -> Iterator[type[DigitizationError]]:
    """Yield `root` and every class below it, parents first."""
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


# ── the document's trouble: quarantine, go on ────────────────────────────────────────────────


class DocumentError(DigitizationError):
    code = "SH-1000"
    exit_code = 10
    vi = "Không xử lý được tài liệu"
    en = "The document can't be processed"
    cure_vi = "Quét lại tài liệu hoặc xem tệp gốc còn nguyên trong thư mục nhận"
    cure_en = "Scan it again, or look at the original, which is untouched in the inbox"


class UnsupportedFormat(DocumentError):
    code = "SH-1001"
    exit_code = 11
    vi = "Tệp không phải PDF, TIFF, JPEG hay PNG"
    en = "The file is not a PDF, TIFF, JPEG or PNG"
    cure_vi = "Lưu lại thành một trong bốn dạng đó rồi đưa vào thư mục nhận"
    cure_en = "Save it as one of these four and put it into the inbox again"


class EmptyFile(UnsupportedFormat):
    code = "SH-1002"
    vi = "Tệp rỗng (0 byte)"
    en = "The file is empty (0 bytes)"
    cure_vi = "Máy quét có thể đã hết chỗ hoặc mất mạng khi ghi; quét lại"
    cure_en = "The scanner may have lost its disk or network while writing; scan again"


class DamagedFile(DocumentError):
    code = "SH-1003"
    exit_code = 12
    vi = "Tệp hỏng, không mở được"
    en = "The file is damaged and can't be opened"
    cure_vi = "Chép lại từ máy quét hoặc quét lại"
    cure_en = "Copy it again from the scanner, or scan again"


class TruncatedImage(DamagedFile):
    code = "SH-1004"
    vi = "Ảnh bị cụt, phần dưới của trang đã mất"
    en = "The image is cut short; the lower part of the page is missing"
    cure_vi = "Quét lại trang này"
    cure_en = "Scan this page again"


class EncryptedFile(DocumentError):
    code = "SH-1005"
    exit_code = 13
    vi = "PDF có mật khẩu"
    en = "The PDF is protected by a password"
    cure_vi = "Gỡ mật khẩu (mở bằng mật khẩu, in ra PDF mới) rồi đưa vào lại"
    cure_en = "Remove the password (open it, save a copy without) and put it in again"


class BudgetExceeded(DocumentError):
    """A file that asks for more pixels, memory, pages or time than a page of paper can need."""

    code = "SH-1006"
    exit_code = 14
    vi = "Tệp vượt mức cho phép về kích thước, bộ nhớ hoặc thời gian"
    en = "The file asks for more pixels, memory or time than is allowed"
    cure_vi = "Quét ở 300 dpi, khổ giấy thật; nếu đúng là khổ lớn, nâng mức trong [scan]"
    cure_en = "Scan at 300 dpi and true paper size; if it really is that large, raise [scan] limits"


class PageTimedOut(DocumentError):
    code = "SH-1007"
    exit_code = 15
    vi = "Trang không đọc xong trong thời gian cho phép"
    en = "The page could not be read in its time"
    cure_vi = "Quét lại trang này; nếu lặp lại, nâng [ocr] page_timeout_s"
    cure_en = "Scan this page again; if it happens again, raise [ocr] page_timeout_s"


class UnreadableScan(DocumentError):
    code = "SH-1008"
    exit_code = 16
    vi = "Có mực trên trang nhưng không đọc được chữ nào"
    en = "The page has ink on it, but no word could be read"
    cure_vi = "Xem trang có bị mờ, úp mặt hoặc quét quá tối; quét lại"
    cure_en = "See whether the page is blurred, face down or too dark; scan again"


class RescanWanted(DocumentError):
    """A person has looked at the picture and wants the paper scanned again."""

    code = "SH-1024"
    exit_code = 16
    vi = "Người xem yêu cầu quét lại"
    en = "A person wants it scanned again"
    cure_vi = "Quét lại theo danh sách `sohoa rescan list`"
    cure_en = "Scan it again, by the list of `sohoa rescan list`"


class PageTooSmall(DocumentError):
    """No page of paper: the mark of who digitized it does not fit on it at any legible size."""

    code = "SH-1025"
    exit_code = 16
    vi = "Trang nhỏ quá, không đủ chỗ cho dấu hiệu của cơ quan số hóa"
    en = "The page is too small for the mark of who digitized it"
    cure_vi = "Quét lại đúng khổ giấy thật, 300 dpi; tệp này có thể chỉ là một mảnh ảnh"
    cure_en = "Scan it at its true size and 300 dpi; this may be a scrap of a picture"


class OutOfScope(DocumentError):
    """A paper that is not to be digitized (TT 01/2023 Đ4): a reason is kept of it, no image."""

    code = "SH-1022"
    vi = "Giấy tờ không thuộc diện số hóa; đã dừng, không lưu chữ, không lưu ảnh"
    en = "The paper is not to be digitized; stopped, no text and no image was kept"
    cure_vi = "Xem TT 01/2023/TT-VPCP Điều 4; nhận bản chính hoặc bản sao điện tử thay cho nó"
    cure_en = "See TT 01/2023/TT-VPCP Article 4; take the original or an electronic copy instead"


class CertifiedCopy(OutOfScope):
    """A page bears the certificate by which an office made it a certified paper copy."""

    code = "SH-1023"
    vi = "Bản sao giấy có chứng thực không được số hóa; đã dừng, không lưu chữ, không lưu ảnh"
    en = "A certified paper copy is not to be digitized; stopped, no text and no image was kept"
    cure_vi = (
        "Số hóa bản chính, hoặc đề nghị bản sao điện tử có chứng thực; nếu nơi này vẫn cần lưu bản"
        ' sao, đặt [ocr] certified_copies = "keep"'
    )
    cure_en = (
        "Digitize the original, or ask for a certified electronic copy; where copies are to be"
        ' kept all the same, set [ocr] certified_copies = "keep"'
    )


class StateSecret(OutOfScope):
    """A page marked MẬT, TỐI MẬT or TUYỆT MẬT: out of scope by TT 01/2023 Đ4."""

    code = "SH-1009"
    exit_code = 17
    vi = "Có dấu chỉ mức độ mật; đã dừng, không lưu chữ, không lưu ảnh"
    en = "A secrecy mark was found; stopped, no text and no image was kept"
    cure_vi = "Chuyển bản giấy và tệp gốc cho cán bộ bảo mật; không số hóa tại đây"
    cure_en = "Hand paper and file to the officer for state secrets; do not digitize it here"


class WorkerDied(DocumentError):
    code = "SH-1010"
    exit_code = 18
    vi = "Tiến trình xử lý tài liệu này đã bị dừng đột ngột"
    en = "The process working on this document died"
    cure_vi = "Chạy lại; nếu lặp lại với cùng tài liệu, tệp có thể gây lỗi: quét lại"
    cure_en = "Run again; if the same document does it twice, scan it again"


class UnprovenPdf(DocumentError):
    """Our own output failed its checks, so it is not signed."""

    code = "SH-1011"
    exit_code = 19
    vi = "PDF/A tạo ra không qua được kiểm tra, nên không ký"
    en = "The PDF/A made from it failed its checks, so it was not signed"
    cure_vi = "Gửi mã này cho người phát triển kèm tệp gốc nếu được phép"
    cure_en = "Report it with the original, if that may be shared"


class SignatureLapsed(DocumentError):
    """A signed PDF of the archive whose proof ended before it was renewed."""

    code = "SH-1021"
    exit_code = 19
    vi = "Chữ ký không còn chứng minh được, nên không gia hạn được"
    en = "The signatures can't be proven any more, so they can't be renewed"
    cure_vi = "Xem `sohoa verify`; nếu thiếu chứng thư gốc thì thêm vào [signing] trust_folder"
    cure_en = "See `sohoa verify`; if a root is missing, put it into [signing] trust_folder"


# ── the world's trouble: retry, then stop, resumable ─────────────────────────────────────────


class Unavailable(DigitizationError):
    code = "SH-2000"
    exit_code = 20
    vi = "Một dịch vụ cần thiết đang không dùng được"
    en = "A service that is needed is not available"
    cure_vi = "Khi dịch vụ chạy lại, chạy `sohoa run`: việc tiếp tục từ chỗ dừng"
    cure_en = "When it is back, run `sohoa run` again: the work goes on where it stopped"


class StoreUnavailable(Unavailable):
    code = "SH-2001"
    exit_code = 21
    vi = "Kho lưu trữ không trả lời"
    en = "The object store does not answer"
    cure_vi = "Kiểm tra [storage] endpoint, tên bucket, khóa truy cập và mạng; rồi chạy lại"
    cure_en = "Check [storage] endpoint, bucket, access key and network; then run again"


class TimestampUnavailable(Unavailable):
    code = "SH-2002"
    exit_code = 22
    vi = "Máy chủ cấp dấu thời gian (TSA) không trả lời đúng"
    en = "The time-stamp authority does not answer as it should"
    cure_vi = "Kiểm tra [signing] tsa_url và mạng; tài liệu chờ, không ký thiếu dấu thời gian"
    cure_en = "Check [signing] tsa_url and network; documents wait, none is signed without a stamp"


class KeyUnavailable(Unavailable):
    code = "SH-2003"
    exit_code = 23
    vi = "Không dùng được khóa ký"
    en = "The signing key can't be used"
    cure_vi = "Kiểm tra tệp khóa, mật khẩu và hạn chứng thư trong [signing]"
    cure_en = "Check key file, passphrase and certificate dates in [signing]"


class WrongPassphrase(KeyUnavailable):
    code = "SH-2004"
    vi = "Mật khẩu hoặc PIN của khóa ký không đúng"
    en = "The passphrase or PIN of the signing key is wrong"
    cure_vi = "Sửa nội dung tệp passphrase_file (hoặc nguồn PIN khác); chương trình không thử lại"
    cure_en = "Correct the contents of passphrase_file (or where the PIN is); it is not tried again"


class CertificateExpired(KeyUnavailable):
    code = "SH-2005"
    vi = "Chứng thư số chưa có hoặc đã hết hiệu lực"
    en = "The signing certificate is not yet, or no longer, valid"
    cure_vi = "Gia hạn chứng thư với nhà cung cấp rồi đổi tệp khóa trong [signing]"
    cure_en = "Renew it with the certificate authority, then change the key in [signing]"


class CertificateRevoked(KeyUnavailable):
    code = "SH-2011"
    vi = "Chứng thư số đã bị thu hồi"
    en = "The signing certificate is revoked"
    cure_vi = "Không ký nữa; hỏi nhà cung cấp lý do và xin cấp chứng thư mới"
    cure_en = "Sign nothing more; ask the certificate authority why, and get a new certificate"


class PinAtRisk(KeyUnavailable):
    """A token that counted a wrong PIN; another wrong one may lock it."""

    code = "SH-2012"
    vi = "Token đã ghi nhận PIN sai hoặc đã khóa; chương trình không thử PIN"
    en = "The token has counted a wrong PIN or is locked; no PIN was tried"
    cure_vi = "Đăng nhập một lần bằng phần mềm của token với PIN đúng (hoặc mở khóa), rồi chạy lại"
    cure_en = "Log in once with the token's own software and the right PIN, or unlock it; run again"


class TokenGone(KeyUnavailable):
    code = "SH-2013"
    vi = "Không thấy token ký số, hoặc token bị rút ra giữa chừng"
    en = "The signing token is not there, or was pulled out on the way"
    cure_vi = "Cắm lại token, kiểm tra pkcs11_module và pkcs11_token, rồi chạy lại"
    cure_en = "Plug it in, check pkcs11_module and pkcs11_token, then run again"


class SigningServiceUnavailable(KeyUnavailable):
    code = "SH-2014"
    vi = "Dịch vụ ký số từ xa không trả lời đúng"
    en = "The remote signing service does not answer as it should"
    cure_vi = "Kiểm tra csc_url, tài khoản và mạng; tài liệu chờ, chạy lại khi dịch vụ hoạt động"
    cure_en = "Check csc_url, account and network; documents wait, run again when it is back"


class DiskFull(Unavailable):
    code = "SH-2006"
    exit_code = 24
    vi = "Không ghi được lên đĩa"
    en = "The disk can't be written to"
    cure_vi = "Giải phóng chỗ hoặc kiểm tra quyền ghi ở thư mục dữ liệu, rồi chạy lại"
    cure_en = "Free some space or check write access to the data folder, then run again"


class CatalogUnavailable(Unavailable):
    code = "SH-2007"
    exit_code = 25
    vi = "Không dùng được mục lục tra cứu"
    en = "The catalog can't be used"
    cure_vi = "Kiểm tra [storage] catalog; nếu mục lục hỏng hoặc mất, chạy `sohoa catalog rebuild`"
    cure_en = "Check [storage] catalog; if it is damaged or gone, run `sohoa catalog rebuild`"


class RevocationUnavailable(Unavailable):
    code = "SH-2008"
    exit_code = 26
    vi = "Không lấy được bằng chứng chứng thư còn hiệu lực (OCSP, CRL)"
    en = "No proof that the certificates are not revoked (OCSP, CRL) could be had"
    cure_vi = "Kiểm tra mạng tới OCSP/CRL của nhà cung cấp và [signing] trust_folder; rồi chạy lại"
    cure_en = "Check the way to the authority's OCSP/CRL and [signing] trust_folder; then run again"


class MailUnavailable(Unavailable):
    code = "SH-2016"
    exit_code = 27
    vi = "Không gửi được thư báo cáo"
    en = "The report could not be sent by e-mail"
    cure_vi = "Kiểm tra [mail] và máy chủ thư; báo cáo vẫn nằm trên đĩa"
    cure_en = "Check [mail] and the mail server; the report is on the disk all the same"


class ScannerUnavailable(Unavailable):
    code = "SH-2017"
    exit_code = 28
    vi = "Máy quét không quét được"
    en = "The scanner can't scan"
    cure_vi = "Xem máy quét (giấy, nắp, kẹt), đặt lại cả tập rồi quét lần nữa; `sohoa scan --list`"
    cure_en = "Look at it (paper, cover, jam), put the whole stack in again; `sohoa scan --list`"


# ── the bytes' trouble: stop at once, touch nothing ──────────────────────────────────────────


class IntegrityError(DigitizationError):
    code = "SH-3000"
    exit_code = 30
    vi = "Dữ liệu đã ghi không còn khớp với mã băm của nó"
    en = "Stored data no longer matches its hash"
    cure_vi = "Dừng mọi việc ghi, không xóa gì, gọi người quản trị; khôi phục từ bản sao lưu"
    cure_en = "Stop all writing, delete nothing, call the administrator; restore from the back-up"


class StoredObjectDiffers(IntegrityError):
    code = "SH-3001"
    exit_code = 31
    vi = "Đối tượng trong kho khác với bản đã gửi"
    en = "An object in the store differs from what was sent"


class JournalDamaged(IntegrityError):
    code = "SH-3002"
    exit_code = 32
    vi = "Sổ việc (journal) bị hỏng"
    en = "The journal is damaged"
    cure_vi = "Giữ nguyên thư mục work, chép sang chỗ khác, gọi người quản trị"
    cure_en = "Leave the work folder as it is, copy it elsewhere, call the administrator"


class ObjectMissing(IntegrityError):
    code = "SH-3004"
    exit_code = 34
    vi = "Kho không có đối tượng lẽ ra phải có"
    en = "An object that should be in the store is not there"


# ── ours to set right: do not start ──────────────────────────────────────────────────────────


class ConfigError(DigitizationError):
    code = "SH-0003"
    exit_code = 3
    vi = "Cấu hình sai"
    en = "The configuration is wrong"
    cure_vi = "Sửa tệp cấu hình; xem `sohoa config show` và docs/config.md"
    cure_en = "Correct the configuration file; see `sohoa config show` and docs/config.md"


class InboxMissing(ConfigError):
    code = "SH-0006"
    vi = "Không có thư mục nhận này"
    en = "There is no such inbox"
    cure_vi = "Kiểm tra đường dẫn, hoặc ổ mạng đã được gắn chưa"
    cure_en = "Check the path, or whether the network drive is mounted"


class SecretExposed(ConfigError):
    code = "SH-0008"
    vi = "Người khác đọc được tệp giữ mật khẩu hoặc PIN"
    en = "Others can read a file that holds a passphrase or PIN"
    cure_vi = "Chạy `chmod 600 TỆP`, giao tệp cho đúng tài khoản, và cân nhắc đổi mật khẩu"
    cure_en = "Run `chmod 600 FILE`, give it to the right account, and consider a new passphrase"


class NotWaiting(ConfigError):
    code = "SH-0007"
    vi = "Không có (hoặc có nhiều hơn một) tài liệu chờ xác nhận mang mã này"
    en = "No document, or more than one, waits for review under this id"
    cure_vi = "Chạy `sohoa review` để xem các mã đang chờ"
    cure_en = "Run `sohoa review` to see the ids that wait"


class NotHeld(ConfigError):
    code = "SH-0011"
    vi = "Không có (hoặc có nhiều hơn một) tập, lô mang tên này"
    en = "No stack or batch, or more than one, has this name"
    cure_vi = "Xem tên đúng bằng `sohoa intake` (tập bị giữ ở cửa) hoặc `sohoa batch list` (lô)"
    cure_en = "See the names with `sohoa intake` (stacks held) or `sohoa batch list` (batches)"


class TooFewConfirmed(ConfigError):
    """Too few values were confirmed by people to prove any threshold."""

    code = "SH-0010"
    vi = "Chưa đủ giá trị đã được xác nhận để tính ngưỡng"
    en = "Too few values have been confirmed to work out a threshold"
    cure_vi = "Xác nhận thêm bằng `sohoa review`, hoặc hạ --target: mức càng cao càng cần nhiều"
    cure_en = "Confirm more with `sohoa review`, or lower --target: a higher one needs more"


class NotReady(ConfigError):
    code = "SH-0009"
    vi = "Không có (hoặc có nhiều hơn một) tài liệu chờ ký mang mã này"
    en = "No document ready to be signed has this id, or more than one has"
    cure_vi = "Xem danh sách bằng `sohoa sign --list` rồi cho đủ ký tự của mã"
    cure_en = "See the list with `sohoa sign --list` and give enough digits of the id"


class MissingDependency(DigitizationError):
    code = "SH-0004"
    exit_code = 4
    vi = "Thiếu phần mềm cần thiết"
    en = "A program or model that is needed is missing"
    cure_vi = "Chạy `sohoa doctor`: mỗi dòng nói cần cài gì"
    cure_en = "Run `sohoa doctor`: each line says what to install"


class RunLocked(DigitizationError):
    code = "SH-0005"
    exit_code = 5
    vi = "Một lệnh khác đang dùng thư mục dữ liệu này"
    en = "Another command is using this data folder"
    cure_vi = "Chờ lượt đó xong (`sohoa status`), hoặc dùng thư mục dữ liệu khác"
    cure_en = "Wait for it to finish (`sohoa status`), or use another data folder"


class NotPermitted(DigitizationError):
    code = "SH-0077"
    exit_code = 77
    vi = "Không được phép"
    en = "Not permitted"
    cure_vi = "Hỏi người quản trị về quyền của tài khoản này"
    cure_en = "Ask the administrator about the rights of this account"
