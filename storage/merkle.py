"""A Merkle tree over lines: one hash that stands for all of them, and where two lists differ.

Source: RFC 6962, 2.1 (leaf `0x00 ‖ line`, node `0x01 ‖ left ‖ right`, split at the largest power of
two below the count; SHA-256).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_of(line: bytes) -> bytes:
    """Return the hash of one line, 32 bytes."""
    return hashlib.sha256(_LEAF + line).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, 32 bytes; of none, the SHA-256 of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    peaks: list[tuple[int, bytes]] = []  # complete subtrees from the left: (size, root)
    for leaf in leaves:
        size, node = 1, leaf
        while peaks and peaks[-1][0] == size:
            node = hashlib.sha256(_NODE + peaks.pop()[1] + node).digest()
            size *= 2
        peaks.append((size, node))
    root = peaks.pop()[1]
    while peaks:
        root = hashlib.sha256(_NODE + peaks.pop()[1] + root).digest()
    return root
