"""Ask for worn scans of papers that are held as office scans, among others of the same forms.

    python -m benchmarks.same_paper --count 100

Papers are the made-up ones of `benchmarks.understanding`, each scanned twice; readings are made by
the real recognizers and kept in --cache. The catalog says what is true of each held paper, as after
a review; the paper asked about is what the machine makes of its worn scan. Every paper asked about
is also compared with every other held paper of its type: same form, other person. Beside them
stand siblings, the hardest: the same words with the next number and the next personal number.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from benchmarks.lookup.papers import NOW, VAULT, digest, entries
from benchmarks.understanding.collection import Made, Wear, collection, scan_pages
from benchmarks.understanding.readings import read_files
from digitizer.extract.stage import extract
from digitizer.model import DocumentId, FieldName, Recognized, field_ref
from digitizer.settings import ExtractSettings
from storage.catalog import Catalog
from storage.entry import Entry
from storage.reference import agency_key, number_key
from storage.same_paper import Sameness, candidates, judged, matches
from storage.settings import StorageSettings
from storage.sought import Sought, as_read

_FROM = 300
"""How many of the collection it takes to have a hundred papers of citizens."""
_PERSONAL = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(frozen=True, slots=True)
class Held:
    """One paper in the archive, and what its worn scan says."""

    made: Made
    entry: Entry
    pages: tuple[str, ...]
    asked: Sought


def chosen(count: int, seed: int) -> list[Made]:
    """Return papers of citizens' forms, in the collection's proportions.

    Args:
        seed: 0 for the collection's own papers, some of which were seen while the rule was made;
            any other for papers that are drawn, printed and scanned from other numbers.
    """
    citizens = (made for made in collection(_FROM) if len(made.kind) > 3)
    return [replace(made, seed=made.seed + seed) for made in islice(citizens, count)]


def held(made: Made, cache: Path) -> Held:
    clean, worn = (_read(made, wear, cache) for wear in ("clean", "degraded"))
    pages = tuple(page.text for page in clean.pages)
    asked = as_read(worn, extract(worn, settings=ExtractSettings()), VAULT)
    return Held(made, _entry(made), pages, asked)


def _read(made: Made, wear: Wear, cache: Path) -> Recognized:
    name = f"{made.name}.{wear}"
    files = lambda: scan_pages(made, wear, cache / "scans")  # noqa: E731
    return read_files(name, files, cache / "readings").recognized


def _entry(made: Made) -> Entry:
    """Return the catalog's line as a review would have confirmed it."""
    _, truth = made.draw()
    said = dict(truth.fields)
    holders = range(1, 5)
    numbers = [said.get(field_ref(FieldName.SO_DINH_DANH, one), "") for one in holders]
    names = [said.get(field_ref(FieldName.CHU_HO_SO, one)) for one in holders]
    born = [said.get(field_ref(FieldName.NGAY_SINH, one)) for one in holders]
    issued = said.get(FieldName.NGAY_BAN_HANH, "")
    number, agency = said.get(FieldName.SO_KY_HIEU, ""), said.get(FieldName.CO_QUAN_BAN_HANH, "")
    return replace(
        next(entries(1)),
        document_id=DocumentId(digest(made.name)[:32]),
        document_type=made.kind,
        number=number,
        number_key=number_key(number),
        issued_on=date.fromisoformat(issued) if issued else None,
        year=int(issued[:4]) if issued else None,
        agency=agency,
        agency_key=agency_key(agency),
        holder_keys=" ".join(VAULT.holder_key(one) for one in numbers if one),
        name_keys=" ".join(
            VAULT.name_key(name, date.fromisoformat(day))
            for name, day in zip(names, born, strict=True)
            if name and day
        ),
        stored_at=NOW,
    )


def sibling(one: Held) -> Held:
    """Return the same words with the next number and the next personal number: a twin's paper."""
    pages = tuple(
        _PERSONAL.sub(lambda found: _next(found[0]), page).replace(
            one.entry.number, _next(one.entry.number)
        )
        for page in one.pages
    )
    entry = replace(
        one.entry,
        document_id=DocumentId(digest(f"sibling {one.made.name}")[:32]),
        number_key=number_key(_next(one.entry.number)),
        holder_keys=VAULT.holder_key(digest(one.made.name)) if one.entry.holder_keys else "",
        name_keys="",
    )
    return replace(one, entry=entry, pages=pages)


def _next(text: str) -> str:
    """Return text with its first run of digits counted on by one, as long as it was."""
    return re.sub(r"\d+", lambda run: f"{int(run[0]) + 1:0{len(run[0])}}", text, count=1)


def asked(papers: list[Held], folder: Path) -> Iterator[tuple[Held, dict[DocumentId, Sameness]]]:
    """Yield what each paper's worn scan is found to be, all papers and siblings being held."""
    texts = {one.entry.document_id: one.pages for one in papers}
    settings = StorageSettings(catalog=f"sqlite:///{folder / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as catalog:
        catalog.enter_all(one.entry for one in papers)
        for one in papers[: len(papers) // 2]:
            with catalog.snapshot() as seen:
                near = candidates(one.asked, seen)
            found = matches(one.asked, near, texts.__getitem__)
            yield one, {match.entry.document_id: match.verdict for match in found}


def pairs(papers: list[Held]) -> Counter[str]:
    """Judge each paper asked about against every other of its form, candidate or not."""
    by_kind: dict[str, list[Held]] = defaultdict(list)
    for one in papers:
        by_kind[one.made.kind].append(one)
    said: Counter[str] = Counter()
    for group in by_kind.values():
        for one in group:
            for other in group:
                if other.made is not one.made:
                    match = judged(one.asked, other.entry, other.pages)
                    said[match.verdict.value if match else "other"] += 1
    return said


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_paper")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="other papers than the usual ones")
    default = Path(tempfile.gettempdir(), "sohoa-understanding")
    parser.add_argument("--cache", type=Path, default=default, help="kept scans and readings")
    parser.add_argument("--errors", action="store_true", help="name the papers not found")
    options = parser.parse_args()
    own = [held(made, options.cache) for made in chosen(options.count, options.seed)]
    papers = [*own, *(sibling(one) for one in own)]
    rescans: Counter[str] = Counter()
    others: Counter[str] = Counter()
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for one, found in asked(papers, Path(folder)):
            verdict = found.pop(one.entry.document_id, None)
            rescans[verdict.value if verdict else "not found"] += 1
            others.update(other.value for other in found.values())
            if verdict is not Sameness.SAME:
                missed.append(f"{one.made.name}: {verdict}")
    told = {
        "seed": options.seed,
        "rescans": len(own),
        "forms": dict(Counter(one.made.kind for one in own)),
        "own_paper": dict(rescans),
        "recall_same": round(rescans["same"] / len(own), 3),
        "recall_same_or_perhaps": round((rescans["same"] + rescans["perhaps"]) / len(own), 3),
        "other_papers_told_as": dict(others),
        "wrong_merges": others["same"],
        "pairs_of_one_form": dict(pairs(own)),
    }
    print(json.dumps(told, ensure_ascii=False))
    if options.errors:
        print("\n".join(missed))


if __name__ == "__main__":
    main()
