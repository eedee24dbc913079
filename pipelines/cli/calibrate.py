"""`sohoa calibrate`: thresholds of acceptance from what people confirmed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from digitizer.errors import TooFewConfirmed
from digitizer.vocabulary import name_of
from pipelines.calibrate import Advice, Verdict, advise, least_values
from pipelines.cli.context import Site, json_option, pass_site
from pipelines.journal import Journal
from pipelines.messages import Catalogue
from pipelines.worker import journal_path

SCHEMA: Final = "sohoa.calibrate/1"
_TARGET: Final = 0.99


@click.command("calibrate")
@click.option(
    "--target",
    type=click.FloatRange(0.5, 1.0, max_open=True),
    default=_TARGET,
    help=f"Tỷ lệ đúng phải đạt của các trường máy tự nhận; mặc định {_TARGET}.",
)
@json_option
@pass_site
def command(site: Site, target: float, as_json: bool) -> int:
    """Tính ngưỡng tự nhận của từng trường từ những giá trị cán bộ đã xác nhận.

    Mỗi lần xác nhận hoặc sửa bằng `sohoa review`, máy ghi lại trường nào đã đọc đúng hay sai và
    lúc đọc chắc đến đâu; không ghi giá trị. Lệnh này tìm ngưỡng thấp nhất mà tỷ lệ đúng đạt mức
    --target với độ tin cậy 95 % (cận dưới Wilson), in các dòng để dán vào sohoa.toml; không tự sửa
    cấu hình.

    \b
    Ví dụ:    sohoa calibrate --target 0.999 --json
    Mã thoát: 0 có ngưỡng cho ít nhất một trường · 3 chưa đủ giá trị đã xác nhận
    """
    found = list(advise(_verdicts(site), target))
    if not any(one.is_enough for one in found):
        most = max((one.values for one in found), default=0)
        raise TooFewConfirmed(f"{most} < {least_values(target)}, --target {target}")
    if as_json:
        click.echo(json.dumps(as_plain(target, found), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(target, found, site.texts)))
    return 0


def as_plain(target: float, found: Sequence[Advice]) -> dict[str, Any]:
    """Return the object that `sohoa calibrate --json` promises (docs/calibration.md)."""
    return {
        "schema": SCHEMA,
        "target": target,
        "fields": [
            {
                "field": one.field.value,
                "accept": one.accept,
                "values": one.values,
                "kept": one.kept,
                "right": one.right,
                "precision": round(one.right / one.kept, 5),
                "interval": [round(one.low, 5), round(one.high, 5)],
                "review_share": round(one.review_share, 5),
                "needed": one.needed,
            }
            for one in found
        ],
    }


def _verdicts(site: Site) -> Sequence[Verdict]:
    path = journal_path(site.settings)
    if not path.is_file():
        return ()
    with Journal(path) as journal:
        return journal.verdicts()


def _lines(target: float, found: Sequence[Advice], texts: Catalogue) -> Iterator[str]:
    yield texts("calibrate.title", target=f"{target:.1%}")
    for one in found:
        yield "  " + _line(one, texts)
    yield texts("calibrate.paste")
    yield "[extract.thresholds]"
    for one in found:
        if one.accept is not None:
            yield f"{one.field} = {_written(one.accept)}"


def _written(accept: float) -> str:
    """Return a threshold with four digits, rounded down: what stood at it still passes."""
    return f"{math.floor(accept * 10_000) / 10_000:g}"


def _line(one: Advice, texts: Catalogue) -> str:
    name = name_of(one.field, in_english=texts.lang == "en")
    if not one.is_enough:
        return texts("calibrate.few", name=name, values=one.values, needed=one.needed)
    figures = {
        "name": name,
        "right": one.right,
        "kept": one.kept,
        "low": f"{one.low:.2%}",
        "high": f"{one.high:.2%}",
    }
    if one.accept is None:
        return texts("calibrate.none", **figures)
    share = f"{one.review_share:.0%}"
    return texts("calibrate.found", accept=_written(one.accept), review=share, **figures)
