"""What the application says to people, each sentence in Vietnamese and English.

Error sentences stand with their class in `digitizer.errors`; all others stand here. A test holds
both languages to the same keys and the same placeholders.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

from pipelines.operator_texts import OPERATOR_TEXTS

Lang = Literal["vi", "en"]

TEXTS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        **OPERATOR_TEXTS,
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
        "wait.signature_weak.cure": (
            "Không còn cách nào chứng minh chữ ký này: xin cơ quan phát hành bản ký lại; hoặc đặt"
            ' [intake] unverified_signed = "digitize" để số hóa như bản giấy',
            "Nothing can prove this signature any more: ask the issuer for one signed anew; or"
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
        "wait.signature": (
            "đã sẵn sàng, chờ phiên ký",
            "ready, waits for a signing session",
        ),
        "wait.signature.cure": (
            "Người giữ con dấu duyệt và ký bằng `sohoa sign`",
            "The officer who keeps the seal approves and signs with `sohoa sign`",
        ),
        "wait.quota": (
            "đã hết hạn mức ký tự động trong ngày",
            "the day's quota of unattended sealing is used up",
        ),
        "wait.quota.cure": (
            "Chạy `sohoa run` ngày hôm sau, hoặc nâng [signing] daily_quota",
            "Run `sohoa run` the next day, or raise [signing] daily_quota",
        ),
        "wait.elsewhere": (
            "một lượt chạy khác đang làm tài liệu này",
            "another run is working on it",
        ),
        "wait.elsewhere.cure": (
            "Không phải làm gì; `sohoa status` cho biết lượt nào, trên máy nào",
            "Nothing to do; `sohoa status` says which run, on which machine",
        ),
        "wait.miscount": (
            "số tờ, số trang không khớp: {detail}",
            "sheets or pages do not agree: {detail}",
        ),
        "wait.miscount.cure": (
            "Mở tập giấy tại tờ đã nêu, quét lại cả tập thay cho tệp này; nếu giấy đúng là như vậy"
            ' thì chạy `sohoa intake pass TỆP --because "LÝ DO"`',
            "Open the stack at the sheet named, scan the stack again in place of this file; if the"
            ' paper is right as it is, run `sohoa intake pass FILE --because "REASON"`',
        ),
        "wait.manifest": (
            "thư mục không khớp với danh mục manifest ({detail})",
            "the folder is not as its manifest says ({detail})",
        ),
        "wait.manifest.cure": (
            "Thêm tệp còn thiếu (-), bỏ hoặc khai tệp thừa (+), hoặc sửa manifest, rồi chạy lại",
            "Add the files that are missing (-), remove or list those too many (+), or mend the"
            " manifest, then run again",
        ),
        # what does not agree in a stack
        "fault.pages": (
            "{place} khai {declared} trang, quét được {found}",
            "{place} declares {declared} pages, {found} were scanned",
        ),
        "fault.empty": ("{place} không có trang nào sau nó", "{place} has no page after it"),
        "fault.leading": (
            "{found} trang trước tờ phân cách đầu tiên (từ {place}): có thể lọt mất một tờ",
            "{found} pages before the first sheet (from {place}): a sheet may have slipped",
        ),
        "fault.spoiled": (
            "{place}: mã trên tờ phân cách hỏng",
            "{place}: a sheet's code is spoiled",
        ),
        "fault.back": (
            "{place} khai quét hai mặt, mà trang kế tiếp không phải mặt sau trắng của nó",
            "{place} says both sides are scanned, but the next page is not its empty back",
        ),
        "fault.odd": (
            "{place} quét hai mặt mà có {found} trang, số lẻ",
            "{place} is scanned on both sides and has {found} pages, an odd number",
        ),
        "fault.twice": ("{place} có hai lần trong tập", "{place} stands in the stack twice"),
        "fault.missing": (
            "không thấy {place} trong tập nào",
            "{place} was found in no stack",
        ),
        "fault.skipped": (
            "trước {place} nhảy {found} số: một tờ phân cách có thể đã lọt theo tờ khác, cùng giấy"
            " tờ sau nó; nếu tờ ấy không dùng thì cho qua",
            "{found} numbers are skipped before {place}: a sheet may have slipped through, with its"
            " papers; if it was not used, let the stack pass",
        ),
        "fault.used": (
            "{place} đã đi cùng một tập khác vào kho",
            "{place} came in with another stack before",
        ),
        "fault.none": (
            "tập {found} trang không có tờ phân cách nào",
            "a stack of {found} pages without a separator sheet",
        ),
        "fault.backs": (
            "mặt trước {declared} trang, mặt sau {found} trang: hai lượt quét phải bằng nhau",
            "{declared} fronts, {found} backs: both passes must have as many pages",
        ),
        "fault.gap": (
            "tên tệp nhảy số, thiếu {place}",
            "the files' numbers have a gap at {place}",
        ),
        "fault.sheet": ("tờ phân cách {sheet}", "separator {sheet}"),
        "fault.in_box": (", {box}", ", {box}"),
        "fault.in_set": (" (bộ {set})", " (set {set})"),
        "fault.page": ("trang {page} của tập", "page {page} of the stack"),
        # separator sheets, the door
        "separators.made": (
            "Đã in {count} tờ phân cách, bộ {set}: {file}",
            "{count} separator sheets, set {set}: {file}",
        ),
        "separators.hint": (
            "In trên A4, đúng cỡ (100 %). Đặt mỗi tờ ngay trước tài liệu của nó rồi quét cả tập.",
            "Print on A4 at 100 %. Put each sheet right before its document and scan the stack.",
        ),
        "scan.page": ("Đã quét trang {page}", "Page {page} scanned"),
        "scan.done": ("{pages} trang vào {file}", "{pages} pages in {file}"),
        "scan.none": ("Không thấy máy quét nào.", "No scanner found."),
        "intake.none": ("Không có tập nào bị giữ ở cửa.", "No stack is held at the door."),
        "intake.held": ("{name}: {what}", "{name}: {what}"),
        "intake.dropped": ("Đã bỏ tập {name}.", "The stack {name} was dropped."),
        "intake.claimed": ("Đã nhận {name}", "Claimed {name}"),
        "intake.passed": (
            "Đã ghi: {name} được cho qua. Chạy `sohoa run`.",
            "Noted: {name} may pass. Run `sohoa run`.",
        ),
        # batches
        "batch.created": ("Đã mở lô {name}.", "Batch {name} is open."),
        "batch.taken": (
            "lô {name}: tên trống, hoặc tên hay thư mục đã thuộc một lô khác",
            "batch {name}: no name, or name or folder belong to another batch",
        ),
        "batch.none": ("Chưa có lô nào.", "There is no batch."),
        "batch.open": ("đang mở", "open"),
        "batch.accepted": ("đạt", "accepted"),
        "batch.rejected": ("không đạt", "rejected"),
        "batch.line": (
            "{name}: {state} · {documents} tài liệu, {pages} trang đã lưu · {unfinished} chưa xong",
            "{name}: {state} · {documents} documents, {pages} pages archived"
            " · {unfinished} unfinished",
        ),
        "batch.count": (
            "{documents} tài liệu, {pages} trang",
            "{documents} documents, {pages} pages",
        ),
        "batch.paper": (
            "  khổ {size}: {pages} trang, {blank} trang trắng",
            "  size {size}: {pages} pages, {blank} blank",
        ),
        "batch.sample": (
            "  mẫu {count}/{lot} (hạt giống {seed}): {faulty} lỗi, cho phép {limit};"
            " còn {left} chưa xem",
            "  sample {count} of {lot} (seed {seed}): {faulty} faulty, {limit} allowed; {left} not"
            " looked at",
        ),
        "batch.unfinished": (
            "Chưa đóng được: {count} tài liệu hoặc tập chưa xong, hoặc chưa có gì được lưu trữ.",
            "It can't be closed: {count} documents or stacks unfinished, or nothing is archived.",
        ),
        "batch.to_look": ("Cần xem lại {count} tài liệu:", "{count} documents to be looked at:"),
        "batch.look_hint": (
            "Mở bản lưu, so với giấy, rồi:"
            ' sohoa batch look "{name}" MÃ --good | --faulty --reason "…"',
            "Open what was archived, compare it with the paper, then:"
            ' sohoa batch look "{name}" ID --good | --faulty --reason "…"',
        ),
        "batch.looked": (
            "Đã ghi {document}; còn {left} tài liệu trong mẫu.",
            "{document} noted; {left} left in the sample.",
        ),
        "batch.note": ("Biên bản: {path}", "Delivery note: {path}"),
        "batch.reopened": (
            "Lô {name} mở lại, lần {round}.",
            "Batch {name} is open, round {round}.",
        ),
        "batch.is_closed": (
            "lô {name} đã đóng; mở lại bằng `sohoa batch reopen`",
            "batch {name} is closed; open it with `sohoa batch reopen`",
        ),
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
        "run.certificate_ends": (
            "Chứng thư ký còn {days} ngày: xin gia hạn với nhà cung cấp.",
            "The signing certificate ends in {days} days: renew it with the authority.",
        ),
        "run.lapsing": (
            "{count} tài liệu trong kho hết hạn chứng minh chữ ký trong 12 tháng tới, sớm nhất"
            " {first}: chạy `sohoa renew`.",
            "The proof of {count} archived documents lapses within 12 months, first on {first}:"
            " run `sohoa renew`.",
        ),
        "run.quota_over": (
            "Hết hạn mức ký tự động trong ngày ({quota}); phần còn lại chờ ngày hôm sau.",
            "The day's quota of unattended sealing ({quota}) is used up; the rest waits for the"
            " next day.",
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
        "status.locked": (
            "Một lệnh đang giữ riêng thư mục này (ký, gia hạn, kiểm tra, sao lưu).",
            "A command has this folder for itself (signing, renewal, audit, back-up).",
        ),
        "status.run_alive": (
            "Lượt chạy {number} đang làm việc trên máy {host} (tiến trình {pid}) từ {began_at},"
            " giữ {leased} tài liệu.",
            "Run {number} is at work on {host} (process {pid}) since {began_at}, with {leased}"
            " documents in hand.",
        ),
        "status.run_killed": (
            "Lượt chạy {number} trên máy {host} (từ {began_at}) đã bị dừng giữa chừng, còn dở"
            " {leased} tài liệu: chạy `sohoa run`, việc tiếp tục từ chỗ dừng.",
            "Run {number} on {host} (since {began_at}) was cut short with {leased} documents in"
            " hand: `sohoa run` goes on where it stopped.",
        ),
        "status.place": ("                     ở {place}", "                     in {place}"),
        "status.idle": ("Không có lượt chạy nào đang làm việc.", "No run is at work."),
        "status.refused": ("từ chối ở cửa", "refused at the door"),
        "status.unfinished": ("đang dở", "unfinished"),
        "status.last_report": ("Báo cáo gần nhất: {path}", "Latest report: {path}"),
        # verify
        "verify.valid": ("HỢP LỆ", "VALID"),
        "verify.invalid": ("KHÔNG HỢP LỆ", "NOT VALID"),
        "verify.indeterminate": ("CHƯA KẾT LUẬN ĐƯỢC", "INDETERMINATE"),
        "verify.unsigned": ("CHƯA KÝ", "UNSIGNED"),
        "verify.kind.signature": ("Chữ ký {number}", "Signature {number}"),
        "verify.kind.timestamp": ("Dấu thời gian {number}", "Time stamp {number}"),
        "verify.time.proven": ("có dấu thời gian", "proven by a time stamp"),
        "verify.time.claimed": ("theo máy người ký", "by the signer's clock"),
        "verify.issuer": ("  cấp bởi {issuer}", "  issued by {issuer}"),
        "verify.holds": (
            "  còn giá trị: nguyên vẹn, dẫn tới gốc được tin cậy, chứng thư còn hạn lúc {moment};"
            " {source}",
            "  holds: intact, leads to a trusted root, certificate in its dates at {moment};"
            " {source}",
        ),
        "verify.does_not_hold": ("  không đứng vững: {why}", "  does not hold: {why}"),
        "verify.revocation.ocsp_embedded": (
            "chưa bị thu hồi theo OCSP trong tệp",
            "not revoked by the OCSP response in the file",
        ),
        "verify.revocation.ocsp_fetched": (
            "chưa bị thu hồi theo OCSP vừa hỏi",
            "not revoked by the OCSP response just fetched",
        ),
        "verify.revocation.crl_embedded": (
            "chưa bị thu hồi theo danh sách (CRL) trong tệp",
            "not revoked by the list (CRL) in the file",
        ),
        "verify.revocation.crl_fetched": (
            "chưa bị thu hồi theo danh sách (CRL) vừa tải",
            "not revoked by the list (CRL) just fetched",
        ),
        "verify.revocation.none": (
            "khóa dùng thử không có danh sách thu hồi",
            "a trial key has no revocation list",
        ),
        "verify.covers.all": (
            "  bao trùm toàn bộ tệp, {bytes} byte{others}",
            "  covers the whole file, {bytes} bytes{others}",
        ),
        "verify.covers.part": (
            "  bao trùm {bytes} byte đầu{others}",
            "  covers the first {bytes} bytes{others}",
        ),
        "verify.covers.others": (", gồm cả số {numbers}", ", number {numbers} among them"),
        "verify.throwaway": (
            "  khóa dùng thử, không có giá trị pháp lý",
            "  trial key without legal value",
        ),
        "verify.pdfa.confirmed": (
            "PDF/A: tệp khai là PDF/A-{claimed}; phần trước chữ ký đầu tiên đúng cấu trúc",
            "PDF/A: claims PDF/A-{claimed}; its structure before the first signature agrees",
        ),
        "verify.pdfa.not_confirmed": (
            "PDF/A: tệp khai là PDF/A-{claimed}; chưa xác nhận được ({rules})",
            "PDF/A: claims PDF/A-{claimed}; that is not confirmed ({rules})",
        ),
        "verify.pdfa.not_checked": (
            "PDF/A: tệp khai là PDF/A-{claimed}; cấu trúc chưa kiểm tra được",
            "PDF/A: claims PDF/A-{claimed}; its structure could not be checked",
        ),
        "verify.pdfa.none": (
            "PDF/A: tệp không khai là PDF/A, hoặc không đọc được",
            "PDF/A: the file does not claim to be PDF/A, or can't be read",
        ),
        "verify.archive.equal": (
            "Kho lưu trữ: đúng là bản đang lưu của tài liệu {document}",
            "Archive: equal to the copy on record of document {document}",
        ),
        "verify.archive.earlier_version": (
            "Kho lưu trữ: là bản trước khi gia hạn của tài liệu {document}",
            "Archive: the copy of document {document} before its renewal",
        ),
        "verify.archive.original": (
            "Kho lưu trữ: là tệp gốc lúc tiếp nhận của tài liệu {document}",
            "Archive: the file that document {document} came in as",
        ),
        "verify.archive.differs": (
            "Kho lưu trữ: danh mục có tệp này nhưng hồ sơ lưu trữ thì không ({document});"
            " chạy `sohoa catalog rebuild`",
            "Archive: the catalog knows this file, the record does not ({document});"
            " run `sohoa catalog rebuild`",
        ),
        "verify.archive.not_held": (
            "Kho lưu trữ: không có tài liệu nào với đúng các byte này",
            "Archive: no document with these very bytes",
        ),
        "verify.archive.unknown": (
            "Kho lưu trữ: chưa đối chiếu được",
            "Archive: could not be compared",
        ),
        # calibrate
        "calibrate.title": (
            "Ngưỡng để {target} giá trị máy tự nhận là đúng (độ tin cậy 95 %):",
            "Thresholds at which {target} of accepted values are right (95 % confidence):",
        ),
        "calibrate.found": (
            "{name}: từ {accept}; đúng {right}/{kept} ({low} – {high}); {review} phải xem lại",
            "{name}: from {accept}; {right} of {kept} right ({low} – {high}); {review} to review",
        ),
        "calibrate.none": (
            "{name}: không ngưỡng nào đạt; đúng {right}/{kept} ({low} – {high})",
            "{name}: no threshold reaches it; {right} of {kept} right ({low} – {high})",
        ),
        "calibrate.few": (
            "{name}: mới có {values} giá trị đã xác nhận, cần ít nhất {needed}",
            "{name}: {values} values confirmed so far, at least {needed} are needed",
        ),
        "calibrate.paste": (
            "Dán vào sohoa.toml nếu đồng ý (lệnh này không tự sửa cấu hình):",
            "Paste into sohoa.toml if you agree (nothing was changed):",
        ),
        # subject
        "subject.none": (
            "Kho không giữ giấy tờ nào của người này.",
            "The archive holds no paper of this person.",
        ),
        "subject.count": (
            "Kho giữ {count} giấy tờ của người này:",
            "The archive holds {count} papers of this person:",
        ),
        "subject.kept_until": ("giữ đến {day} ({period})", "kept until {day} ({period})"),
        "subject.kept": ("giữ: {period}", "kept: {period}"),
        "subject.basis": ("theo: {basis}", "by: {basis}"),
        "subject.unconfirmed": (
            "căn cứ chưa được xác nhận, hỏi văn thư – lưu trữ",
            "basis not confirmed, ask the records officer",
        ),
        "subject.looked": (
            "Đã được hỏi tới {count} lần (sohoa audit-log of).",
            "Asked about {count} times (sohoa audit-log of).",
        ),
        # identity-key
        "identity.key": ("{id}: {count} tài liệu", "{id}: {count} documents"),
        "identity.newest": (
            "{id} (đang dùng): {count} tài liệu",
            "{id} (in use): {count} documents",
        ),
        "identity.rotated": (
            "Khóa mới {id}. Sao lưu tệp khóa ngay, khởi động lại `sohoa serve`.",
            "New key {id}. Back the key file up now, restart `sohoa serve`.",
        ),
        # package
        "package.done": (
            "{count} gói, {files} tệp, {size} MB: {file}",
            "{count} packages, {files} files, {size} MB: {file}",
        ),
        "package.held": (
            "Đã giữ {documents} tài liệu ({count} tệp).",
            "{documents} documents held ({count} objects).",
        ),
        "package.released": (
            "Đã bỏ giữ {documents} tài liệu ({count} tệp).",
            "{documents} documents released ({count} objects).",
        ),
        "package.whole": ("Gói nguyên vẹn.", "The packages are whole."),
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
        "review.written": ("viết tay: xem ảnh và gõ lại", "handwritten: look and type it"),
        "review.accepted": ("đã chấp nhận", "accepted"),
        "review.absent": ("không có", "absent"),
        # renewal
        "renew.title": (
            "Gia hạn chữ ký hết hạn trước {horizon}",
            "Renewing signatures that lapse before {horizon}",
        ),
        "renew.nothing": ("Không có gì cần gia hạn.", "There is nothing to renew."),
        "renew.renewed": ("đã gia hạn", "renewed"),
        "renew.due": ("cần gia hạn", "to be renewed"),
        "renew.not_longer": (
            "chưa kéo dài được: chứng thư của dịch vụ dấu thời gian không dài hơn",
            "no gain yet: the time-stamp authority's certificate does not last longer",
        ),
        "renew.waiting": ("chờ dịch vụ, chạy lại sau", "a service is away, run again"),
        "renew.lapsed": (
            "QUÁ HẠN: chữ ký không còn chứng minh được",
            "TOO LATE: the signatures can't be proven any more",
        ),
        "renew.failed": ("không thêm được dấu thời gian", "can't be extended"),
        "renew.throwaway": (
            "chữ ký dùng thử, không gia hạn",
            "trial signature, never renewed",
        ),
        "renew.line": (
            "{document}  {what}  (hết hạn {lapses_at})",
            "{document}  {what}  (lapses {lapses_at})",
        ),
        "renew.until": (
            "{document}  {what}  ({lapses_at} → {until})",
            "{document}  {what}  ({lapses_at} → {until})",
        ),
        # safekeeping
        "audit.progress": ("  đã xét {count} tài liệu", "  {count} documents looked at"),
        "audit.title": (
            "Kiểm tra kho, phần {share}: {count} tài liệu",
            "Audit of the archive, share {share}: {count} documents",
        ),
        "audit.sound": (
            "Nguyên vẹn: mọi tệp đúng mã băm, chữ ký hợp lệ, danh mục khớp.",
            "Sound: every file has its hash, signatures are valid, the catalog agrees.",
        ),
        "audit.record": ("hồ sơ metadata mất hoặc đã bị đổi", "the record is gone or changed"),
        "audit.missing": ("tệp bị mất", "a file is missing"),
        "audit.changed": ("tệp đã bị đổi", "a file has changed"),
        "audit.stray": ("tệp lạ trong gói lưu trữ", "a file that the package knows nothing of"),
        "audit.signature": (
            "tệp đúng mã băm nhưng chữ ký không còn hợp lệ",
            "the file has its hash, but its signature is not valid any more",
        ),
        "audit.not_in_catalog": (
            "có trong kho, không có trong danh mục",
            "in the archive, not in the catalog",
        ),
        "audit.catalog_differs": (
            "danh mục nói khác hồ sơ",
            "the catalog says other than the record",
        ),
        "audit.not_in_archive": (
            "có trong danh mục, KHÔNG có trong kho",
            "in the catalog, NOT in the archive",
        ),
        "audit.repaired": ("đã sửa", "repaired"),
        "audit.cure": (
            "tệp mất hoặc đổi: `sohoa audit --repair` · danh mục: `sohoa catalog rebuild`"
            " · chữ ký: `sohoa verify`, rồi báo người quản trị kho",
            "files gone or changed: `sohoa audit --repair` · catalog: `sohoa catalog rebuild`"
            " · signatures: `sohoa verify`, then tell the archive's administrator",
        ),
        "backup.progress": ("  đã so {share} phần của kho", "  {share} of the archive compared"),
        "backup.done": (
            "Đã sao {count} tệp mới ({size} MB); {present} tệp đã có ở bản lưu thứ hai.",
            "{count} new files copied ({size} MB); {present} were in the second copy already.",
        ),
        "backup.drill": (
            "Thử lấy lại: {good}/{count} tài liệu nguyên vẹn",
            "Restore drill: {good} of {count} documents came back whole",
        ),
        "backup.state": (
            "Trạng thái thư mục dữ liệu: {count} tệp, {new} mới hoặc đã đổi ({size} MB, đã mã hóa)",
            "State of the data folder: {count} files, {new} new or changed ({size} MB, encrypted)",
        ),
        "backup.state_same": (
            "Trạng thái thư mục dữ liệu: {count} tệp, không đổi từ lần trước",
            "State of the data folder: {count} files, nothing changed since the last time",
        ),
        "backup.state_drill": (
            "Thử mở bản lưu trạng thái: {good}/{count} tệp nguyên vẹn",
            "Drill of the state: {good} of {count} files open whole",
        ),
        "restore.state": (
            "Đã lấy lại trạng thái lúc {when}: {count} tệp.",
            "The state of {when} is back: {count} files.",
        ),
        "restore.state_aside": (
            "Tệp đang có được chuyển sang {folder}.",
            "What stood there was moved to {folder}.",
        ),
        "restore.state_kept": (
            "Thư mục dữ liệu có trạng thái riêng, được để nguyên; muốn thay: "
            "`sohoa restore --state`.",
            "The data folder has a state of its own, left as it is; to replace it: "
            "`sohoa restore --state`.",
        ),
        "restore.state_none": (
            "Bản lưu thứ hai chưa có trạng thái của thư mục dữ liệu.",
            "The second copy holds no state of a data folder.",
        ),
        "restore.done": (
            "Đã lấy lại {count} tệp ({size} MB); danh mục có {known} tài liệu.",
            "{count} files brought back ({size} MB); the catalog knows {known} documents.",
        ),
        # signing session
        "sign.none": ("Không có tài liệu nào chờ ký.", "No document waits to be signed."),
        "sign.ready": (
            "Chờ ký: {documents} tài liệu, {pages} trang",
            "Ready to be signed: {documents} documents, {pages} pages",
        ),
        "sign.pages": ("{pages} trang", "{pages} pages"),
        "sign.picture": ("ảnh trang 1: {path}", "picture of page 1: {path}"),
        "sign.ask": (
            "Duyệt và ký {documents} tài liệu trên",
            "Approve and sign these {documents} documents",
        ),
        "sign.hint": (
            "Duyệt: sohoa sign --approve all (hoặc mã, hoặc tệp danh sách)",
            "Approve: sohoa sign --approve all (or ids, or a file with a list)",
        ),
        "sign.refused": ("Chưa ký tài liệu nào.", "Nothing was signed."),
        "sign.session": ("Phiên ký {session}", "Signing session {session}"),
        "sign.balanced": (
            "Cân đối: duyệt = đã lưu + cách ly + chờ, đến từng trang.",
            "It balances: approved = archived + quarantined + waiting, to the page.",
        ),
        "sign.closed": (
            "Đã ký và lưu biên bản của phiên trước; không có tài liệu nào chờ ký.",
            "The record of an earlier session is signed and stored; no document waits.",
        ),
        "sign.record": ("Biên bản phiên ký: {path}", "Record of the session: {path}"),
        "sign.no_record": (
            "Biên bản phiên ký chưa ký được; phiên sau sẽ ký và lưu.",
            "The session's record could not be signed yet; the next session will do it.",
        ),
        "sign.by": ("{signer} · {when}", "{signer} · {when}"),
        # bench
        "bench.title": (
            "Đã đo trên {documents} tệp, {pages} trang",
            "Measured on {documents} files, {pages} pages",
        ),
        "bench.refused": (
            "  {source}: {engine} không đọc được ({code})",
            "  {source}: {engine} can't read it ({code})",
        ),
        "bench.engine": ("Bộ nhận dạng {name}", "Engine {name}"),
        "bench.cost": (
            "  mỗi trang: CPU {cpu} s, thời gian {wall} s · bộ nhớ {memory} MB"
            " · khởi động {start} s",
            "  a page: CPU {cpu} s, wall {wall} s · memory {memory} MB · start {start} s",
        ),
        "bench.stages": (
            "  từng khâu (CPU/thời gian, s mỗi trang): {stages}",
            "  by stage (CPU/wall, s a page): {stages}",
        ),
        "bench.coverage": (
            "  không cần người xem lại: {coverage} của {words} từ",
            "  accepted without a person: {coverage} of {words} words",
        ),
        "bench.truth": (
            "  so với bản gõ ({documents} tệp, {words} từ): CER {cer} · WER {wer}"
            " · từ không thấy ở đâu {missing}",
            "  against the typed truth ({documents} files, {words} words): CER {cer} · WER {wer}"
            " · words found nowhere {missing}",
        ),
        "bench.agreement": (
            "{pair}: đọc giống nhau {share} của {words} từ",
            "{pair}: {share} of {words} words read alike",
        ),
        # the counter
        "serve.ready": ("Quầy tra cứu: {place}", "The desk: {place}"),
        "replica.made": (
            "Đã chép mục lục: {file}, {documents} tài liệu, đủ đến {as_of}",
            "The catalog was copied: {file}, {documents} documents, complete up to {as_of}",
        ),
        "key.shown_once": (
            "Chép khóa dưới đây ngay: nó chỉ hiện một lần. Ai có khóa thì hỏi được kho.",
            "Copy the key below now: it is shown once. Whoever has it can ask the archive.",
        ),
        "key.live": ("đang dùng", "live"),
        "key.expired": ("hết hạn", "expired"),
        "key.revoked": ("thu hồi", "revoked"),
        "key.revoked_now": ("Đã thu hồi khóa {id} ({label})", "Key {id} is revoked ({label})"),
        "audit.whole": ("Nhật ký nguyên vẹn: {lines} dòng", "The log is whole: {lines} lines"),
        "audit.head": (
            "Đầu mối (giữ ở nơi khác): {head}",
            "Head (keep it elsewhere): {head}",
        ),
        "audit.sealed": ("{log}: dòng {first}–{last}", "{log}: lines {first}–{last}"),
        "audit.roots": (
            "{count} gốc Merkle đã đối chiếu, {stamped} có dấu thời gian",
            "{count} Merkle roots compared, {stamped} with a time stamp",
        ),
        "audit.root_differs": (
            "{log}: khác với gốc Merkle đến dòng {last}, ở dòng {lines}",
            "{log}: differs from the Merkle root up to line {last}, at line {lines}",
        ),
        "audit.edited": (
            "Dòng {place} (số {number}) đã bị sửa",
            "Line {place} (number {number}) was edited",
        ),
        "audit.dropped": (
            "Trước dòng {place} (số {number}) có dòng bị bỏ",
            "Lines are missing before line {place} (number {number})",
        ),
        "audit.moved": (
            "Dòng {place} (số {number}) không nằm đúng chỗ",
            "Line {place} (number {number}) is not in its place",
        ),
        "audit.no_line": (
            "Dòng {place} không phải một dòng nhật ký",
            "Line {place} is no line of the log",
        ),
        "audit.cut_off": (
            "Nhật ký từng dài hơn: sau dòng {place} (số {number}) đã bị cắt",
            "The log once was longer: cut off after line {place} (number {number})",
        ),
        "webhook.delivered": (
            "Đã gửi {accepted}, để lần sau {put_off}, bỏ {given_up}",
            "Delivered {accepted}, put off {put_off}, given up {given_up}",
        ),
        "webhook.counts": (
            "Tin báo: đang đợi {pending}, đã gửi {delivered}, đã bỏ {dead}",
            "Events: {pending} waiting, {delivered} delivered, {dead} given up",
        ),
        "webhook.dead": (
            "  {id}: bỏ sau {attempts} lần, {error}",
            "  {id}: given up after {attempts} attempts, {error}",
        ),
        "webhook.revived": ("Sẽ gửi lại {count} tin", "{count} events will be sent again"),
        "same.same": (
            "{id} = {other}: cùng một giấy (giống {likeness}); chữ số khác: {here} | {there}",
            "{id} = {other}: one paper (likeness {likeness}); digits that differ: {here} | {there}",
        ),
        "same.perhaps": (
            "{id} ~ {other}: có thể cùng một giấy (giống {likeness}); chữ số khác:"
            " {here} | {there}",
            "{id} ~ {other}: perhaps one paper (likeness {likeness}); digits that differ:"
            " {here} | {there}",
        ),
        "same.conflict": (
            "{id} ≠ {other}: CÙNG SỐ, NỘI DUNG KHÁC (giống {likeness}); chữ số khác:"
            " {here} | {there}",
            "{id} ≠ {other}: SAME NUMBER, OTHER CONTENT (likeness {likeness}); digits that differ:"
            " {here} | {there}",
        ),
        "reuse.title": ("Tái sử dụng từ {first} đến {last}", "Re-use from {first} to {last}"),
        "reuse.transactions": (
            "Hồ sơ không phải nộp lại giấy tờ nào đã có: {rate}",
            "Transactions in which no held paper was handed in again: {rate}",
        ),
        "reuse.papers": ("Giấy tờ đã có được dùng lại: {rate}", "Held papers re-used: {rate}"),
        "reuse.again.unreadable": ("Yêu cầu lại vì bản chụp khó đọc", "Asked again: unreadable"),
        "reuse.again.differs": (
            "Yêu cầu lại vì khác với giấy công dân cầm",
            "Asked again: differs from the citizen's paper",
        ),
        "reuse.again.doubted": ("Yêu cầu lại vì nghi ngờ nội dung", "Asked again: doubted"),
        "reuse.again.other_form": (
            "Yêu cầu lại vì luật chuyên ngành đòi bản giấy",
            "Asked again: a special law wants the paper",
        ),
        "reuse.again.not_trusted": (
            "Yêu cầu lại vì chưa yên tâm về chữ ký",
            "Asked again: the signature is not trusted",
        ),
        "reuse.again.system": ("Yêu cầu lại vì hệ thống lỗi", "Asked again: a system failed"),
        "reuse.again.other": ("Yêu cầu lại vì lý do khác", "Asked again: another reason"),
        # the counter's rule table
        "rules.imported": (
            "Đã nhận bảng {source}: {procedures} thủ tục, {rules} dòng",
            "Imported {source}: {procedures} procedures, {rules} rows",
        ),
        "rules.row": ("Dòng {row}, cột {column}: ", "Row {row}, column {column}: "),
        "rules.fault.empty": (
            "bảng không có dòng nào. Dòng 1 là tiêu đề cột: mã TTHC, tên TTHC, loại giấy tờ,"
            " bắt buộc, dùng lại, căn cứ",
            "the sheet has no rows. Row 1 names the columns: procedure, procedure name,"
            " document type, required, reusable, basis",
        ),
        "rules.fault.column": (
            "thiếu cột này; thêm tiêu đề vào dòng 1",
            "there is no such column; add its title to row 1",
        ),
        "rules.fault.procedure": (
            "“{value}” không phải mã TTHC; viết như 1.004873 hoặc 1.004873.000.00.00.H14,"
            " và để ô ở dạng văn bản (Text)",
            "“{value}” is no procedure code; write 1.004873 or 1.004873.000.00.00.H14, in a"
            " cell of type Text",
        ),
        "rules.fault.type": (
            "“{value}” không phải loại giấy tờ đã biết; dùng mã hoặc tên như KHAI_SINH,"
            " Giấy khai sinh",
            "“{value}” is no known document type; use its code or name, such as KHAI_SINH",
        ),
        "rules.fault.choice": (
            "“{value}” không hiểu được; viết “có” hoặc “không”",
            "“{value}” is not understood; write yes or no",
        ),
        "rules.fault.twice": (
            "giấy tờ này của thủ tục đã có ở dòng {value}; xóa một trong hai",
            "row {value} has this paper of the procedure already; delete one of them",
        ),
        "rules.none": (
            "Chưa có bảng giấy tờ theo thủ tục: chạy `sohoa rules import TỆP`",
            "No rule table yet: run `sohoa rules import FILE`",
        ),
        "rules.line": (
            "  {type}: {required}, {reuse}{basis}",
            "  {type}: {required}, {reuse}{basis}",
        ),
        "rules.required": ("bắt buộc", "required"),
        "rules.optional": ("nếu có", "optional"),
        "rules.reusable": ("được dùng lại", "may be re-used"),
        "rules.not_reusable": ("không dùng lại", "may not be re-used"),
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
