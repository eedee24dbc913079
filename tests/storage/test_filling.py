"""A catalog filled at one go is the one that entering line by line makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer import codec
from digitizer.errors import CatalogUnavailable
from digitizer.model import RelationKind
from storage import lines
from storage.catalog import Catalog
from storage.entry import Entry, entry_of
from storage.link import Link, to_text
from storage.settings import StorageSettings
from tests.storage.papers import record

TABLES = ("documents", "earlier", "holders", "links", "facts", "identity_keys")
LINK = Link(RelationKind.REPEALS, "12/qd-ubnd", None, "uy ban nhan dan xa mau")


def papers(count: int) -> list[Entry]:
    """Return entries, some with what stands in tables of its own."""
    made = [entry_of(record(f"{index:032x}")) for index in range(count)]
    made[0] = replace(made[0], links=to_text((LINK,)), earlier_sha256=f"{'1' * 64} {'2' * 64}")
    made[1] = replace(made[1], holder_keys="one two", name_keys="one", identity_key_id="other")
    return made


def opened(file: Path) -> Catalog:
    return Catalog.open(StorageSettings(catalog=f"sqlite:///{file}"), create=True)


def contents(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(file)) as database:
        tables = {name: sorted(database.execute(f"SELECT * FROM {name}")) for name in TABLES}
        schema = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
        return {**tables, "schema": database.execute(schema).fetchall()}


def test_filling_makes_what_entering_makes(tmp_path: Path) -> None:
    with opened(tmp_path / "entered") as entered, opened(tmp_path / "filled") as filled:
        entered.enter_all(papers(30))
        assert filled.fill(reversed(papers(30))) == 30
    assert contents(tmp_path / "filled") == contents(tmp_path / "entered")


def test_filling_with_nothing_leaves_an_empty_catalog(tmp_path: Path) -> None:
    with opened(tmp_path / "filled") as filled:
        assert filled.fill([]) == 0
        assert filled.as_of is None
        filled.enter_all(papers(2))
        assert len(filled.recent()) == 2


def test_a_document_that_comes_twice_fills_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "filled") as filled:
        with pytest.raises(CatalogUnavailable, match="UNIQUE"):
            filled.fill([*papers(3), papers(3)[0]])
        assert list(filled.dump()) == []


def test_what_breaks_half_way_leaves_all_indexes(tmp_path: Path) -> None:
    def breaking() -> Iterator[Entry]:
        yield from papers(3)
        raise ArithmeticError

    with opened(tmp_path / "filled") as filled:
        before = contents(tmp_path / "filled")["schema"]
        with pytest.raises(ArithmeticError):
            filled.fill(breaking())
    assert contents(tmp_path / "filled")["schema"] == before


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**9))
def test_the_line_is_canonical_json(text: str, pages: int) -> None:
    entry = replace(papers(2)[0], subject=text, page_count=pages)
    line = lines.text_of(entry)
    assert line == codec.encode(entry).decode()
    assert lines.read(entry.document_id, line) == entry


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"document_id":1}', "\ud800"])
def test_what_was_never_a_line_is_told_as_damaged(line: str) -> None:
    with pytest.raises(CatalogUnavailable, match="damaged line of 0f"):
        lines.read("0f", line)
