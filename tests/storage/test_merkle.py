"""The Merkle tree is that of RFC 6962, and every line hangs on its root."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from storage.merkle import leaf_of, root_of

lines = st.lists(st.binary(max_size=8), max_size=40)


def by_definition(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_definition(leaves[:split]), by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(lines)
def test_the_root_is_the_one_of_the_definition(told: list[bytes]) -> None:
    leaves = [leaf_of(line) for line in told]
    assert root_of(leaves) == by_definition(leaves)


def test_a_published_root() -> None:
    """The tree of the first test vector of Certificate Transparency: one empty leaf."""
    assert root_of([leaf_of(b"")]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_any_other_line_gives_another_root(told: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(told) - 1))
    other = data.draw(st.binary(max_size=8).filter(lambda line: line != told[place]))
    changed = [*told[:place], other, *told[place + 1 :]]
    assert root_of([leaf_of(x) for x in told]) != root_of([leaf_of(x) for x in changed])
