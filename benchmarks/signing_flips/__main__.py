"""`python -m benchmarks.signing_flips [--flips 10000] [--seed 2026] [--out FILE]`.

Half the flips go into a B-B file, half into a B-LTA file, both with an officer's and an agency's
signature; in each, half anywhere and half inside the signatures. One accepted file fails the run.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from signing.verify import verify
from tests.oracles.pki import running_pki
from tests.signing.bases import Base, archival_file, trial_file
from tests.signing.mutants import flipped, flips


def main() -> int:
    """Flip, verify, print a table, and return 1 if a flipped file was believed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signing_flips", description=__doc__)
    parser.add_argument("--flips", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, help="JSON of the figures")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("pki", "trial", "archival"):
            (folder / part).mkdir()
        with running_pki(folder / "pki") as pki:
            bases = {
                "B-B": trial_file(folder / "trial"),
                "B-LTA": archival_file(folder / "archival", pki),
            }
        results = {
            level: _flip(base, asked.flips // 2, random.Random(asked.seed), folder / "flipped.pdf")
            for level, base in bases.items()
        }
    _print(results)
    if asked.out:
        asked.out.write_text(json.dumps(results, indent=2) + "\n")
    return 1 if any(result["accepted"] for result in results.values()) else 0


def _flip(base: Base, count: int, chance: random.Random, target: Path) -> dict[str, object]:
    target.write_bytes(base.data)
    assert verify(target, trust=base.trust, now=base.now).is_valid, "the good twin must pass"
    accepted: list[tuple[int, int]] = []
    statuses: Counter[str] = Counter()
    slowest_s, started = 0.0, time.process_time()
    for place, bit in flips(base.data, count, chance):
        target.write_bytes(flipped(base.data, place, bit))
        before = time.monotonic()
        verdict = verify(target, trust=base.trust, now=base.now)
        slowest_s = max(slowest_s, time.monotonic() - before)
        statuses[verdict.status] += 1
        if verdict.is_valid:
            accepted.append((place, bit))
    return {
        "file_bytes": len(base.data),
        "flips": count,
        "accepted": accepted,
        "statuses": dict(statuses),
        "cpu_s": round(time.process_time() - started, 1),
        "slowest_s": round(slowest_s, 2),
    }


def _print(results: dict[str, dict[str, object]]) -> None:
    for level, result in results.items():
        accepted = result["accepted"]
        assert isinstance(accepted, list)
        print(f"{level:6} {result['flips']} flips, {len(accepted)} accepted, {result['statuses']}")
        print(f"       {result['cpu_s']} CPU s, slowest {result['slowest_s']} s")


if __name__ == "__main__":
    sys.exit(main())
