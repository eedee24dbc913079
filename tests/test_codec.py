"""Canonical JSON: what goes in comes out, and equal values give equal bytes."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer import codec
from digitizer.model import (
    Box,
    DocumentId,
    Geometry,
    Recognized,
    RecognizedPage,
    Sha256,
    StoredFile,
    TextLine,
    Validity,
    Word,
)

boxes = st.builds(Box, *[st.integers(0, 10_000)] * 4)
words = st.builds(Word, st.text(), boxes, st.floats(0, 1), st.booleans())


@given(words)
def test_a_word_survives_the_round_trip(word: Word) -> None:
    assert codec.decode(Word, codec.encode(word)) == word


@given(st.none() | st.dates(), st.none() | st.dates(), st.booleans(), st.text())
def test_dates_and_absent_dates_survive(
    start: date | None, end: date | None, known: bool, basis: str
) -> None:
    validity = Validity(start, end, known, basis)
    assert codec.decode(Validity, codec.encode(validity)) == validity


def test_equal_numbers_give_equal_bytes() -> None:
    assert codec.encode(Geometry(1, 2, 300, 0, 0)) == codec.encode(Geometry(1, 2, 300.0, 0, 0.0))


def test_times_are_written_in_utc() -> None:
    hanoi = timezone(timedelta(hours=7))
    assert codec.encode(datetime(2026, 1, 5, 7, tzinfo=hanoi)) == b'"2026-01-05T00:00:00Z"'


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.encode(datetime(2026, 1, 5))


def test_paths_are_written_with_slashes() -> None:
    stored = StoredFile(Path("a") / "b", Sha256("0" * 64), 1)
    assert b'"a/b"' in codec.encode(stored)


@pytest.mark.parametrize(
    "data", [b"[]", b'{"text":"a"}', b'{"left":1,"top":2,"right":3,"bottom":"x"}', b"{"]
)
def test_bad_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        codec.decode(Box, data)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        codec.decode(Box, b'{"left":1,"top":2,"right":3,"bottom":4,"x":5}')


def test_now_is_aware() -> None:
    assert codec.decode(datetime, codec.encode(datetime.now(UTC))).tzinfo is not None


@given(words, st.integers(0, 6))
def test_pieces_are_the_same_json_however_far_a_value_is_taken_apart(
    word: Word, depth: int
) -> None:
    lines = (TextLine((word, word), word.box), TextLine((), word.box))
    page = RecognizedPage(1, Geometry(1, 2, 300, 0, 0), False, lines)
    value = ("ocr", [Recognized(DocumentId("d"), "fast", (page, page))])
    assert "".join(codec.pieces(value, depth=depth)).encode() == codec.encode(value)
    plain = json.dumps(
        codec.to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert codec.encode(value) == plain.encode()


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_what_is_left_out_of_a_digest_is_left_out_at_every_level(depth: int) -> None:
    here, there = (StoredFile(Path(name), Sha256("0" * 64), 1) for name in ("a", "b"))
    without = frozenset({"path"})
    assert codec.digest(("x", [here]), without=without) == codec.digest(
        ("x", [there]), without=without
    )
    told = "".join(codec.pieces({"deep": [here]}, without=without, depth=depth))
    assert json.loads(told) == {"deep": [{"sha256": "0" * 64, "size_bytes": 1}]}
