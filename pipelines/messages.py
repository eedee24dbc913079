"""What the application says to people, each sentence in Vietnamese and English.

Error sentences stand with their class in `digitizer.errors`; all others stand here. A test holds
both languages to the same keys and the same placeholders.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

Lang = Literal["vi", "en"]

TEXTS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        # progress
        "progress.begin": ("Có {found} tệp trong thư mục nhận", "{found} files in the inbox"),
        "progress.line": (
            "{done}/{found} tệp · {pages} trang · {archived} đã lưu · {waiting} chờ"
            " · {quarantined} cách ly · còn khoảng {minutes} phút",
            "{done}/{found} files · {pages} pages · {archived} archived · {waiting} waiting"
            " · {quarantined} quarantined · about {minutes} min left",
        ),
        # states
        "state.archived": ("đã ký và lưu trữ", "signed and archived"),
        "state.duplicate": ("trùng tệp đã có", "duplicate"),
        "state.quarantined": ("cách ly", "quarantined"),
        "state.waiting": ("đang chờ", "waiting"),
        # why a document waits, and what ends the wait
        "wait.review": (
            "cần người xác nhận: {detail}",
            "a person has to confirm: {detail}",
        ),
        "wait.review.cure": (
            "Xem và xác nhận bằng `sohoa review show MÃ`, rồi chạy lại `sohoa run`",
            "Look and confirm with `sohoa review show ID`, then run `sohoa run` again",
        ),
        "wait.signature_unproven": (
            "chữ ký số có sẵn chưa chứng minh được là hợp lệ ({detail})",
            "the signature it came with can't be proven valid ({detail})",
        ),
        "wait.signature_unproven.cure": (
            "Đặt chứng thư gốc của nhà cung cấp vào [signing] trust_folder rồi chạy lại; hoặc đặt"
            ' [intake] unverified_signed = "digitize" để số hóa như bản giấy',
            "Put the authority's root certificate into [signing] trust_folder and run again; or"
            ' set [intake] unverified_signed = "digitize" to treat it like paper',
        ),
        "wait.unavailable": ("dịch vụ chưa sẵn sàng ({detail})", "a service is away ({detail})"),
        "wait.unavailable.cure": (
            "Khi dịch vụ chạy lại, chạy `sohoa run`: việc tiếp tục từ chỗ dừng",
            "When it is back, run `sohoa run`: the work goes on where it stopped",
        ),
        "wait.still_written": ("tệp còn đang được ghi", "the file is still being written"),
        "wait.still_written.cure": (
            "Lượt chạy sau sẽ lấy tệp này",
            "The next run will take it",
        ),
        "wait.not_reached": ("chưa tới lượt", "not reached"),
        "wait.not_reached.cure": ("Chạy `sohoa run` lần nữa", "Run `sohoa run` again"),
        # summary of a run
        "run.title": ("Kết quả lượt chạy {when}", "Run of {when}"),
        "run.intake": ("Tiếp nhận", "Intake"),
        "run.archived": ("Đã ký và lưu trữ", "Signed and archived"),
        "run.duplicate": ("Trùng", "Duplicate"),
        "run.quarantined": ("Cách ly", "Quarantined"),
        "run.waiting": ("Đang chờ", "Waiting"),
        "run.row": (
            "{label:<20} {documents:>6} tài liệu {pages:>8} trang{unknown}",
            "{label:<20} {documents:>6} documents {pages:>8} pages{unknown}",
        ),
        "run.unknown": (" (+{count} tệp không đếm được trang)", " (+{count} uncountable)"),
        "run.balanced": (
            "Cân đối: tiếp nhận = đã lưu + trùng + cách ly + chờ, đến từng trang.",
            "It balances: intake = archived + duplicate + quarantined + waiting, to the page.",
        ),
        "run.unbalanced": (
            "KHÔNG CÂN ĐỐI. Dừng lại và báo người quản trị.",
            "IT DOES NOT BALANCE. Stop and tell the administrator.",
        ),
        "run.nothing_new": ("Không có tài liệu mới.", "There is nothing new."),
        "run.report": ("Báo cáo: {path}", "Report: {path}"),
        "run.archive": ("Kho lưu trữ: {place}", "Archive: {place}"),
        "run.throwaway": (
            "CHỮ KÝ DÙNG THỬ: khóa tự tạo, không có giá trị pháp lý."
            " Đặt [signing] key khi dùng thật.",
            "TRIAL SIGNATURE: a self-made key without legal value. Set [signing] key for real use.",
        ),
        "run.attention": ("Cần xem:", "To be looked at:"),
        "run.more": ("… và {count} tài liệu nữa trong báo cáo", "… and {count} more in the report"),
        "run.stopped": ("Lượt chạy dừng sớm: {error}", "The run stopped early: {error}"),
        "run.window_over": (
            "Hết khung giờ; phần còn lại sẽ chạy tiếp lần sau.",
            "The time window is over; the rest goes on next time.",
        ),
        "cure": ("Cách xử lý: {cure}", "What to do: {cure}"),
        # report page
        "report.title": ("Báo cáo số hóa", "Digitization report"),
        "report.document": ("Tài liệu", "Document"),
        "report.state": ("Trạng thái", "State"),
        "report.pages": ("Trang", "Pages"),
        "report.fields": ("Trường đọc được", "Fields"),
        "report.documents": ("tài liệu", "documents"),
        "report.page": ("trang {page}", "page {page}"),
        "report.earlier": ("từ lượt trước", "from an earlier run"),
        "report.left_out": (
            "… và {count} tài liệu đã lưu trữ từ các lượt trước",
            "… and {count} documents archived in earlier runs",
        ),
        "report.period": ("Từ {start} đến {end}", "From {start} to {end}"),
        "report.no_picture": ("không có ảnh", "no picture"),
        # status
        "status.title": ("Thư mục dữ liệu: {data}", "Data folder: {data}"),
        "status.empty": ("Chưa có lượt chạy nào.", "Nothing has been run yet."),
        "status.locked": ("Một lượt chạy đang làm việc.", "A run is at work."),
        "status.idle": ("Không có lượt chạy nào đang làm việc.", "No run is at work."),
        "status.refused": ("từ chối ở cửa", "refused at the door"),
        "status.unfinished": ("đang dở", "unfinished"),
        "status.last_report": ("Báo cáo gần nhất: {path}", "Latest report: {path}"),
        # verify
        "verify.valid": ("HỢP LỆ", "VALID"),
        "verify.invalid": ("KHÔNG HỢP LỆ", "NOT VALID"),
        "verify.indeterminate": ("CHƯA KẾT LUẬN ĐƯỢC", "INDETERMINATE"),
        "verify.unsigned": ("CHƯA KÝ", "UNSIGNED"),
        "verify.signature": (
            "Chữ ký {number}: {signer} · {when} · {level}",
            "Signature {number}: {signer} · {when} · {level}",
        ),
        "verify.issuer": ("  cấp bởi {issuer}", "  issued by {issuer}"),
        "verify.throwaway": (
            "  khóa dùng thử, không có giá trị pháp lý",
            "  trial key without legal value",
        ),
        "verify.in_archive": (
            "Khớp với bản lưu trữ: tài liệu {document}",
            "Equal to the archived copy: document {document}",
        ),
        "verify.not_in_archive": (
            "Không có trong danh mục kho lưu trữ này",
            "Not in this archive's catalog",
        ),
        # doctor
        "doctor.ok": ("Mọi thứ sẵn sàng.", "Everything is ready."),
        "doctor.trouble": ("{count} việc cần xử lý.", "{count} things to put right."),
        # review
        "review.none": ("Không có tài liệu nào chờ xác nhận.", "No document waits for review."),
        "review.hint": (
            "Xem một tài liệu: sohoa review show MÃ. Xác nhận: sohoa review confirm MÃ",
            "Look at one: sohoa review show ID. Confirm: sohoa review confirm ID",
        ),
        "review.crop": ("ảnh vùng chữ: {path}", "picture of the place: {path}"),
        "review.confirmed": (
            "Đã ghi xác nhận. Chạy `sohoa run` để ký và lưu trữ.",
            "Confirmed. Run `sohoa run` to sign and archive it.",
        ),
        "review.doubtful": ("cần xác nhận", "to be confirmed"),
        "review.accepted": ("đã chấp nhận", "accepted"),
        "review.absent": ("không có", "absent"),
        # catalog
        "catalog.rebuilt": (
            "Đã dựng lại danh mục từ kho: {count} tài liệu",
            "The catalog was made again from storage: {count} documents",
        ),
    }
)


class Catalogue:
    """Texts in one language: `texts("run.report", path=…)`."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._column = 0 if lang == "vi" else 1

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence for `key`. Raises KeyError for a key no one wrote."""
        return TEXTS[key][self._column].format(**values)
