"""`sohoa bench`: what reading this site's own pages costs, and how far it may be trusted."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast, get_args

import click

from digitizer.errors import DigitizationError
from digitizer.settings import EngineName
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.messages import Catalogue
from pipelines.meter import Cost
from pipelines.site_bench import EngineFigures, agreement, find_files, measure

SCHEMA = "sohoa.bench/1"
_PAGES = 20


@click.command("bench")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(get_args(EngineName)),
    help="Bộ nhận dạng cần đo; lặp lại được; mặc định đo cả ba.",
)
@click.option(
    "--pages",
    type=click.IntRange(min=1),
    default=_PAGES,
    help=f"Đọc đủ chừng này trang thì không mở thêm tệp nào; mặc định {_PAGES}.",
)
@json_option
@pass_site
def command(site: Site, folder: Path, engines: tuple[str, ...], pages: int, as_json: bool) -> int:
    """Đo việc đọc trên chính giấy tờ của đơn vị: tốn bao nhiêu, tin được đến đâu.

    Lấy vài tệp trong FOLDER (thư mục hoặc một tệp), cho từng bộ nhận dạng đọc cùng những tệp ấy rồi
    in: thời gian CPU mỗi trang theo từng khâu, bộ nhớ, tỷ lệ chữ không cần người xem lại, các bộ
    nhận dạng giống nhau đến đâu. Không ký, không lưu gì; kết quả không chứa chữ nào của giấy tờ.

    Muốn biết tỷ lệ sai thật: gõ đúng nội dung in của tệp (đủ các trang, theo thứ tự đọc) vào tệp
    cùng tên thêm .txt, như 0001.pdf.txt, mã UTF-8. Khi ấy có thêm CER và WER.

    \b
    Ví dụ:    sohoa bench giay-to --pages 50
              sohoa bench giay-to --engine fast --engine verified --json
    Mã thoát: 0 đo xong · 100 vài tệp không đọc được · 3 không có tệp nào
    """
    settings = site.settings
    chosen = cast("tuple[EngineName, ...]", engines or get_args(EngineName))  # checked by click
    files = find_files(folder, settings)
    figures = measure(files, list(dict.fromkeys(chosen)), settings, page_limit=pages)
    plain = as_plain(folder, figures)
    if as_json:
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(plain, site.texts)))
    return 100 if plain["refused"] else 0


def as_plain(folder: Path, figures: Sequence[EngineFigures]) -> dict[str, Any]:
    """Return the object that `sohoa bench --json` promises (docs/cli.md)."""
    first = figures[0]
    return {
        "schema": SCHEMA,
        "folder": str(folder),
        "documents": len(first.outcomes),
        "pages": len(first.pages),
        "refused": list(_refused(figures)),
        "engines": [_engine(one) for one in figures],
        "agreement": [_agreement(*pair) for pair in itertools.combinations(figures, 2)],
    }


def _refused(figures: Sequence[EngineFigures]) -> Iterator[dict[str, str]]:
    for one in figures:
        for source, outcome in one.outcomes:
            if isinstance(outcome, DigitizationError):
                yield {"source": source.name, "engine": one.engine, "code": outcome.code}


def _engine(one: EngineFigures) -> dict[str, Any]:
    words = [word for page in one.pages for word in page.words]
    accepted = sum(word.accepted for word in words)
    measured = [outcome for _, outcome in one.read]
    stages = one.stages
    return {
        "engine": one.engine,
        "name": measured[0].engine if measured else None,
        "start_cpu_s": round(sum(each.start.cpu_s for each in measured), 2),
        "peak_mb": round(max((each.peak_mb for each in measured), default=0.0)),
        **_per_page(sum(stages.values(), Cost()), len(one.pages)),
        "stages": {name: _per_page(cost, len(one.pages)) for name, cost in stages.items()},
        "words": len(words),
        "accepted": accepted,
        "coverage": _share(accepted, len(words)),
        "truth": _truth(one),
    }


def _per_page(cost: Cost, pages: int) -> dict[str, float]:
    return {
        "cpu_s_per_page": round(cost.cpu_s / max(1, pages), 3),
        "wall_s_per_page": round(cost.wall_s / max(1, pages), 3),
    }


def _truth(one: EngineFigures) -> dict[str, Any] | None:
    documents, errors = one.errors()
    if not documents:
        return None
    return {
        "documents": documents,
        "letters": errors.letters,
        "words": errors.words,
        "cer": _share(errors.letter_errors, errors.letters),
        "wer": _share(errors.word_errors, errors.words),
        "missing": _share(errors.missing, errors.words),
    }


def _agreement(one: EngineFigures, other: EngineFigures) -> dict[str, Any]:
    share, words = agreement(one, other)
    return {"engines": [one.engine, other.engine], "words": words, "share": round(share, 5)}


def _share(part: int, whole: int) -> float:
    return round(part / max(1, whole), 5)


def _lines(plain: dict[str, Any], texts: Catalogue) -> Iterator[str]:
    yield texts("bench.title", documents=plain["documents"], pages=plain["pages"])
    for one in plain["refused"]:
        yield texts("bench.refused", **one)
    for one in plain["engines"]:
        yield from _engine_lines(one, texts)
    for one in plain["agreement"]:
        pair = " – ".join(one["engines"])
        yield texts("bench.agreement", pair=pair, share=f"{one['share']:.1%}", words=one["words"])


def _engine_lines(one: dict[str, Any], texts: Catalogue) -> Iterator[str]:
    yield texts("bench.engine", name=one["name"] or one["engine"])
    yield texts(
        "bench.cost",
        cpu=f"{one['cpu_s_per_page']:.2f}",
        wall=f"{one['wall_s_per_page']:.2f}",
        memory=one["peak_mb"],
        start=f"{one['start_cpu_s']:.1f}",
    )
    stages = (
        f"{name} {cost['cpu_s_per_page']:.2f}/{cost['wall_s_per_page']:.2f}"
        for name, cost in one["stages"].items()
    )
    yield texts("bench.stages", stages=" · ".join(stages))
    yield texts("bench.coverage", coverage=f"{one['coverage']:.1%}", words=one["words"])
    if truth := one["truth"]:
        rates = {key: f"{truth[key]:.2%}" for key in ("cer", "wer", "missing")}
        yield texts("bench.truth", documents=truth["documents"], words=truth["words"], **rates)
