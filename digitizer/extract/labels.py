"""Labels and what stands after them: `Họ, chữ đệm, tên: …… Giới tính: ……`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitizer.extract.anchors import plain
from digitizer.extract.rows import Row, bare_text
from digitizer.extract.wordings import ALONE, INLINE, PEOPLE, ROLES, WORDINGS, Label
from digitizer.model import Word
from digitizer.vietnamese import edit_distance

_LONG: Final = 4
"""Words of a wording that no other is like, though one of them was misread."""
_LINE: Final = 2.4
"""Most line heights between the tops of two rows of which one goes on in the other."""


_BY_LETTER: Final[Mapping[str, tuple[tuple[tuple[str, ...], Label], ...]]] = {
    letter: tuple(
        sorted(
            (
                (tuple(words.split()), label)
                for label, many in WORDINGS.items()
                for words in many
                if words.startswith(letter)
            ),
            key=lambda pair: (len(pair[0]), len(" ".join(pair[0]))),
            reverse=True,
        )
    )
    for letter in {words[0] for many in WORDINGS.values() for words in many}
}
"""The longest first; a label whose very first letter was misread is not found."""
_HONORIFICS: Final = frozenset({"ong", "ba", "ho"})
_ENUMERATOR: Final = re.compile(r"(?:\d{1,2}|[a-z]|[ivx]{1,4})?")
_TURN: Final = re.compile(
    r"\bcho (?:nguoi|con|chau|ong ba)\b.*\b(?:duoi day|co ten)\b|\bduoi day\b"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and what stands after it.

    `words` stand on its own row (maybe none), `below` are rows without a label that go on where
    it ends. `is_clear` is False where some of it may belong to the column beside.
    """

    kind: Label
    page: int
    label: tuple[Word, ...]
    words: tuple[Word, ...]
    below: tuple[tuple[Word, ...], ...] = ()
    is_clear: bool = True

    @property
    def text(self) -> str:
        """What stands on the label's own row, without leaders."""
        return bare_text(self.words)

    @property
    def all_words(self) -> tuple[Word, ...]:
        return (*self.words, *(word for row in self.below for word in row))


def entries_of(rows: Sequence[Row], line_height: int) -> tuple[Entry, ...]:
    """Return the labels of one column with their values, from top to bottom."""
    found: list[Entry] = []
    last: Row | None = None
    for row in rows:
        cuts = list(_cut(row))
        lead = _before(row, cuts)
        if lead and found and last is not None and _follows(last, row, line_height):
            found[-1] = _longer(found[-1], lead, is_clear=row.is_clear)
        if lead and _TURN.search(plain(" ".join(word.text for word in lead))):
            found.append(Entry(Label.CHILD, row.page, lead, ()))
        stops = [begin for begin, _, _ in cuts[1:]] + [len(row.words)]
        for (begin, end, kind), stop in zip(cuts, stops, strict=False):
            label, words = row.words[begin:end], row.words[end:stop]
            found.append(Entry(kind, row.page, label, words, (), row.is_clear))
        last = row
    return tuple(found)


def _longer(entry: Entry, words: tuple[Word, ...], *, is_clear: bool) -> Entry:
    is_clear = entry.is_clear and is_clear
    return replace(entry, below=(*entry.below, words), is_clear=is_clear)


def _before(row: Row, cuts: Sequence[tuple[int, int, Label]]) -> tuple[Word, ...]:
    """Return what stands on a row before its first label and may belong to the row above."""
    lead = row.words[: cuts[0][0]] if cuts else row.words
    return () if cuts and _is_enumerator(lead) else lead


def _follows(upper: Row, lower: Row, line_height: int) -> bool:
    return lower.words[0].box.top - upper.words[0].box.top < _LINE * line_height


def _cut(row: Row) -> Iterator[tuple[int, int, Label]]:
    """Yield [start, end) of each label on a row."""
    keys = [plain(word.text) for word in row.words]
    index = 0
    while index < len(keys):
        found = _label_at(row.words, keys, index)
        if found is None:
            index += 1
            continue
        end, kind = found
        yield index, end, kind
        index = end


def _label_at(words: Sequence[Word], keys: Sequence[str], start: int) -> tuple[int, Label] | None:
    is_first = _is_enumerator(words[:start])
    for wording, kind in _BY_LETTER.get(keys[start][:1], ()):
        end = _match(keys, start, wording)
        if not end or not _is_one_label(words[start:end], wording):
            continue
        if _has_colon(words, end):
            return end, kind
        if " ".join(wording) in ALONE:
            if is_first and _is_enumerator(words[end:]):
                return end, kind
        elif is_first and kind is not Label.BARE_NUMBER and not _is_heading(words[start:end]):
            return end, Label.OTHER if kind in PEOPLE and _goes_on(words[end:]) else kind
        elif kind in INLINE and " ".join(keys[start:end]) == " ".join(wording):
            return end, kind
    return None


def _is_one_label(words: Sequence[Word], wording: Sequence[str]) -> bool:
    """Claim that no colon stands inside, and that a role (`vợ`) is no surname (`VÕ`).

    Folded, the two are the same: a role is told by its small letter.
    """
    if any(word.text.rstrip().endswith(":") for word in words[:-1]):
        return False
    is_role = len(wording) > 1 and wording[-1] in ROLES
    return not is_role or words[-1].text[:1].islower()


def _is_heading(words: Sequence[Word]) -> bool:
    """Claim that all letters are capitals: a heading (`NGƯỜI NỘP HỒ SƠ`), no label."""
    return all(word.text == word.text.upper() for word in words)


def _goes_on(words: Sequence[Word]) -> bool:
    """Claim that a name's label is not over: `Họ, chữ đệm, tên` and then a misread `người mẹ:`."""
    first = words[0].text if words else ""
    return first[:1].islower() and plain(first) not in _HONORIFICS


def _has_colon(words: Sequence[Word], end: int) -> bool:
    after = words[end].text if end < len(words) else ""
    return words[end - 1].text.rstrip().endswith(":") or after.startswith(":")


def _is_enumerator(words: Sequence[Word]) -> bool:
    """Claim that nothing stands here but `1.`, `a)`, `-`, `*` and the like, or dots."""
    return len(words) <= 2 and all(_ENUMERATOR.fullmatch(plain(word.text)) for word in words)


def _match(keys: Sequence[str], start: int, wanted: Sequence[str]) -> int:
    """Return where the wording that begins at `start` ends, 0 when it does not stand there.

    In a long wording one of the short words may be misread by a letter (`Giấy tờ ùy thân`), but
    not a last one that says whose it is; and two may be run together (`Đăng kýlần đầu`).
    """
    end, rest = start, list(wanted)
    slips = 1 if len(wanted) >= _LONG else 0
    while rest and end < len(keys):
        tokens = keys[end].split()
        if not tokens and end > start:
            end += 1
            continue
        if not tokens or len(tokens) > len(rest):
            return 0
        if len(wanted) >= _LONG and tokens == ["".join(rest[:2])]:
            rest = rest[2:]
            end += 1
            continue
        pairs = list(zip(tokens, rest, strict=False))
        slips -= sum(not _alike(a, b) for a, b in pairs)
        if slips < 0 or not all(_is_nearly(a, b, wanted) for a, b in pairs):
            return 0
        rest = rest[len(tokens) :]
        end += 1
    return 0 if rest else end


def _is_nearly(read: str, word: str, wording: Sequence[str]) -> bool:
    """Claim that a word of a wording was read whole, or but for one letter."""
    is_role = word is wording[-1] and word in ROLES
    return read == word or (not is_role and len(word) > 1 and edit_distance(read, word, 1) <= 1)


def _alike(read: str, wanted: str) -> bool:
    return read == wanted or (len(wanted) > 3 and edit_distance(read, wanted, 1) <= 1)
