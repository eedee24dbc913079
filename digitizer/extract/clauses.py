"""The clauses by which a paper replaces, repeals or amends others: a grammar over folded text.

    Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số 12/QĐ-UBND ngày 05/01/2022.
    Bãi bỏ khoản 2 Điều 3 Quyết định số 07/2020/QĐ-UBND …     part of it: amends
    Quyết định số 09/QĐ-UBND … hết hiệu lực kể từ ngày Quyết định này có hiệu lực.

A verb counts where it begins a sentence or follows the paper's own effect, not in running text
(`được sửa đổi, bổ sung`, `thủ tục bị bãi bỏ`); a number counts where it is the verb's object, not
inside the title of another (`… về việc sửa đổi Quyết định số 07`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.extract.citations import NOUN, Citation, Wording, find_citations
from digitizer.extract.paragraphs import Marker, Paragraph
from digitizer.model import RelationKind

_VERB: Final = re.compile(
    r"\b(?:(?P<replaces>thay the(?: cho)?)|(?P<repeals>bai bo|huy bo)|"
    r"(?P<amends>sua doi(?:,? (?:va )?bo sung)?|bo sung))\b"
)
_ANY_VERB: Final = r"(?:thay the|bai bo|huy bo|sua doi|bo sung)"
_SELF: Final = rf"(?:{NOUN}|van ban) nay"
_LEAD: Final = re.compile(
    rf"^(?:(?:{_SELF}(?: co hieu luc(?:(?!{_ANY_VERB}|so \d).)*)?)[ ,;]*(?:va |dong thoi )*)?"
    rf"(?:{_ANY_VERB}(?: toan bo| mot phan)? (?:cac )?(?:{NOUN}|van ban) )?$"
)
_FURTHER: Final = re.compile(r"; (?:va |dong thoi )*$")
_WHOLE: Final = re.compile(
    rf"^[ :;,-]*(?:va )?(?:toan bo )?(?:cac |nhung )?"
    rf"(?:(?:{NOUN}|van ban)(?: sau(?: day)?)?[ :]*)?(?:gom |la )?[ :-]*$"
)
_PART: Final = re.compile(
    r"^[ :;,-]*(?:va )?(?:(?:mot phan|mot so|toan bo|cac|nhung|\d+) )?(?:khoan|diem|dieu|muc|"
    r"chuong|phan|tiet|phu luc|danh muc|quy trinh|thu tuc|tthc|noi dung|cum tu|tu|mau|bieu|"
    r"quy dinh|quy che|huong dan|ke hoach|de an|phuong an|ten|ma|so thu tu|bang|cot|doan)\b"
)
_TWO_VERBS: Final = re.compile(rf"^(?: ?,| va| hoac) {_ANY_VERB}(?= )")
_BESIDE: Final = re.compile(r"[ ,]*(?:va )?(?:cac )?")
_ELSEWHERE: Final = re.compile(r"\b(?:theo|can cu|thuc hien|trai voi)\b|:")
_SINCE: Final = rf"(?:ngay ky|(?:ngay )?{_SELF}|(?P<day>ngay \d))"
_LAPSE: Final = re.compile(rf"\bhet hieu luc(?: thi hanh)?(?: (?:ke )?tu {_SINCE})?")
_LAPSE_LEAD: Final = re.compile(
    rf"^(?:(?:ke )?tu (?:ngay )?{_SELF} co hieu luc(?: thi hanh)?,? ?)?(?:thi )?"
    rf"(?:cac |toan bo |nhung )?(?:{NOUN} )?(?:sau(?: day)?)?[ :]*$"
)
_OPENS_LIST: Final = re.compile(
    r"(?:^|sau|day|ban|gom|the|bo|luc|hanh|nay|dinh|quyet|thi|cho) ?:\W*$"
)
_SENTENCE: Final = re.compile(r"(?<!tp)(?<!tx)(?<!/)\. (?=\S)")


@dataclass(frozen=True, slots=True)
class Act:
    """What the text does to one other paper.

    `start` is where its verb stands, or its own entry in a list; what is in between belongs to
    it. `is_plain` unless the wording leaves open what is meant.
    """

    kind: RelationKind
    citation: Citation
    start: int
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class _Pending:
    """A verb whose objects follow as a list."""

    kind: RelationKind
    marker: Marker


def find_acts(wording: Wording, parts: Sequence[Paragraph]) -> Iterator[Act]:
    """Yield what the paragraphs of an operative part do to other papers, in order."""
    pending: _Pending | None = None
    for part in parts:
        verbs = list(_operative_verbs(wording.folded, part))
        if verbs:
            pending = None
            for verb, end in verbs:
                acts = list(_objects(wording, verb, end))
                yield from acts
                if not acts:
                    pending = _pending(wording.folded, verb, end, part)
        elif pending is not None and _is_entry(part, pending, wording.folded):
            yield from _entry(wording, part, pending.kind)
        else:
            yield from _lapsed(wording, part)
            pending = _pending_lapse(wording.folded, part)


def find_subject_acts(wording: Wording) -> Iterator[Act]:
    """Yield what a subject says the paper does: `Về việc bãi bỏ Quyết định số …`.

    A verb anywhere but at its start says nothing.
    """
    lead = re.match(r"(?:ve viec |v/v |ve )?", wording.folded)
    verb = _VERB.match(wording.folded, lead.end() if lead else 0)
    if verb is not None:
        yield from _objects(wording, verb, len(wording.folded))


def _operative_verbs(text: str, part: Paragraph) -> Iterator[tuple[re.Match[str], int]]:
    """Yield the verbs of the paper's own doing, each with where its objects end at the latest."""
    found: list[re.Match[str]] = []
    for match in _VERB.finditer(text, part.start, part.end):
        begin = _sentence_start(text, part, match.start())
        is_same = bool(found) and found[-1].start() >= begin
        if _LEAD.match(text[begin : match.start()]):
            if is_same:
                found.pop()  # a heading runs on: `Bãi bỏ quyết định Bãi bỏ Quyết định số …`
            found.append(match)
        elif is_same and _FURTHER.search(text[begin : match.start()]):
            found.append(match)
    for index, verb in enumerate(found):
        limit = found[index + 1].start() if index + 1 < len(found) else part.end
        stop = _SENTENCE.search(text, verb.end(), limit)
        yield verb, stop.start() if stop else limit


def _sentence_start(text: str, part: Paragraph, at: int) -> int:
    starts = [match.end() for match in _SENTENCE.finditer(text, part.start, at)]
    return starts[-1] if starts else part.start


def _pending(text: str, verb: re.Match[str], end: int, part: Paragraph) -> _Pending | None:
    tail = text[verb.end() : end]
    kind = RelationKind(str(verb.lastgroup))
    if kind is RelationKind.AMENDS or not _OPENS_LIST.search(tail.rstrip()):
        return None
    return _Pending(RelationKind.AMENDS if _PART.match(tail) else kind, part.marker)


def _pending_lapse(text: str, part: Paragraph) -> _Pending | None:
    tail = text[part.start : part.end].rstrip()
    match = _LAPSE.search(tail)
    is_open = match is not None and not match["day"] and bool(_OPENS_LIST.search(tail))
    return _Pending(RelationKind.REPEALS, part.marker) if is_open else None


def _objects(wording: Wording, verb: re.Match[str], end: int) -> Iterator[Act]:
    """Yield the papers that are the verb's objects, up to the end of its sentence."""
    kind, at = RelationKind(str(verb.lastgroup)), verb.end()
    two = _TWO_VERBS.match(wording.folded[at:end])
    at += two.end() if two else 0
    last: Act | None = None
    for citation in find_citations(wording, at, end):
        between = wording.folded[at : citation.start]
        act = _next(last, between, citation) if last else _first(kind, between, citation)
        if act is None and last is None:
            return
        if act is not None:
            start = act.start if last else verb.start()
            is_plain = act.is_plain and (two is None or act.kind is RelationKind.AMENDS)
            last = replace(act, start=start, is_plain=is_plain)
            yield last
            at = citation.end


def _first(kind: RelationKind, between: str, citation: Citation) -> Act | None:
    if kind is RelationKind.AMENDS:
        is_object = not _ELSEWHERE.search(between)
        return Act(kind, citation, citation.start) if is_object else None
    if _WHOLE.match(between):
        return Act(kind, citation, citation.start)
    if _PART.match(between):
        return Act(RelationKind.AMENDS, citation, citation.start)
    return Act(kind, citation, citation.start, is_plain=False)


def _next(last: Act, between: str, citation: Citation) -> Act | None:
    """Return a further object: after a mark that lists, not inside the title of the one before."""
    _, mark, tail = between.rpartition(";")
    again = Act(last.kind, citation, citation.start)
    if not mark and _BESIDE.fullmatch(tail):
        return again
    if mark and _PART.match(tail):
        return replace(again, kind=RelationKind.AMENDS)
    if mark and _WHOLE.match(tail):
        return replace(again, is_plain=last.kind is not RelationKind.AMENDS and last.is_plain)
    if re.search(r"(?:,| va) $", tail):
        return replace(again, is_plain=False)
    _, also, tail = between.rpartition(" va ")
    is_part = bool(also) and last.kind is RelationKind.AMENDS and bool(_PART.match(tail))
    return replace(again, is_plain=False) if is_part else None


def _is_entry(part: Paragraph, pending: _Pending, text: str) -> bool:
    if part.marker == "":
        return text[: part.start].rstrip().endswith(":")
    return part.marker not in ("article", pending.marker)


def _entry(wording: Wording, part: Paragraph, kind: RelationKind) -> Iterator[Act]:
    """Yield the papers of one list entry under a verb."""
    at = part.start
    last: Act | None = None
    for citation in find_citations(wording, part.start, part.end):
        between = wording.folded[at : citation.start]
        act = _next(last, between, citation) if last else _first(kind, between, citation)
        if act is not None:
            last = replace(act, start=act.start if last else part.start)
            yield last
            at = citation.end


def _lapsed(wording: Wording, part: Paragraph) -> Iterator[Act]:
    """Yield the papers that cease to hold: `… số 12/QĐ-UBND … hết hiệu lực kể từ ngày …`."""
    text = wording.folded
    for lapse in _LAPSE.finditer(text, part.start, part.end):
        begin = _sentence_start(text, part, lapse.start())
        if re.search(r"\b(?:khong|chua|tru|da) ?$", text[begin : lapse.start()]):
            continue
        colon = text.find(":", lapse.end(), part.end)
        start, end = begin, lapse.start()
        if next(find_citations(wording, start, end), None) is None and colon >= 0:
            start, end = colon, part.end
        for act in _lapsing(wording, start, end):
            yield replace(act, is_plain=act.is_plain and not lapse["day"])


def _lapsing(wording: Wording, start: int, end: int) -> Iterator[Act]:
    at = start
    last: Act | None = None
    for citation in find_citations(wording, start, end):
        between = wording.folded[at : citation.start]
        act: Act | None = Act(RelationKind.REPEALS, citation, citation.start)
        if last:
            act = _next(last, between, citation)
        elif _PART.match(between):
            act = Act(RelationKind.AMENDS, citation, start)
        elif not _LAPSE_LEAD.match(between.lstrip(": ")):
            return
        if act is not None:
            last = act
            yield act
            at = citation.end
