"""What administrative papers are about, in the phrases offices use."""

from __future__ import annotations

from random import Random
from typing import Final

_ACTS: Final = (
    "phê duyệt",
    "công bố",
    "ban hành",
    "điều chỉnh, bổ sung",
    "triển khai thực hiện",
    "kiện toàn",
    "tăng cường",
    "rà soát",
    "phối hợp thực hiện",
    "giao nhiệm vụ thực hiện",
)
_THINGS: Final = (
    "danh mục thủ tục hành chính nội bộ",
    "kế hoạch chuyển đổi số",
    "quy chế làm việc",
    "công tác phòng, chống thiên tai và tìm kiếm cứu nạn",
    "dự toán mua sắm trang thiết bị",
    "công tác tiếp công dân, giải quyết khiếu nại, tố cáo",
    "Tổ công tác số hóa kết quả giải quyết thủ tục hành chính",
    "quy hoạch chi tiết khu dân cư nông thôn mới",
    "phương án bảo đảm an toàn giao thông",
    "công tác bảo vệ môi trường, thu gom rác thải sinh hoạt",
    "chương trình kiểm tra văn bản quy phạm pháp luật",
    "quy trình nội bộ giải quyết thủ tục hành chính",
    "công tác tuyển sinh vào lớp 10 trung học phổ thông",
    "báo cáo đánh giá tác động môi trường",
)
_WHERES: Final = (
    "",
    "",
    "trên địa bàn",
    "năm {year}",
    "quý III năm {year}",
    "giai đoạn {year}-{later}",
    "thuộc thẩm quyền giải quyết của Sở Tư pháp",
    "lĩnh vực đất đai và xây dựng",
    "theo Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ",
    "đối với tổ chức, cá nhân kinh doanh có điều kiện",
    "tại các cơ quan, đơn vị trực thuộc và bộ phận tiếp nhận và trả kết quả",
    "bảo đảm tiến độ, chất lượng và hiệu quả sử dụng ngân sách nhà nước",
)
_SENTENCES: Final = (
    "Các cơ quan, đơn vị có liên quan phối hợp chặt chẽ trong quá trình tổ chức thực hiện, bảo đảm "
    "đúng tiến độ và yêu cầu đề ra.",
    "Giao bộ phận chuyên môn theo dõi, đôn đốc, tổng hợp kết quả, định kỳ hằng quý báo cáo cơ quan "
    "có thẩm quyền xem xét, chỉ đạo.",
    "Kinh phí thực hiện được bố trí từ nguồn ngân sách nhà nước theo phân cấp hiện hành và các "
    "nguồn vốn hợp pháp khác.",
    "Đẩy mạnh tuyên truyền, phổ biến để cán bộ, công chức, viên chức và người dân biết, thực hiện "
    "và giám sát việc thực hiện.",
    "Kết quả rà soát cho thấy 1.245 hồ sơ đã được giải quyết đúng hạn, đạt 98,6%; còn 17 hồ sơ "
    "đang trong thời hạn giải quyết.",
    "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị phản ánh kịp thời để được "
    "hướng dẫn, giải quyết theo quy định.",
    "Chịu trách nhiệm về tính chính xác của số liệu, lưu trữ hồ sơ theo quy định của pháp luật về "
    "lưu trữ.",
)
BASES: Final = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Luật Ban hành văn bản quy phạm pháp luật ngày 22 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ về thực hiện cơ chế "
    "một cửa, một cửa liên thông trong giải quyết thủ tục hành chính;",
    "Căn cứ Nghị định số 45/2020/NĐ-CP ngày 08/4/2020 của Chính phủ về thực hiện thủ tục hành "
    "chính trên môi trường điện tử;",
)
RECIPIENTS: Final = (
    "- Như trên;",
    "- Lãnh đạo cơ quan (để b/c);",
    "- Các phòng, ban chuyên môn;",
    "- Cổng Thông tin điện tử;",
    "- Các cơ quan có liên quan;",
)


def make_subject(chance: Random, year: int) -> str:
    """Return what a paper is about, one to four printed lines, without `Về việc`."""
    parts = [chance.choice(_ACTS), chance.choice(_THINGS)]
    wheres = [where for where in chance.sample(_WHERES, chance.choice((1, 1, 2))) if where]
    parts += [where.format(year=year, later=year + 5) for where in wheres]
    return " ".join(parts)


def make_sentences(chance: Random, count: int) -> list[str]:
    """Return sentences of a body; they repeat where there are not enough."""
    many = list(_SENTENCES) * (count // len(_SENTENCES) + 1)
    chance.shuffle(many)
    return many[:count]


def make_recipients(chance: Random, first: str) -> tuple[str, ...]:
    """Return the lines of slot 9b, the first and the last as the rules ask."""
    middle = chance.sample(RECIPIENTS[1:], chance.randint(1, 4))
    return (first, *middle, f"- Lưu: VT{chance.choice(('', ', VP', ', TH', ', NC'))}.")
