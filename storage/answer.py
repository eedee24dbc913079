"""The answers a clerk can get, why, and how one paper is judged on the day someone asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from digitizer.errors import Lang
from digitizer.model import RelationKind
from storage.entry import Affecting, Entry

VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Fixed: no daylight saving since 1975, and minimal containers have no time zone data."""


class State(StrEnum):
    """Exactly one per paper asked for."""

    REUSABLE = "REUSABLE"
    DIGITISED_EXPIRED = "DIGITISED_EXPIRED"
    DIGITISED_REPLACED = "DIGITISED_REPLACED"
    DIGITISED_UNVERIFIED = "DIGITISED_UNVERIFIED"
    SIGNATURE_PROBLEM = "SIGNATURE_PROBLEM"
    IN_PROGRESS = "IN_PROGRESS"
    AMBIGUOUS = "AMBIGUOUS"
    RESTRICTED = "RESTRICTED"
    NOT_ALLOWED_FOR_TTHC = "NOT_ALLOWED_FOR_TTHC"
    NOT_FOUND = "NOT_FOUND"
    UNAVAILABLE = "UNAVAILABLE"


_EXIT_CODES = {
    State.REUSABLE: 0,
    State.NOT_FOUND: 40,
    State.AMBIGUOUS: 42,
    State.DIGITISED_EXPIRED: 43,
    State.DIGITISED_REPLACED: 43,
    State.DIGITISED_UNVERIFIED: 43,
    State.SIGNATURE_PROBLEM: 43,
    State.IN_PROGRESS: 43,
    State.RESTRICTED: 43,
    State.NOT_ALLOWED_FOR_TTHC: 43,
    State.UNAVAILABLE: 44,
}
_BEST_FIRST = (
    State.REUSABLE,
    State.DIGITISED_UNVERIFIED,
    State.SIGNATURE_PROBLEM,
    State.DIGITISED_EXPIRED,
    State.DIGITISED_REPLACED,
)


class Reason(StrEnum):
    """Why; `sentence` has the words."""

    IN_FORCE = "in_force"
    IN_FORCE_TEST_SIGNATURE = "in_force_test_signature"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REPLACED = "replaced"
    REPEALED = "repealed"
    PERHAPS_REPLACED = "perhaps_replaced"
    FIELDS_UNVERIFIED = "fields_unverified"
    DATE_UNKNOWN = "date_unknown"
    VALIDITY_UNKNOWN = "validity_unknown"
    PERHAPS_ANOTHER = "perhaps_another"
    TEST_SIGNATURE = "test_signature"
    SIGNATURE_LAPSED = "signature_lapsed"
    SEVERAL = "several"
    SEVERAL_HOLDERS = "several_holders"
    BEING_DIGITIZED = "being_digitized"
    RESTRICTED = "restricted"
    NOT_ALLOWED = "not_allowed"
    NOT_HELD = "not_held"
    NO_CATALOG = "no_catalog"
    STALE = "stale"
    OTHER_KEY = "other_key"


_SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.IN_FORCE: (
        "Đã số hóa, đã ký, còn hiệu lực: dùng lại được",
        "Digitized, signed and in force: may be used again",
    ),
    Reason.IN_FORCE_TEST_SIGNATURE: (
        "Còn hiệu lực, nhưng chữ ký là chữ ký DÙNG THỬ: chỉ để trình diễn",
        "In force, but signed with a TEST key: for demonstration only",
    ),
    Reason.EXPIRED: (
        "Đã số hóa nhưng đã hết hiệu lực: yêu cầu giấy mới",
        "Digitized, but no longer in force: ask for a new one",
    ),
    Reason.NOT_YET: (
        "Đã số hóa nhưng chưa đến ngày có hiệu lực",
        "Digitized, but not in force yet",
    ),
    Reason.REPLACED: (
        "Đã số hóa nhưng đã bị văn bản khác thay thế: dùng văn bản thay thế",
        "Digitized, but replaced by another paper: use that one",
    ),
    Reason.REPEALED: (
        "Đã số hóa nhưng đã bị văn bản khác bãi bỏ",
        "Digitized, but repealed by another paper",
    ),
    Reason.PERHAPS_REPLACED: (
        "Đã số hóa nhưng có thể đã bị thay thế, bãi bỏ: mở văn bản liên quan để đối chiếu",
        "Digitized, but perhaps replaced or repealed: compare with the paper that says so",
    ),
    Reason.FIELDS_UNVERIFIED: (
        "Đã số hóa nhưng có trường chưa được xác nhận: mở bản chụp để đối chiếu",
        "Digitized, but some fields were not verified: compare with the copy",
    ),
    Reason.DATE_UNKNOWN: (
        "Đã số hóa nhưng không rõ ngày ban hành: mở bản chụp để đối chiếu",
        "Digitized, but its date is not known: compare with the copy",
    ),
    Reason.VALIDITY_UNKNOWN: (
        "Đã số hóa nhưng không rõ thời hạn hiệu lực: mở bản chụp để đối chiếu",
        "Digitized, but not known until when it holds: compare with the copy",
    ),
    Reason.PERHAPS_ANOTHER: (
        "Có thể là giấy này, chưa chắc: mở bản chụp và đối chiếu các chữ số khác nhau",
        "Perhaps this paper, not surely: open the copy and compare the digits that differ",
    ),
    Reason.TEST_SIGNATURE: (
        "Đã số hóa nhưng chữ ký là chữ ký DÙNG THỬ, không có giá trị pháp lý",
        "Digitized, but signed with a TEST key, which has no legal value",
    ),
    Reason.SIGNATURE_LAPSED: (
        "Đã số hóa nhưng chữ ký đã quá hạn chứng minh: báo người quản trị kho",
        "Digitized, but its signature can't be proven any more: tell the archive's administrator",
    ),
    Reason.SEVERAL: (
        "Có nhiều văn bản cùng số: cho biết thêm cơ quan ban hành và năm",
        "Several papers have this number: add the agency and the year",
    ),
    Reason.SEVERAL_HOLDERS: (
        "Có nhiều người cùng họ tên và ngày sinh: hỏi lại bằng số định danh",
        "Several people have this name and birth date: ask again by identity number",
    ),
    Reason.BEING_DIGITIZED: (
        "Đã tiếp nhận, đang số hóa: chưa dùng được, không cần quét lại",
        "Taken in and being digitized: not usable yet, no need to scan it again",
    ),
    Reason.RESTRICTED: (
        "Có, nhưng thuộc loại hạn chế: hỏi người phụ trách kho hoặc quản trị quầy",
        "Held, but restricted: ask the archive's officer or the desk's administrator",
    ),
    Reason.NOT_ALLOWED: (
        "Có, nhưng thủ tục này không cho dùng lại bản số hóa: tiếp nhận bản giấy",
        "Held, but this procedure does not accept the digitized paper: take the paper",
    ),
    Reason.NOT_HELD: (
        "Chưa số hóa: tiếp nhận bản giấy và quét",
        "Not digitized: take the paper and scan it",
    ),
    Reason.NO_CATALOG: (
        "Không tra cứu được: mục lục không dùng được; chưa thể nói là có hay không",
        "No look-up: the catalog can't be used; whether it is held can't be said",
    ),
    Reason.STALE: (
        "Mục lục đã cũ: không thấy, nhưng chưa thể nói là chưa số hóa",
        "The catalog is stale: not seen in it, but that does not prove it is not held",
    ),
    Reason.OTHER_KEY: (
        "Mục lục được lập với khóa định danh khác: chưa thể nói là có hay không",
        "The catalog was made under another identity key: whether it is held can't be said",
    ),
}


def sentence(reason: Reason, lang: Lang = "vi") -> str:
    """Return the reason in words."""
    vi, en = _SENTENCES[reason]
    return vi if lang == "vi" else en


@dataclass(frozen=True, slots=True)
class Found:
    """One paper that was found, and what it is good for today. Its holder is masked.

    `affecting` are the papers of ours that replace, repeal or amend it, newest first.
    """

    state: State
    reason: Reason
    entry: Entry
    affecting: tuple[Affecting, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    Attributes:
        found: all that matched, the one the answer is about first; none for NOT_FOUND.
        as_of: up to when the catalog is complete, None when it can't say.
        detail: for the administrator, "" when all is well.
        unseen: what is to be said of a paper that is not among `found`.
    """

    state: State
    reason: Reason
    found: tuple[Found, ...]
    as_of: datetime | None
    detail: str = ""
    unseen: Reason = Reason.NOT_HELD

    @property
    def exit_code(self) -> int:
        """0 re-usable, 40 not digitized, 42 ambiguous, 43 found but not re-usable, 44 stale."""
        return _EXIT_CODES[self.state]

    def sentence(self, lang: Lang = "vi") -> str:
        """Return the reason in words."""
        return sentence(self.reason, lang)


def absence(reason: Reason, as_of: datetime | None) -> Answer:
    """Return the answer for a paper that was not found: `reason` is NOT_HELD, or why unproven."""
    state = State.NOT_FOUND if reason is Reason.NOT_HELD else State.UNAVAILABLE
    return Answer(state, reason, (), as_of, unseen=reason)


def judge(
    entry: Entry,
    now: datetime,
    *,
    allow_throwaway: bool,
    affecting: tuple[Affecting, ...] = (),
) -> Found:
    """Return what a paper is good for at `now` (aware), by the day in Việt Nam.

    The first thing against it is the reason given: a paper that is out of force stays so
    whatever is verified.

    Args:
        affecting: the papers that replace, repeal or amend it.
    """
    today = now.astimezone(VIET_NAM).date()
    against = tuple(one for one in affecting if _counts(one, today, allow_throwaway))
    state, reason = _verdict(entry, now, allow_throwaway, against)
    return Found(state, reason, entry, affecting)


def best(found: Sequence[Found]) -> Found:
    """Return the most useful paper; of equal ones the first, which is the newest."""
    return min(found, key=lambda one: _BEST_FIRST.index(one.state))


def _counts(one: Affecting, today: date, allow_throwaway: bool) -> bool:
    """Claim that a paper ends another's force today: it holds itself, and is no trial."""
    if one.kind is RelationKind.AMENDS or (one.entry.is_throwaway and not allow_throwaway):
        return False
    return _out_of_force(one.entry, today) is not Reason.NOT_YET


def _verdict(
    entry: Entry, now: datetime, allow_throwaway: bool, against: tuple[Affecting, ...]
) -> tuple[State, Reason]:
    if ended := _ended(entry, now.astimezone(VIET_NAM).date(), against):
        return ended
    if entry.is_throwaway and not allow_throwaway:
        return State.SIGNATURE_PROBLEM, Reason.TEST_SIGNATURE
    if entry.lapses_at is not None and entry.lapses_at <= now:
        return State.SIGNATURE_PROBLEM, Reason.SIGNATURE_LAPSED
    if doubt := Reason.PERHAPS_REPLACED if against else _doubt(entry):
        return State.DIGITISED_UNVERIFIED, doubt
    if entry.is_throwaway:
        return State.REUSABLE, Reason.IN_FORCE_TEST_SIGNATURE
    return State.REUSABLE, Reason.IN_FORCE


def _ended(
    entry: Entry, today: date, against: tuple[Affecting, ...]
) -> tuple[State, Reason] | None:
    if out := _out_of_force(entry, today):
        return State.DIGITISED_EXPIRED, out
    certain = next((one for one in against if one.is_certain), None)
    if certain is None:
        return None
    is_replaced = certain.kind is RelationKind.REPLACES
    return State.DIGITISED_REPLACED, Reason.REPLACED if is_replaced else Reason.REPEALED


def _out_of_force(entry: Entry, today: date) -> Reason | None:
    if entry.valid_to is not None and entry.valid_to < today:
        return Reason.EXPIRED
    if entry.valid_from is not None and entry.valid_from > today:
        return Reason.NOT_YET
    return None


def _doubt(entry: Entry) -> Reason | None:
    if entry.unverified:
        return Reason.FIELDS_UNVERIFIED
    if entry.issued_on is None:
        return Reason.DATE_UNKNOWN
    return None if entry.validity_known else Reason.VALIDITY_UNKNOWN
