"""`python -m benchmarks.compact --pages FOLDER`: the compact image profile, page by page.

Each PDF is scanned by the real stage and assembled twice, faithful and compact, without words (a
text layer adds 1 to 4 kB a page to both). PDFium renders both at 150 dpi; the similarity is SSIM
(Wang et al. 2004) of their luma, over the whole page. The worst place is the largest difference of
mean color between squares of 2 mm. ΔE (CIE 1976) is the mean over the colored pixels of seals and
signatures: each by itself (color, which a shift of half a pixel moves) and averaged over 1 mm
(tone). CPU is that of the whole assemble stage, proof included, one thread.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean

import cv2

from benchmarks.compact.measure import Document, Row, measured
from benchmarks.compact.rivals import Rival, rivals


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compact", description=__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of PDFs")
    parser.add_argument("--rivals", action="store_true", help="whole-page pictures beside it")
    parser.add_argument("--json", type=Path, help="write everything here as well")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    files = sorted(options.pages.glob("*.pdf"))
    documents = [measured(path) for path in files]
    others = [rival for path in files for rival in rivals(path)] if options.rivals else []
    print(_table(documents))
    if others:
        print(_rivals_table(others))
    if options.json:
        result = {"summary": _summary(documents), "documents": [asdict(d) for d in documents]}
        result["rivals"] = [asdict(rival) for rival in others]
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def _summary(documents: list[Document]) -> dict[str, float]:
    rows = [row for document in documents for row in document.rows]
    layered = [row for row in rows if row.is_layered]
    colors = [row.color for row in layered if row.color is not None]
    tones = [row.tone for row in layered if row.tone is not None]
    count = len(rows)
    return {
        "pages": count,
        "layered_pages": len(layered),
        "faithful_kib_per_page": sum(d.faithful_bytes for d in documents) / count / 1024,
        "compact_kib_per_page": sum(d.compact_bytes for d in documents) / count / 1024,
        "layered_kib_per_page": mean(row.compact_bytes for row in layered) / 1024,
        "similarity_mean": mean(row.similarity for row in rows),
        "similarity_mean_layered": mean(row.similarity for row in layered),
        "similarity_least": min(row.similarity for row in rows),
        "worst_place": max(row.worst_place for row in rows),
        "pages_with_color": len(colors),
        "color_mean": mean(colors),
        "color_worst": max(colors),
        "tone_mean": mean(tones),
        "tone_worst": max(tones),
        "faithful_cpu_s_per_page": sum(d.faithful_cpu_s for d in documents) / count,
        "compact_cpu_s_per_page": sum(d.compact_cpu_s for d in documents) / count,
    }


def _table(documents: list[Document]) -> str:
    head = (
        f"{'page':<28} {'dpi':>5} {'KiB':>5} {'compact':>7} {'SSIM':>6} {'worst':>5}"
        f" {'color':>5} {'tone':>5}"
    )
    lines = [head, *(_line(row) for document in documents for row in document.rows), ""]
    lines += [f"{name:<26} {value:.4g}" for name, value in _summary(documents).items()]
    return "\n".join(lines)


def _line(row: Row) -> str:
    colors = " ".join("    –" if d is None else f"{d:5.1f}" for d in (row.color, row.tone))
    return (
        f"{Path(row.name).stem + '.' + str(row.page):<28} {row.dpi:>5.0f}"
        f" {row.faithful_bytes / 1024:>5.0f} {row.compact_bytes / 1024:>7.0f}"
        f" {row.similarity:>6.4f} {row.worst_place:>5.0f} {colors}"
        + ("" if row.is_layered else "  own")
    )


def _rivals_table(others: list[Rival]) -> str:
    lines = ["", f"{'whole page at 150 dpi':<22} {'KiB/page':>8} {'SSIM':>6} {'least':>6}"]
    for name in dict.fromkeys(rival.name for rival in others):
        same = [rival for rival in others if rival.name == name]
        size, likeness = mean(r.size_bytes for r in same), [r.similarity for r in same]
        lines.append(f"{name:<22} {size / 1024:>8.0f} {mean(likeness):>6.4f} {min(likeness):>6.4f}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
