"""Make the collection: `python -m samples [--out samples/papers] [--seed 2026] [--only TEXT]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from samples import truth
from samples.making import make
from samples.papers import COLLECTION


def main() -> int:
    """Write papers and truths, print what was made, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m samples", description=__doc__)
    parser.add_argument("--out", type=Path, default=truth.PAPERS, help="folder of the papers")
    parser.add_argument("--truth", type=Path, help="folder of the truths (default: beside --out)")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", default="", help="make only papers whose path holds this")
    asked = parser.parse_args()
    truths: Path = asked.truth or asked.out.parent / "truth"
    total = 0
    for sample in COLLECTION:
        if asked.only not in sample.path:
            continue
        data, known = make(sample, asked.seed)
        total += _put(asked.out / sample.path, data)
        total += _put(truths / truth.truth_path(sample.path), truth.encode(known))
        print(f"{len(data):8d}  {sample.path}  {sample.purpose}")
    print(f"{total:8d}  bytes in all, truths included")
    return 0


def _put(path: Path, data: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)


if __name__ == "__main__":
    sys.exit(main())
