"""What is said to the people around the night: review, nightly run, morning report, tools.

Part of `pipelines.messages`, which holds both languages to the same keys and placeholders.
"""

from __future__ import annotations

from types import MappingProxyType

OPERATOR_TEXTS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        # review and re-scan
        "review.next_person": (
            "Đã ghi nhận; còn trường phải do người khác nhập lại độc lập.",
            "Written down; another person has to key some fields without seeing this.",
        ),
        "review.rescan": (
            "Đã đưa {document} vào danh sách quét lại: sohoa rescan list",
            "{document} is on the list of what is to be scanned again: sohoa rescan list",
        ),
        "rescan.missing_page": ("thiếu trang", "a page is missing"),
        "rescan.blurred": ("mờ, nhòe", "blurred"),
        "rescan.cut_off": ("mất mép", "cut off"),
        "rescan.upside_down": ("ngược, lệch", "upside down, askew"),
        "rescan.stamp_over_text": ("dấu đè chữ", "stamp over the text"),
        "rescan.wrong_separator": ("tách sai tài liệu", "wrongly separated"),
        # the night and its report
        "night.subject": (
            "[Số hóa] {day}: {pages} trang, {rescans} quét lại, {faults} lỗi",
            "[Digitization] {day}: {pages} pages, {rescans} to scan again, {faults} faults",
        ),
        "night.failed": ("KHÔNG XONG –", "NOT DONE –"),
        "night.verdict.good": ("Đêm qua xong trọn vẹn", "The night came through"),
        "night.verdict.look": ("Đêm qua xong; có giấy tờ cần xem", "Done; some papers need a look"),
        "night.verdict.failed": ("Đêm qua KHÔNG trọn vẹn", "The night did NOT come through"),
        "night.cut_short": (
            "Lượt bắt đầu {since} bị ngắt giữa chừng (mất điện, tắt máy); lượt này làm tiếp, số "
            "dưới đây tính cả hai",
            "The night that began {since} was broken off (power cut, machine shut down); this one "
            "went on from there, and the figures below count both",
        ),
        "night.pages": ("Trang đã ký và lưu trữ", "Pages signed and archived"),
        "night.documents": ("Tài liệu đã ký và lưu trữ", "Documents signed and archived"),
        "night.rescan": ("Phải quét lại", "To be scanned again"),
        "night.review": ("Chờ xác nhận trường", "Wait for review"),
        "night.signature": ("Chờ ký", "Wait for the signature"),
        "night.quarantined": ("Cách ly vì lý do khác", "Quarantined for other reasons"),
        "night.others": ("Chờ vì lý do khác", "Wait for other reasons"),
        "night.rescan_list": ("Quét lại, theo từng hộp", "Scan again, box by box"),
        "night.quarantine_list": ("Cách ly", "Quarantine"),
        "night.pending_list": ("Đang chờ người, chờ lượt sau", "What waits"),
        "night.no_box": ("(thư mục nhận)", "(the inbox itself)"),
        "night.box": ("Hộp, thư mục", "Box, folder"),
        "night.sheet": ("Tệp", "File"),
        "night.page": ("Trang", "Page"),
        "night.reason": ("Lý do", "Reason"),
        "night.cure": ("Cách xử lý", "What to do"),
        "night.source": ("Tệp nguồn", "Source"),
        "night.state": ("Trạng thái", "State"),
        "night.balance": ("Cân đối đến từng trang", "The balance, to the page"),
        "night.safety": ("An toàn", "Safety"),
        "night.more": ("… và {count} nữa: `sohoa status`", "… and {count} more: `sohoa status`"),
        "night.chore.seal": ("Niêm phong nhật ký", "Sealing of the logs"),
        "night.chore.backup": ("Sao lưu", "Back-up"),
        "night.chore.state": ("Sao lưu trạng thái", "Back-up of the state"),
        "night.chore.drill": ("Thử lấy lại", "Restore drill"),
        "night.chore.audit": ("Kiểm tra kho", "Fixity check"),
        "night.seal_done": ("Niêm phong nhật ký: {count}", "Logs sealed: {count}"),
        "night.backup_done": ("Sao lưu: {count} tệp mới", "Back-up: {count} new objects"),
        "night.state_done": (
            "Sao lưu trạng thái (nhật ký, chờ, cách ly): {count} tệp",
            "Back-up of the state (journal, waiting, quarantine): {count} files",
        ),
        "night.drill_done": (
            "Thử lấy lại từ bản sao: {count} tài liệu",
            "Restore drill from the second copy: {count} documents",
        ),
        "night.audit_done": (
            "Kiểm tra phần đến lượt của kho: {count} tài liệu",
            "Fixity check of tonight's share of the archive: {count} documents",
        ),
        "night.chore_failed": ("– {count} HỎNG", "– {count} NOT AS THEY SHOULD BE"),
        "night.chore_not_done": ("{chore}: KHÔNG làm được ({code})", "{chore}: NOT done ({code})"),
        "night.no_backup": (
            "Chưa đặt bản lưu thứ hai ([backup]): TT 05/2025 đòi hai bộ trên hai phương tiện",
            "No second copy ([backup]): TT 05/2025 asks for two sets on two media",
        ),
        "night.never_backed_up": ("Chưa từng sao lưu được", "Never backed up"),
        "night.backup_at": ("Bản sao lưu gần nhất: {when}", "Last back-up: {when}"),
        "night.state_at": (
            "Trạng thái thư mục dữ liệu được sao lần cuối: {when}",
            "State of the data folder last backed up: {when}",
        ),
        "night.no_state": (
            "Trạng thái thư mục dữ liệu chưa từng được sao lưu",
            "The state of the data folder was never backed up",
        ),
        "night.certificate": ("Chứng thư ký còn {days} ngày", "Certificate: {days} days left"),
        "night.disk": ("Đĩa còn trống {free} GB", "Disk: {free} GB free"),
        "night.disk_days": (
            "Đĩa còn trống {free} GB, đủ khoảng {nights} đêm như gần đây",
            "Disk: {free} GB free, enough for about {nights} nights like the last ones",
        ),
        "night.forecast_enough": (
            "Dự báo trước khi chạy: đĩa đủ cho cả đêm",
            "Forecast before the start: the disk is large enough for the night",
        ),
        "night.forecast_short": (
            "Dự báo trước khi chạy: đĩa KHÔNG đủ cho cả đêm; dọn đĩa, hoặc bớt tệp trong thư mục"
            " nhận",
            "Forecast before the start: the disk is NOT large enough for the night; free some space"
            " or take files out of the inbox",
        ),
        "night.begin": (
            "Có {files} tệp mới ({megabytes} MB); cần khoảng {needed} GB, còn trống {free} GB",
            "{files} new files ({megabytes} MB); about {needed} GB needed, {free} GB free",
        ),
        "night.report": ("Báo cáo buổi sáng: {path}", "Morning report: {path}"),
        "night.mailed": ("Đã gửi thư: {to}", "Mail sent: {to}"),
        "night.late": (
            "ĐÃ {hours} GIỜ chưa có đêm nào chạy xong. Xem `systemctl status sohoa-nightly`, rồi"
            " chạy `sohoa nightly`.",
            "NO NIGHT HAS COME THROUGH FOR {hours} HOURS. See `systemctl status sohoa-nightly`,"
            " then run `sohoa nightly`.",
        ),
        "night.never": (
            "CHƯA CÓ đêm nào chạy xong. Xem `systemctl status sohoa-nightly`, rồi chạy"
            " `sohoa nightly`.",
            "NO NIGHT HAS EVER COME THROUGH. See `systemctl status sohoa-nightly`, then run"
            " `sohoa nightly`.",
        ),
        "night.last": ("Đêm gần nhất: {subject}", "Last night: {subject}"),
        "night.in_time": (
            "Đêm gần nhất chạy xong đúng hạn.",
            "The last night came through in time.",
        ),
        # re-scan list, requeue
        "rescan.none": ("Không có gì phải quét lại.", "Nothing has to be scanned again."),
        "rescan.line": ("  {name}{page}  [{number}]", "  {name}{page}  [{number}]"),
        "rescan.done": (
            "Đã gạch {count} tài liệu khỏi danh sách quét lại",
            "{count} documents taken off the list",
        ),
        "requeue.done": (
            "Lượt chạy sau sẽ làm lại {count} tài liệu",
            "The next run takes up {count} documents again",
        ),
        "requeue.gone": (
            "{document}: bản gốc không còn; đưa tệp vào thư mục nhận lần nữa",
            "{document}: its original is gone; put the file into the inbox again",
        ),
        # init
        "init.config": ("Đã viết cấu hình: {path}", "Configuration written: {path}"),
        "init.config_kept": (
            "Giữ nguyên cấu hình đã có: {path}",
            "The configuration that is there was kept: {path}",
        ),
        "init.inbox": ("Thư mục nhận: {path}", "Inbox: {path}"),
        "init.unit": ("Đã viết unit: {path}", "Unit written: {path}"),
        "init.verified": (
            "systemd-analyze verify: đạt {said}",
            "systemd-analyze verify: ok {said}",
        ),
        "init.not_verified": (
            "systemd-analyze verify có điều nhắc: {said}",
            "systemd-analyze verify has something to say: {said}",
        ),
        "init.enable": (
            "Xem lại, rồi: sudo cp {folder}/* /etc/systemd/system/ && sudo systemctl enable --now"
            " sohoa-nightly.timer sohoa-watchdog.timer",
            "Look them over, then: sudo cp {folder}/* /etc/systemd/system/ && sudo systemctl enable"
            " --now sohoa-nightly.timer sohoa-watchdog.timer",
        ),
        # export and import
        "export.done": ("Đã xuất {count} tài liệu: {path}", "{count} documents exported: {path}"),
        "export.sheet": ("Tài liệu", "Documents"),
        "export.notes": ("Chú giải", "Notes"),
        "export.note": (
            "Sửa được ở dòng có trạng thái “đang chờ” vì “review”; rồi `sohoa import TỆP`. Ô mã,"
            " số là chữ, không phải số. Ngày là ngày thật.",
            "Rows that wait for “review” may be edited; then `sohoa import FILE`. Codes and numbers"
            " are text. Dates are dates.",
        ),
        "export.id": ("Mã tài liệu", "Document id"),
        "export.source": ("Tệp nguồn", "Source"),
        "export.state": ("Trạng thái", "State"),
        "export.reason": ("Lý do", "Reason"),
        "export.pages": ("Số trang", "Pages"),
        "import.none": ("Không có gì khác.", "There is no difference."),
        "import.change": (
            "  {document}  {field}: {before} → {after}",
            "  {document}  {field}: {before} → {after}",
        ),
        "import.refused": ("  ✖ dòng {row}: {why}", "  ✖ row {row}: {why}"),
        "import.unknown": ("không có tài liệu này", "there is no such document"),
        "import.archived": (
            "không chờ xác nhận; tài liệu đã lưu trữ không sửa qua bảng",
            "does not wait for review; what is archived is not changed by a sheet",
        ),
        "import.incomplete": (
            "còn trường chưa có giá trị: {fields}",
            "fields without a value: {fields}",
        ),
        "import.preview": (
            "Chưa ghi gì. {count} tài liệu sẽ được xác nhận; ghi bằng --apply.",
            "Nothing was written. {count} documents would be confirmed; write with --apply.",
        ),
        "import.applied": (
            "Đã xác nhận {count} tài liệu; lượt chạy sau ký và lưu trữ.",
            "{count} documents confirmed; the next run signs and archives them.",
        ),
        # practice
        "practice.made": (
            "Đã dựng tỉnh tập sự ở {folder}: {count} tệp giấy tờ giả. Đang chạy…",
            "A practice province was made in {folder}: {count} files of synthetic papers. Running…",
        ),
        "practice.next": (
            "Tập tiếp, mọi lệnh thêm --config {config}:\n"
            "  sohoa --config {config} review            tài liệu chờ xác nhận\n"
            "  sohoa --config {config} rescan list       giấy tờ phải quét lại\n"
            '  sohoa --config {config} desk key add "Tập sự" --agency "UBND xã Thí Điểm"'
            " --scope review\n"
            "  sohoa --config {config} serve --trial     rồi mở http://127.0.0.1:8321/review",
            "Go on with --config {config}:\n"
            "  sohoa --config {config} review            documents that wait for review\n"
            "  sohoa --config {config} rescan list       what has to be scanned again\n"
            '  sohoa --config {config} desk key add "Practice" --agency "Practice Commune"'
            " --scope review\n"
            "  sohoa --config {config} serve --trial     then open http://127.0.0.1:8321/review",
        ),
    }
)
