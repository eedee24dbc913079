"""A line of the audit log can be added, and not be changed, dropped or moved without a trace."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.errors import DiskFull, IntegrityError, RunLocked
from storage.audit_log import AuditLog, Fault, FaultKind, Head, events, parse_head, parts, verify

KEY = bytes(range(32))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of six lines, written in three batches."""
    file = tmp_path / "audit.jsonl"
    with AuditLog(file, KEY) as writer:
        writer.append_all([{"clerk": "lan", "asked": "a1"}, {"clerk": "lan", "asked": "a2"}])
        writer.append_all([{"clerk": "Hồ “Hòa”", "asked": "\u2028"}])
    with AuditLog(file, KEY) as writer:
        writer.append_all([{"asked": f"b{n}"} for n in range(3)])
    return file


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def test_an_untouched_log_is_whole_and_private(log: Path) -> None:
    found = verify(log, KEY)
    assert (found.head.lines, found.faults) == (6, ())
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [event.get("asked") for event in events(log)] == ["a1", "a2", "\u2028", "b0", "b1", "b2"]


@pytest.mark.parametrize("place", range(1, 7))
def test_an_edited_line_is_located(log: Path, place: int) -> None:
    lines = _lines(log)
    lines[place - 1] = lines[place - 1].replace(b'"asked":', b'"Asked":')
    log.write_bytes(b"".join(lines))
    assert verify(log, KEY).faults == (Fault(FaultKind.EDITED, place, place),)


@pytest.mark.parametrize("place", range(1, 6))
def test_a_dropped_line_is_located(log: Path, place: int) -> None:
    lines = _lines(log)
    del lines[place - 1]
    log.write_bytes(b"".join(lines))
    assert verify(log, KEY).faults == (Fault(FaultKind.DROPPED, place, place + 1),)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 5), (4, 6)])
def test_two_swapped_lines_are_located(log: Path, one: int, other: int) -> None:
    lines = _lines(log)
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    log.write_bytes(b"".join(lines))
    faults = verify(log, KEY).faults
    assert {fault.kind for fault in faults} == {FaultKind.MOVED}
    assert {one, other} <= {fault.place for fault in faults}


def test_a_line_written_twice_is_located(log: Path) -> None:
    lines = _lines(log)
    lines.insert(3, lines[1])
    log.write_bytes(b"".join(lines))
    assert Fault(FaultKind.MOVED, 4, 2) in verify(log, KEY).faults


def test_lines_cut_off_at_the_end_are_missed_by_the_head_kept_elsewhere(log: Path) -> None:
    head = verify(log, KEY).head
    log.write_bytes(b"".join(_lines(log)[:-2]))
    assert verify(log, KEY).faults == ()
    assert verify(log, KEY, expected=head).faults == (Fault(FaultKind.CUT_OFF, 4, 4),)
    assert verify(log, KEY, expected=Head(3, "0" * 64)).faults[0].kind is FaultKind.CUT_OFF


def test_a_log_written_anew_without_the_key_is_no_log_of_ours(log: Path) -> None:
    log.unlink()
    with AuditLog(log, b"another key, thirty-two bytes ok") as writer:
        writer.append_all([{"clerk": "lan"}])
    assert verify(log, KEY).faults == (Fault(FaultKind.EDITED, 1, 1),)


def test_words_added_behind_a_lines_hash_are_noticed(log: Path) -> None:
    lines = _lines(log)
    lines[2] = lines[2].replace(b"}\n", b',"x":1}\n')
    log.write_bytes(b"".join(lines))
    assert verify(log, KEY).faults == (Fault(FaultKind.EDITED, 3, 3),)


def test_there_is_one_writer(log: Path) -> None:
    with AuditLog(log, KEY), pytest.raises(RunLocked):
        AuditLog(log, KEY)


def test_a_line_cut_short_by_a_crash_is_set_aside_and_the_log_goes_on(log: Path) -> None:
    with log.open("ab") as stream:
        stream.write(b'{"n":7,"before":"')
    assert verify(log, KEY).faults == (Fault(FaultKind.NO_LINE, 7, 0),)
    with AuditLog(log, KEY) as writer:
        writer.append_all([{"asked": "c"}])
    assert (verify(log, KEY).head.lines, verify(log, KEY).faults) == (7, ())
    (torn,) = log.parent.glob("*.torn-*")
    assert torn.read_bytes() == b'{"n":7,"before":"'


def test_after_a_changed_last_line_nothing_is_added(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"b2", b"b9"))
    with pytest.raises(IntegrityError, match="audit-log verify"):
        AuditLog(log, KEY)


def test_a_full_disk_leaves_the_log_as_it_was(log: Path) -> None:
    before = log.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with AuditLog(log, KEY) as writer:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
        try:
            with pytest.raises(DiskFull):
                writer.append_all([{"asked": "x" * 500}])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert log.read_bytes() == before
        writer.append_all([{"asked": "later"}])
    assert (verify(log, KEY).head.lines, verify(log, KEY).faults) == (7, ())


def test_a_log_where_none_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskFull):
        AuditLog(tmp_path / "file" / "audit.jsonl", KEY)


def test_a_line_of_another_log_put_in_place_is_noticed(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    with AuditLog(other, KEY) as writer:
        writer.append_all([{"asked": "z"} for _ in range(6)])
    lines = _lines(log)
    lines[2] = _lines(other)[2]
    log.write_bytes(b"".join(lines))
    assert {fault.kind for fault in verify(log, KEY).faults} == {FaultKind.EDITED}


def test_a_log_of_one_torn_line_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_bytes(b'{"n":1')
    with AuditLog(file, KEY) as writer:
        writer.append_all([{"asked": "a"}])
    assert verify(file, KEY).head.lines == 1


def test_a_long_last_line_is_found_whole(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    with AuditLog(file, KEY) as writer:
        writer.append_all([{"asked": "a"}, {"asked": "b" * 300_000}])
    with AuditLog(file, KEY) as writer:
        writer.append_all([{"asked": "c"}])
    assert (verify(file, KEY).head.lines, verify(file, KEY).faults) == (3, ())


def test_a_ruined_log_is_told_by_its_first_hundred_faults(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text("no line\n" * 300 + '{"n": "x", "before": 1, "event": 2, "hash": 3}\n')
    assert len(verify(file, KEY).faults) == 100
    assert list(events(file)) == []


def test_a_log_that_is_not_there_can_not_be_verified(tmp_path: Path) -> None:
    with pytest.raises(DiskFull):
        verify(tmp_path / "none", KEY)


def test_a_head_is_read_as_it_is_told(log: Path) -> None:
    head = verify(log, KEY).head
    assert parse_head(f" {head}\n") == head
    with pytest.raises(ValueError, match="LINES"):
        parse_head("12")


_EVENTS = st.dictionaries(st.text(max_size=9), st.text(max_size=20) | st.integers(), max_size=3)


@given(st.lists(_EVENTS, min_size=1, max_size=6), st.data())
def test_no_byte_can_be_changed(
    tmp_path_factory: pytest.TempPathFactory, written: list[dict[str, object]], data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("log") / "audit.jsonl"
    with AuditLog(file, KEY) as writer:
        writer.append_all(written)
    head = verify(file, KEY).head
    text = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(text)
    assert verify(file, KEY, expected=head).faults


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A log of nine lines in files of two or three each, the last one just begun."""
    file = tmp_path / "audit.jsonl"
    for n in range(0, 9, 3):
        with AuditLog(file, KEY, part_bytes=400) as writer:
            for own in range(n, n + 3):
                writer.append_all([{"asked": f"a{own}"}])
    return file


def test_a_full_file_is_followed_by_another_and_the_chain_goes_on(long: Path) -> None:
    held = parts(long)
    assert len(held) > 2 and held[-1] == long
    found = verify(long, KEY)
    assert (found.head.lines, found.faults) == (9, ())
    assert [event["asked"] for event in events(long)] == [f"a{n}" for n in range(9)]
    assert {stat.S_IMODE(part.stat().st_mode) for part in held} == {0o600}


def test_a_file_that_was_taken_away_is_noticed(long: Path) -> None:
    first, second, *_ = parts(long)
    lost = len(_lines(first))
    second.unlink()
    (fault,) = verify(long, KEY).faults
    assert (fault.kind, fault.place) == (FaultKind.DROPPED, lost + 1)


def test_a_line_edited_in_a_full_file_is_located(long: Path) -> None:
    first = parts(long)[0]
    first.write_bytes(first.read_bytes().replace(b"a1", b"b1"))
    assert verify(long, KEY).faults == (Fault(FaultKind.EDITED, 2, 2),)


def test_a_writer_that_was_killed_while_it_turned_over_goes_on(long: Path) -> None:
    head = verify(long, KEY).head
    with AuditLog(long, KEY) as writer:
        writer.append_all([{"asked": "a9"}])
    os.link(long, long.with_name(f"audit.{head.lines + 1:012}.jsonl"))  # and then it was killed
    with AuditLog(long, KEY) as writer:
        writer.append_all([{"asked": "a10"}])
    assert verify(long, KEY).faults == ()
    assert [event["asked"] for event in events(long)] == [f"a{n}" for n in range(11)]


def test_after_it_turned_over_the_log_still_has_one_writer(long: Path) -> None:
    with AuditLog(long, KEY, part_bytes=1) as writer:
        writer.append_all([{"asked": "a9"}])
        with pytest.raises(RunLocked):
            AuditLog(long, KEY)
