"""The morning report as one self-contained page, and as the text of a mail.

The page shows small pictures of what has to be scanned again, the mail does not: the page stays
on the site's own disk.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator

from pipelines.messages import Catalogue
from pipelines.morning import Morning, number, subject
from pipelines.night import Done
from pipelines.outcome import Tally
from pipelines.report import explain
from pipelines.rescans import Rescan, picture_path
from pipelines.settings import Settings

_MOST = 200
_GB = 1e9
_STYLE = """
:root { --ink:#14212b; --soft:#51626f; --line:#d3dce2; --ground:#f3f6f8; --good:#14693a;
  --look:#8a5300; --failed:#a3161f; --brand:#0b4f6c }
* { box-sizing:border-box }
body { margin:0; background:var(--ground); color:var(--ink);
  font:16px/1.5 "Noto Sans","Segoe UI","DejaVu Sans",system-ui,sans-serif }
main { max-width:68rem; margin:0 auto; padding:1.5rem 1.2rem 3rem }
h1 { font-size:1.5rem; margin:0 } h2 { font-size:1.1rem; margin:1.8rem 0 .6rem }
p { margin:.2rem 0 } .soft { color:var(--soft) }
.verdict { color:#fff; background:var(--good); border-radius:.8rem; padding:1.1rem 1.4rem }
.verdict.look { background:var(--look) } .verdict.failed { background:var(--failed) }
.verdict p { font-size:1.05rem; overflow-wrap:anywhere }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(10rem,1fr)); gap:.8rem;
  margin:1rem 0 }
.tile { background:#fff; border:1px solid var(--line); border-radius:.6rem; padding:.7rem 1rem }
.tile b { display:block; font-size:1.9rem; line-height:1.2; font-variant-numeric:tabular-nums }
.tile.todo { border-left:.4rem solid var(--look) }
table { width:100%; border-collapse:collapse; background:#fff; border:1px solid var(--line) }
th, td { padding:.45rem .7rem; text-align:left; vertical-align:top;
  border-bottom:1px solid var(--line); overflow-wrap:break-word }
th { color:var(--soft); font-weight:600; font-size:.9rem }
td img { display:block; width:5rem; border:1px solid var(--line) }
.none { display:block; width:5rem; height:3rem; border:1px dashed var(--line) }
.bar { display:flex; height:1.4rem; border-radius:.4rem; overflow:hidden; background:#dfe5e9 }
.bar i { display:block } .archived { background:#14693a } .waiting { background:#d08700 }
.quarantined { background:#a3161f } .duplicate { background:#8796a1 }
.ok::before { content:"✔ "; color:var(--good) } .bad::before { content:"✖ "; color:var(--failed) }
.key { display:inline-block; width:.8rem; height:.8rem; border-radius:.2rem; margin-right:.4rem }
@media print { body { background:#fff } main { padding:0 } tr { break-inside:avoid }
  .verdict { color:#000; background:#fff; border:2px solid #000 } }
"""


def page(drawn: Morning, settings: Settings) -> str:
    """Return the whole page, without anything to be fetched from elsewhere."""
    texts = Catalogue(settings.run.lang)
    title = subject(drawn, texts)
    sections = (
        _todo(drawn, texts),
        _rescans(drawn, settings, texts),
        _quarantined(drawn, texts),
        _pending(drawn, texts),
        _balance(drawn, texts),
        _safety(drawn, settings, texts),
    )
    return f"""<!doctype html>
<html lang="{texts.lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><main>
<header class="verdict {drawn.verdict}"><h1>{html.escape(texts(f"night.verdict.{drawn.verdict}"))}
</h1><p>{html.escape(title)}</p>{_error(drawn, texts)}</header>
<p class="soft">{html.escape(_period(drawn, texts))}</p>
{"".join(sections)}
</main></body></html>
"""


def text(drawn: Morning, settings: Settings) -> str:
    """Return the mail: the verdict, what is to be done, what is safe, and where the page lies."""
    texts = Catalogue(settings.run.lang)
    lines = [texts(f"night.verdict.{drawn.verdict}"), _period(drawn, texts), ""]
    if drawn.night.error is not None:
        lines += [drawn.night.error.sentence(texts.lang), drawn.night.error.cure(texts.lang), ""]
    lines += [f"{label}: {value}" for label, value, _ in _tiles(drawn, texts)]
    lines += ["", *(_rescan_line(one, texts) for one in drawn.rescans[:_MOST])]
    lines += [f"{'✔' if ok else '✖'} {line}" for line, ok in _safe(drawn, settings, texts)]
    return "\n".join(lines) + "\n"


def _period(drawn: Morning, texts: Catalogue) -> str:
    start, end = (
        moment.astimezone().strftime("%d/%m/%Y %H:%M")
        for moment in (drawn.night.started_at, drawn.night.ended_at)
    )
    period = texts("report.period", start=start, end=end)
    broken_off = drawn.night.cut_short
    if broken_off is None:
        return period
    since = broken_off.at.astimezone().strftime("%d/%m/%Y %H:%M")
    return f"{period}. {texts('night.cut_short', since=since)}"


def _error(drawn: Morning, texts: Catalogue) -> str:
    error = drawn.night.error
    if error is None:
        return ""
    words = f"{error.sentence(texts.lang)}. {error.cure(texts.lang)}"
    return f"<p>{html.escape(words)}</p>"


# ── what is to be done ───────────────────────────────────────────────────────────────────────


def _tiles(drawn: Morning, texts: Catalogue) -> Iterator[tuple[str, str, bool]]:
    """Yield label, count, and whether somebody has to do something about it."""
    yield texts("night.pages"), number(drawn.pages_done, texts), False
    yield texts("night.documents"), number(drawn.documents_done, texts), False
    for key, count in (
        ("night.rescan", len(drawn.rescans)),
        ("night.review", drawn.for_review),
        ("night.signature", drawn.for_signature),
        ("night.quarantined", len(drawn.quarantined)),
    ):
        yield texts(key), number(count, texts), count > 0
    if others := _others(drawn):
        yield texts("night.others"), number(others, texts), True


def _others(drawn: Morning) -> int:
    return sum(drawn.waiting.values()) - drawn.for_review - drawn.for_signature


def _todo(drawn: Morning, texts: Catalogue) -> str:
    tiles = "".join(
        f'<div class="tile{" todo" if is_todo else ""}">{html.escape(label)}<b>{value}</b></div>'
        for label, value, is_todo in _tiles(drawn, texts)
    )
    return f'<section><div class="tiles">{tiles}</div></section>'


def _rescans(drawn: Morning, settings: Settings, texts: Catalogue) -> str:
    if not drawn.rescans:
        return ""
    rows = [
        (
            _picture(one, settings, texts),
            html.escape(one.box or texts("night.no_box")),
            html.escape(one.name),
            str(one.page or ""),
            html.escape(_why(one, texts)),
        )
        for one in drawn.rescans[:_MOST]
    ]
    heads = ("", *(texts(f"night.{name}") for name in ("box", "sheet", "page", "reason")))
    return _section(texts("night.rescan_list"), heads, rows) + _more(len(drawn.rescans), texts)


def _why(one: Rescan, texts: Catalogue) -> str:
    why = one.why(texts)
    return f"{why} · {one.asked_by}" if one.asked_by else why


def _rescan_line(one: Rescan, texts: Catalogue) -> str:
    place = "/".join(part for part in (one.box, one.name) if part)
    page_words = f", {texts('report.page', page=one.page)}" if one.page else ""
    return f"- {place}{page_words}: {_why(one, texts)}"


def _picture(one: Rescan, settings: Settings, texts: Catalogue) -> str:
    path = picture_path(settings, one.outcome)
    if path is None:
        return f'<span class="none" title="{html.escape(texts("report.no_picture"))}"></span>'
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img alt="{html.escape(one.name)}" src="data:image/jpeg;base64,{data}">'


def _quarantined(drawn: Morning, texts: Catalogue) -> str:
    if not drawn.quarantined:
        return ""
    rows = []
    for one in drawn.quarantined[:_MOST]:
        told = explain(one, texts)
        rows.append((html.escape(one.source), html.escape(told.what), html.escape(told.cure)))
    heads = tuple(texts(f"night.{name}") for name in ("source", "reason", "cure"))
    return _section(texts("night.quarantine_list"), heads, rows) + _more(
        len(drawn.quarantined), texts
    )


def _pending(drawn: Morning, texts: Catalogue) -> str:
    if not drawn.pending:
        return ""
    rows = [
        (html.escape(one.source), str(one.pages or ""), html.escape(explain(one, texts).what))
        for one in drawn.pending[:_MOST]
    ]
    heads = (texts("night.source"), texts("report.pages"), texts("night.reason"))
    return _section(texts("night.pending_list"), heads, rows) + _more(len(drawn.pending), texts)


def _more(count: int, texts: Catalogue) -> str:
    if count <= _MOST:
        return ""
    return f'<p class="soft">{html.escape(texts("night.more", count=count - _MOST))}</p>'


def _section(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table; the cells of `rows` are HTML already."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<section><h2>{html.escape(title)}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></section>"
    )


# ── what is safe ─────────────────────────────────────────────────────────────────────────────


def _balance(drawn: Morning, texts: Catalogue) -> str:
    total = drawn.balance
    if total is None:
        return ""
    parts = (
        ("archived", total.archived),
        ("waiting", total.waiting),
        ("quarantined", total.quarantined),
        ("duplicate", total.duplicate),
    )
    whole = max(1, total.intake.pages)
    bar = "".join(
        f'<i class="{name}" style="width:{100 * tally.pages / whole:.2f}%"></i>'
        for name, tally in parts
    )
    rows = [_tally_row(name, tally, texts) for name, tally in (("intake", total.intake), *parts)]
    words = texts("run.balanced" if total.holds else "run.unbalanced")
    heads = (texts("night.state"), texts("report.documents"), texts("report.pages").lower())
    table = _section(texts("night.balance"), heads, rows)
    mark = "ok" if total.holds else "bad"
    return f'{table}<div class="bar">{bar}</div><p class="{mark}">{html.escape(words)}</p>'


def _tally_row(name: str, tally: Tally, texts: Catalogue) -> tuple[str, str, str]:
    key = "" if name == "intake" else f'<span class="key {name}"></span>'
    unknown = texts("run.unknown", count=tally.unknown) if tally.unknown else ""
    pages = f"{number(tally.pages, texts)}{unknown}"
    label = html.escape(texts(f"run.{name}"))
    return f"{key}{label}", number(tally.documents, texts), html.escape(pages)


def _safety(drawn: Morning, settings: Settings, texts: Catalogue) -> str:
    lines = "".join(
        f'<p class="{"ok" if ok else "bad"}">{html.escape(line)}</p>'
        for line, ok in _safe(drawn, settings, texts)
    )
    return f"<section><h2>{html.escape(texts('night.safety'))}</h2>{lines}</section>"


def _safe(drawn: Morning, settings: Settings, texts: Catalogue) -> Iterator[tuple[str, bool]]:
    if settings.signing.key == "throwaway":
        yield texts("run.throwaway"), False
    for done in drawn.night.chores:
        yield _chore(done, texts), done.ok
    if settings.backup.store == "none":
        yield texts("night.no_backup"), False
    elif drawn.backup_at is None:
        yield texts("night.never_backed_up"), False
    else:
        when = drawn.backup_at.astimezone().strftime("%d/%m/%Y %H:%M")
        yield texts("night.backup_at", when=when), True
        yield _state(drawn, texts)
    days = drawn.certificate_days_left
    if days is not None:
        yield texts("night.certificate", days=days), days >= settings.signing.warn_days
    free = f"{drawn.disk_free_bytes / _GB:.0f}"
    if drawn.disk_days_left is None:
        yield texts("night.disk", free=free), True
    else:
        nights = drawn.disk_days_left
        yield texts("night.disk_days", free=free, nights=number(nights, texts)), nights >= 30
    enough = drawn.night.forecast.is_enough(settings.night.reserve_gb)
    yield texts("night.forecast_enough" if enough else "night.forecast_short"), enough


def _state(drawn: Morning, texts: Catalogue) -> tuple[str, bool]:
    if drawn.state_at is None:
        return texts("night.no_state"), False
    when = drawn.state_at.astimezone().strftime("%d/%m/%Y %H:%M")
    return texts("night.state_at", when=when), True


def _chore(done: Done, texts: Catalogue) -> str:
    if done.error:
        return texts(
            "night.chore_not_done", chore=texts(f"night.chore.{done.chore}"), code=done.error
        )
    line = texts(f"night.{done.chore}_done", count=number(done.count, texts))
    return f"{line} {texts('night.chore_failed', count=done.failed)}" if done.failed else line
