"""A run's report: one JSON for machines, one self-contained HTML page for people.

The page shows Decree 30's fields and a thumbnail of each first page; it never shows holders or
identity numbers. It stays on the site's own disk, as the journal does.
"""

from __future__ import annotations

import base64
import html
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from digitizer import codec
from digitizer.errors import DigitizationError, DiskFull, RescanWanted, tree
from digitizer.model import DocumentId, Extracted, Field, FieldName, FieldStatus
from digitizer.vocabulary import FIELD_TERMS, name_of
from pipelines import durable, findings
from pipelines.messages import Catalogue, Lang
from pipelines.outcome import Balance, Outcome, State, Tally
from pipelines.outlook import Outlook
from pipelines.run import RunResult
from pipelines.settings import Settings
from pipelines.worker import thumbnail_path, work_folder
from signing.verdict import Reason, ReasonCode

SCHEMA = "sohoa.run/1"
_MOST_SHOWN = 600
_SHOWN = (
    FieldName.SO_KY_HIEU,
    FieldName.NGAY_BAN_HANH,
    FieldName.CO_QUAN_BAN_HANH,
    FieldName.LOAI_VAN_BAN,
    FieldName.TRICH_YEU,
    FieldName.NGUOI_KY,
    FieldName.CHUC_VU,
    FieldName.MA_HO_SO,
    FieldName.MA_TTHC,
)
_ERRORS: Mapping[str, type[DigitizationError]] = {kind.code: kind for kind in tree()}

FieldsOf = Callable[[DocumentId], tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class Explained:
    """An outcome in words: what happened and what to do."""

    what: str
    cure: str


def explain(outcome: Outcome, texts: Catalogue) -> Explained:
    """Say in one sentence why a document is where it is, and what ends it."""
    if outcome.state is State.QUARANTINED and outcome.code in _ERRORS:
        detail = outcome.detail
        if outcome.code == RescanWanted.code:
            detail = texts(f"rescan.{detail}")
        error = _ERRORS[outcome.code](detail, page=outcome.page)
        return Explained(error.sentence(texts.lang), error.cure(texts.lang))
    if outcome.state is State.WAITING and outcome.code:
        detail = outcome.detail
        if outcome.code == "review":
            detail = field_names(detail, texts.lang)
        elif outcome.code == "miscount":
            detail = findings.told(detail, texts)
        elif outcome.code == "signature_unproven":
            detail = _faults_of_signatures(detail, texts.lang)
        is_weak = ReasonCode.WEAK_ALGORITHM in outcome.detail.split(", ")
        cure = "signature_weak" if is_weak else outcome.code
        return Explained(texts(f"wait.{outcome.code}", detail=detail), texts(f"wait.{cure}.cure"))
    if outcome.state is State.DUPLICATE:
        return Explained(f"{texts('state.duplicate')}: {outcome.detail}", "")
    return Explained(texts(f"state.{outcome.state}"), "")


def _faults_of_signatures(codes: str, lang: Lang) -> str:
    """Return a verdict's reason codes, comma-separated, as sentences, each one once.

    The journal may hold a code of another version; it is told as it is.
    """
    known = {code.value: Reason(code).sentence(lang) for code in ReasonCode}
    return "; ".join(known.get(code, code) for code in dict.fromkeys(codes.split(", ")))


def field_names(names: str, lang: Lang) -> str:
    """Return ASCII field names, comma-separated, as clerks say them."""
    refs = [ref for name in names.split(",") if (ref := name.strip())]
    return ", ".join(name_of(ref, in_english=lang == "en") for ref in refs)


def as_json(result: RunResult, settings: Settings) -> dict[str, Any]:
    """Return the run as the documented JSON object (docs/cli.md)."""
    texts = Catalogue(settings.run.lang)
    return {
        "schema": SCHEMA,
        "started_at": codec.to_plain(result.started_at),
        "ended_at": codec.to_plain(result.ended_at),
        "inbox": str(result.inbox),
        "balance": {**codec.to_plain(result.balance), "holds": result.balance.holds},
        "stopped": result.stopped.code if result.stopped else None,
        "window_over": result.window_over,
        "quota_over": result.quota_over,
        "outlook": codec.to_plain(result.outlook),
        "documents": [
            {**codec.to_plain(outcome), "explanation": explain(outcome, texts).what}
            for outcome in result.outcomes
        ],
    }


def fields_in_work(settings: Settings, document_id: DocumentId) -> tuple[Field, ...]:
    """Return what was read of a document that is not archived yet, () when nothing was."""
    try:
        data = (work_folder(settings, document_id) / "extract.json").read_bytes()
    except OSError:
        return ()
    return codec.decode(Extracted, data).fields


def write(result: RunResult, settings: Settings, fields_of: FieldsOf) -> Path:
    """Write report.json and report.html; return the page's path. Raises DiskFull."""
    folder = _folder(settings.run.data / "reports", result.started_at)
    durable.write(folder / "report.json", codec.encode(as_json(result, settings)))
    page = folder / "report.html"
    durable.write(page, _page(result, settings, fields_of).encode())
    return page


def _folder(reports: Path, started_at: datetime) -> Path:
    """Make a folder of this run's own; two may have begun in the same second."""
    name = started_at.astimezone().strftime("%Y%m%dT%H%M%S")
    for number in itertools.count(1):
        folder = reports / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            continue
        except OSError as error:
            raise DiskFull(f"{folder}: {error.strerror}") from error
        return folder
    raise AssertionError("there is always a next number")


# ── the page ─────────────────────────────────────────────────────────────────────────────────

_STYLE = """
:root { --ink:#1d2430; --soft:#5b6675; --line:#d9dee6; --paper:#f5f7fa;
  --archived:#1a7f4b; --waiting:#9a6700; --quarantined:#b42318; --duplicate:#5b6675; }
* { box-sizing:border-box }
body { font:15px/1.5 system-ui,"Segoe UI","Noto Sans",sans-serif; color:var(--ink);
  background:var(--paper); margin:0; padding:2rem clamp(1rem,4vw,3rem) }
h1 { font-size:1.6rem; margin:0 0 .2rem } p { margin:.2rem 0 } .soft { color:var(--soft) }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(11rem,1fr)); gap:.8rem;
  margin:1.4rem 0 }
.tile { background:#fff; border:1px solid var(--line); border-left:.4rem solid var(--soft);
  border-radius:.4rem; padding:.7rem 1rem }
.tile b { display:block; font-size:1.7rem; line-height:1.2 }
.warn { background:#fff4e5; border:1px solid #f0c36d; border-radius:.4rem; padding:.6rem 1rem;
  margin:.8rem 0 }
.doc { display:grid; grid-template-columns:9rem 1fr; gap:1.2rem; background:#fff;
  border:1px solid var(--line); border-radius:.4rem; padding:1rem; margin:.7rem 0;
  break-inside:avoid }
.doc img { width:100%; border:1px solid var(--line); display:block }
.none { display:grid; place-items:center; height:8rem; border:1px dashed var(--line);
  color:var(--soft); font-size:.85rem }
.state { font-weight:600 } .state::before { content:"● " }
.archived { color:var(--archived) } .waiting { color:var(--waiting) }
.quarantined { color:var(--quarantined) } .duplicate { color:var(--duplicate) }
.tile.archived { border-left-color:var(--archived); color:inherit }
.tile.duplicate { color:inherit }
.tile.waiting { border-left-color:var(--waiting); color:inherit }
.tile.quarantined { border-left-color:var(--quarantined); color:inherit }
h2 { font-size:1rem; margin:0; overflow-wrap:anywhere }
dl { display:grid; grid-template-columns:max-content 1fr; gap:.1rem 1rem; margin:.5rem 0 0 }
dt { color:var(--soft) } dd { margin:0 } dd.review { background:#fff4e5 }
@media (max-width:40rem) { .doc { grid-template-columns:5rem 1fr }
  dl { grid-template-columns:1fr } }
@media print { body { background:#fff; padding:0 } }
"""


def _page(result: RunResult, settings: Settings, fields_of: FieldsOf) -> str:
    texts = Catalogue(settings.run.lang)
    start, end = (
        moment.astimezone().strftime("%d/%m/%Y %H:%M:%S")
        for moment in (result.started_at, result.ended_at)
    )
    shown = _shown(result.outcomes)
    documents = "\n".join(
        _document(outcome, settings, texts, fields_of, in_full=number < _MOST_SHOWN)
        for number, outcome in enumerate(shown)
    )
    if left_out := len(result.outcomes) - len(shown):
        documents += f'<p class="soft">{html.escape(texts("report.left_out", count=left_out))}</p>'
    return f"""<!doctype html>
<html lang="{texts.lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{html.escape(texts("report.title"))} {start}</title><style>{_STYLE}</style></head><body>
<h1>{html.escape(texts("report.title"))}</h1>
<p class="soft">{html.escape(texts("report.period", start=start, end=end))} · {
        html.escape(str(result.inbox))
    }</p>
{_warnings(result, settings, texts)}
{_tiles(result.balance, texts)}
<p>{html.escape(texts("run.balanced" if result.balance.holds else "run.unbalanced"))}</p>
{documents}
</body></html>
"""


def due(outlook: Outlook, settings: Settings, texts: Catalogue) -> tuple[str, ...]:
    """Return what has to be renewed soon, in sentences; nothing when nothing is."""
    lines = []
    days = outlook.certificate_days_left
    if days is not None and days < settings.signing.warn_days:
        lines.append(texts("run.certificate_ends", days=days))
    if outlook.lapsing and outlook.first_lapse is not None:
        first = outlook.first_lapse.astimezone().strftime("%d/%m/%Y")
        lines.append(texts("run.lapsing", count=outlook.lapsing, first=first))
    return tuple(lines)


def _shown(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Return all, or of very many those that this run or a person has to do with."""
    if len(outcomes) <= _MOST_SHOWN:
        return outcomes
    return tuple(o for o in outcomes if o.is_new or o.state is not State.ARCHIVED)


def _warnings(result: RunResult, settings: Settings, texts: Catalogue) -> str:
    lines = []
    if settings.signing.key == "throwaway":
        lines.append(texts("run.throwaway"))
    if result.stopped:
        error = result.stopped.sentence(texts.lang)
        lines.append(f"{texts('run.stopped', error=error)}. {result.stopped.cure(texts.lang)}")
    if result.window_over:
        lines.append(texts("run.window_over"))
    if result.quota_over:
        lines.append(texts("run.quota_over", quota=settings.signing.daily_quota))
    lines += due(result.outlook, settings, texts)
    return "\n".join(f'<p class="warn">{html.escape(line)}</p>' for line in lines)


def _tiles(balance: Balance, texts: Catalogue) -> str:
    tiles = (
        ("intake", balance.intake),
        ("archived", balance.archived),
        ("waiting", balance.waiting),
        ("quarantined", balance.quarantined),
        ("duplicate", balance.duplicate),
    )
    return f'<div class="tiles">{"".join(_tile(name, tally, texts) for name, tally in tiles)}</div>'


def _tile(name: str, tally: Tally, texts: Catalogue) -> str:
    unknown = texts("run.unknown", count=tally.unknown) if tally.unknown else ""
    pages = f"{tally.pages} {texts('report.pages').lower()}{unknown}"
    return (
        f'<div class="tile {name}">{html.escape(texts(f"run.{name}"))}'
        f"<b>{tally.documents}</b>"
        f'<span class="soft">{html.escape(texts("report.documents"))} · {html.escape(pages)}</span>'
        "</div>"
    )


def _document(
    outcome: Outcome,
    settings: Settings,
    texts: Catalogue,
    fields_of: FieldsOf,
    *,
    in_full: bool,
) -> str:
    explained = explain(outcome, texts)
    earlier = "" if outcome.is_new else f" · {texts('report.earlier')}"
    pages = "" if outcome.pages is None else f" · {outcome.pages} {texts('report.pages').lower()}"
    number = f" · {outcome.document_id[:8]}" if outcome.document_id else ""
    fields = (
        fields_of(outcome.document_id)
        if in_full and outcome.document_id and outcome.state in (State.ARCHIVED, State.WAITING)
        else ()
    )
    cure = f'<p class="soft">{html.escape(explained.cure)}</p>' if explained.cure else ""
    return f"""<section class="doc">{_picture(outcome, settings, texts, in_full)}<div>
<h2>{html.escape(outcome.source)}</h2>
<p><span class="state {outcome.state}">{html.escape(explained.what)}</span><span class="soft">{
        html.escape(pages + number + earlier)
    }</span></p>{cure}
{_fields(fields, texts)}</div></section>"""


def _picture(outcome: Outcome, settings: Settings, texts: Catalogue, wanted: bool) -> str:
    path = thumbnail_path(settings, outcome.document_id) if outcome.document_id else None
    if not wanted or path is None or not path.is_file():
        return f'<div class="none">{html.escape(texts("report.no_picture"))}</div>'
    data = base64.b64encode(path.read_bytes()).decode()
    alt = html.escape(f"{outcome.source}, {texts('report.page', page=1)}")
    return f'<img alt="{alt}" src="data:image/jpeg;base64,{data}">'


def _fields(fields: tuple[Field, ...], texts: Catalogue) -> str:
    by_name = {field.name: field for field in fields if field.status is not FieldStatus.ABSENT}
    rows = []
    for name in _SHOWN:
        if field := by_name.get(name):
            term = FIELD_TERMS[name]
            label = term.vi if texts.lang == "vi" else term.en
            mark = ' class="review"' if field.status is FieldStatus.REVIEW else ""
            rows.append(f"<dt>{html.escape(label)}</dt><dd{mark}>{html.escape(field.value)}</dd>")
    return f"<dl>{''.join(rows)}</dl>" if rows else ""
