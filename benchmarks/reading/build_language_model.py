"""Count the language model: `python -m benchmarks.reading.build_language_model TEXT LEXICONS`.

TEXT is a folder of `*.txt.gz` (one paragraph a line), LEXICONS one with lists of names and
administrative units. Only counts are written, pairs seen fewer than three times are dropped.
"""

from __future__ import annotations

import argparse
import gzip
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from digitizer.ocr.language_model import TABLE, keys

# A pair must not reach across the end of a sentence or clause; commas and dashes are bridged.
_BREAK: Final = re.compile(r"[.;:!?()\[\]{}\"“”/|\t]+(?=\s|$)|[()\[\]{}\"“”|\t]")
_LEAST_PAIR: Final = 3
_LEAST_SINGLE: Final = 2
_NAME_WEIGHT: Final = 2
_LARGEST: Final = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("lexicons", type=Path)
    parser.add_argument("--out", type=Path, default=TABLE)
    options = parser.parse_args()
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    files = sorted(options.text.glob("*.txt.gz"))
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as paragraphs:
            for paragraph in paragraphs:
                _count(paragraph, 1, single, pairs)
    lexicon_files = 0
    for path in sorted(
        (*options.lexicons.glob("units_*.tsv"), *options.lexicons.glob("namedb_*.txt"))
    ):
        lexicon_files += 1
        for entry in sorted(set(_entries(path))):
            _count(entry, _NAME_WEIGHT, single, pairs)
    header = (
        f"% syllable counts for digitizer.ocr.language_model, made by {Path(__file__).name}\n"
        f"% from {sum(single.values())} syllables: {', '.join(p.name for p in files)}"
        f" and {lexicon_files} lists of names and units\n"
        f"% key, count, then follower and count; pairs under {_LEAST_PAIR} dropped\n"
    )
    _write(options.out, header, single, pairs)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


def _entries(path: Path) -> Iterator[str]:
    for row in path.read_text("utf-8").splitlines()[1:]:
        for cell in row.split("\t"):
            if cell and not cell[0].isdigit():
                yield cell


def _count(text: str, weight: int, single: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
    for clause in _BREAK.split(unicodedata.normalize("NFC", text)):
        found = [key for key in keys(clause) if len(key) <= _LARGEST]
        for key in found:
            single[key] += weight
        for pair in pairwise(found):
            pairs[pair] += weight


def _write(path: Path, header: str, single: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
    kept = {key: count for key, count in single.items() if count >= _LEAST_SINGLE}
    followers: dict[str, list[str]] = {}
    for (first, second), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if count >= _LEAST_PAIR and first in kept and second in kept:
            followers.setdefault(first, []).extend((second, str(count)))
    rows = (
        "\t".join((key, str(count), *followers.get(key, ()))) + "\n"
        for key, count in sorted(kept.items())
    )
    data = (header + "".join(rows)).encode()
    # No time stamp: the same text gives the same bytes.
    path.write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
