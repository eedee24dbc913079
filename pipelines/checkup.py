"""Is everything there that the work needs? Each line says what was found and what to do."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digitizer.errors import DigitizationError, Lang
from pipelines import worker
from pipelines.settings import Settings
from pipelines.stages import wall_clock

if TYPE_CHECKING:
    from signing.preflight import KeyReport

_ROOMS = ("digitizer", "desk", "pipelines", "signing", "storage")
_LEAST_FREE_GB = 5.0
_CLOCK_S = 60.0

Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check-up. `cure` is "" when nothing is to be done; with `ok` it is a hint."""

    name: str
    ok: bool
    found: str
    cure: str


def check_up(settings: Settings, lang: Lang) -> Iterator[Finding]:
    """Yield one finding after the other; none of them changes anything but a scratch file."""
    checks: tuple[tuple[str, Callable[[Settings, Lang], tuple[bool, str, str]]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("ocr", _ocr),
        ("sandbox", _sandbox),
        ("data", _data),
        ("disk", _disk),
        ("key", _key),
        ("operator", _operator),
        ("store", _store),
        ("backup", _backup),
        ("state", _state),
        ("night", _night),
        ("catalog", _catalog),
        ("renewal", _renewal),
        ("webhook", _webhook),
        ("legal", _legal),
    )
    for name, check in checks:
        try:
            yield Finding(name, *check(settings, lang))
        except DigitizationError as error:
            yield Finding(name, False, error.sentence(lang), error.cure(lang))


def _python(_: Settings, lang: Lang) -> tuple[bool, str, str]:
    found = ".".join(str(part) for part in sys.version_info[:3])
    cure = "cần Python 3.11 trở lên" if lang == "vi" else "needs Python 3.11 or later"
    ok = sys.version_info >= (3, 11)
    return ok, found, "" if ok else cure


def _packages(_: Settings, lang: Lang) -> tuple[bool, str, str]:
    """The top-level names must be ours alone: another package may own one of them too."""
    owners = importlib.metadata.packages_distributions()
    foreign = {
        name: sorted(set(owners.get(name, [])) - {"sohoa"})
        for name in _ROOMS
        if set(owners.get(name, [])) - {"sohoa"}
    }
    cure = (
        "cài sohoa vào môi trường riêng (venv, pipx)"
        if lang == "vi"
        else "install sohoa into an environment of its own (venv, pipx)"
    )
    if foreign:
        return False, str(foreign), cure
    return True, importlib.metadata.version("sohoa"), ""


def _ocr(settings: Settings, _: Lang) -> tuple[bool, str, str]:
    return True, worker.engine(settings.ocr.engine).name, ""


def _sandbox(_: Settings, lang: Lang) -> tuple[bool, str, str]:
    from digitizer.scan.sandbox import isolation

    if isolation().network_isolated:
        found = "tách riêng, cắt mạng" if lang == "vi" else "own process, no network"
        return True, found, ""
    found = "tách riêng, còn mạng" if lang == "vi" else "own process, network not cut off"
    return True, found, ""


def _data(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    folder = settings.run.data
    probe = folder / ".doctor"
    cure = "kiểm tra quyền ghi" if lang == "vi" else "check the right to write"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return False, f"{folder}: {error.strerror}", cure
    return True, str(folder.absolute()), ""


def _disk(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    place = _existing(settings.run.data)
    free_gb = shutil.disk_usage(place).free / 1e9
    cure = "giải phóng chỗ trên đĩa" if lang == "vi" else "free some space"
    ok = free_gb >= _LEAST_FREE_GB
    return ok, f"{free_gb:.0f} GB", "" if ok else cure


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def _key(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """The agency's key, its chain, and the time-stamp authority. No PIN is used."""
    from signing.preflight import preflight

    settings.keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    report = preflight(settings.signing, keys_folder=settings.keys_folder, now=wall_clock())
    ok, found, cure = _standing(report.key, lang)
    if report.tsa_clock_off is not None:
        found += f" · TSA {report.tsa_clock_off.total_seconds():+.0f} s"
    if settings.signing.key == "throwaway":
        cure = (
            "khóa dùng thử: đặt [signing] key và khóa của cơ quan khi dùng thật"
            if lang == "vi"
            else "trial key: set [signing] key and the agency's own key for real use"
        )
    return ok, f"{found} · {report.level}", cure


def _operator(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """The scanning officer's key (TT 01/2023 Đ8), where the site has one."""
    from signing.preflight import preflight_operator

    if settings.operator.key == "off":
        return True, "không dùng" if lang == "vi" else "off", ""
    settings.keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    report = preflight_operator(
        settings.operator, settings.signing, keys_folder=settings.keys_folder, now=wall_clock()
    )
    return _standing(report, lang)


def _standing(report: KeyReport, lang: Lang) -> tuple[bool, str, str]:
    found = f"{report.certificate.subject} · {report.days_left} "
    found += "ngày" if lang == "vi" else "days"
    if report.ends_soon:
        return False, found, "gia hạn chứng thư" if lang == "vi" else "renew the certificate"
    if not report.reaches_trusted_root:
        cure = (
            "đặt chứng thư gốc vào [signing] trust_folder để kiểm tra chuỗi và thu hồi"
            if lang == "vi"
            else "put the root into [signing] trust_folder, so chain and revocation can be checked"
        )
        return True, found, cure
    return True, found, ""


def _store(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    from storage.objects import open_store

    store = open_store(settings.storage)
    store.check()
    if settings.storage.store != "s3":
        return True, store.name, ""
    from storage.s3 import S3Store

    facts = S3Store.open(settings.storage).survey()
    vi = lang == "vi"
    hints = []
    if facts.may_delete:
        hints.append(
            "khóa của ứng dụng XÓA được: rút quyền s3:DeleteObject"
            if vi
            else "the application's key pair may DELETE: take s3:DeleteObject away"
        )
    if facts.has_versions is False:
        hints.append("bật phiên bản cho bucket" if vi else "switch versions on")
    if facts.is_locked is False:
        hints.append(
            "cân nhắc Object Lock chế độ COMPLIANCE" if vi else "consider Object Lock, COMPLIANCE"
        )
    if facts.may_suspend:
        hints.append(
            "khóa của ứng dụng TẮT được phiên bản: rút quyền s3:PutBucketVersioning"
            if vi
            else "the application's key pair may switch versions OFF: deny s3:PutBucketVersioning"
        )
    if facts.may_expire:
        hints.append(
            "quy tắc lifecycle của bucket XÓA tệp: bỏ quy tắc ấy"
            if vi
            else "a lifecycle rule of the bucket DELETES objects: remove it"
        )
    if facts.clock_ahead_s is not None and abs(facts.clock_ahead_s) > _CLOCK_S:
        hints.append("chỉnh đồng hồ (NTP)" if vi else "set the clock (NTP)")
    return True, store.name, "; ".join(hints)


def _backup(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """When the second copy was last brought up to date."""
    from pipelines.safekeeping import last_backup

    vi = lang == "vi"
    if settings.backup.store == "none":
        found = "chưa đặt" if vi else "not set"
        cure = (
            "đặt [backup] store, rồi chạy `sohoa backup` hằng đêm"
            if vi
            else "set [backup] store, then run `sohoa backup` every night"
        )
        return True, found, cure
    last = last_backup(settings)
    cure = "chạy `sohoa backup`" if vi else "run `sohoa backup`"
    if last is None:
        return False, "chưa từng sao lưu" if vi else "never backed up", cure
    hours = (wall_clock() - last.finished_at).total_seconds() / 3600
    found = f"{hours:.0f} giờ trước" if vi else f"{hours:.0f} hours ago"
    is_recent = hours <= settings.backup.within_h
    return is_recent, found, "" if is_recent else cure


def _state(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """When the state of the data folder was last taken to the second copy."""
    from pipelines.state_backup import last_state

    vi, last = lang == "vi", last_state(settings)
    if settings.backup.store == "none":
        return True, "chưa đặt" if vi else "not set", ""
    cure = "chạy `sohoa backup`" if vi else "run `sohoa backup`"
    if last is None:
        return False, "chưa từng sao lưu" if vi else "never backed up", cure
    hours = (wall_clock() - last.taken_at).total_seconds() / 3600
    found = (
        f"{last.files} tệp, {hours:.0f} giờ trước"
        if vi
        else (f"{last.files} files, {hours:.0f} hours ago")
    )
    is_recent = hours <= settings.backup.within_h
    return is_recent, found, "" if is_recent else cure


def _night(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """When a night last came through."""
    from pipelines.morning import is_late, last_night

    vi, last = lang == "vi", last_night(settings)
    if last is None:
        found = "chưa chạy đêm nào" if vi else "no night yet"
        hint = "hẹn giờ: `sohoa init --systemd`" if vi else "a timer: `sohoa init --systemd`"
        return True, found, hint
    is_over = is_late(last, settings.night.late_h, wall_clock())
    cure = (
        "xem `systemctl status sohoa-nightly`, rồi chạy `sohoa nightly`"
        if vi
        else "see `systemctl status sohoa-nightly`, then run `sohoa nightly`"
    )
    return not is_over, last.subject, cure if is_over else ""


def _catalog(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    from storage.catalog import Catalog

    with Catalog.open(settings.storage, create=True) as catalog:
        held = sum(count.documents for count in catalog.counts())
    return True, f"{held} " + ("tài liệu" if lang == "vi" else "documents"), ""


def _renewal(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """When archived signatures lapse, and how long a time stamp of today would last."""
    from pipelines.outlook import lapses
    from signing.renew import reach
    from signing.trust import Trust
    from storage.catalog import Catalog

    now = wall_clock()
    with Catalog.open(settings.storage, create=True) as catalog:
        first, count = lapses(catalog, now)
    found = f"{count} " + ("tài liệu trong 12 tháng" if lang == "vi" else "documents in 12 months")
    if first is not None:
        found += f" · {(first - now).days} " + ("ngày" if lang == "vi" else "days")
    if settings.signing.tsa_url:
        trust = Trust.open(settings.signing, settings.keys_folder)
        days = (reach(settings.signing, trust=trust, now=now) - now).days
        found += f" · TSA {days} " + ("ngày" if lang == "vi" else "days")
    cure = "chạy `sohoa renew`" if lang == "vi" else "run `sohoa renew`"
    in_time = first is None or (first - now).days >= settings.signing.warn_days
    return in_time, found, cure if count else ""


def _webhook(settings: Settings, lang: Lang) -> tuple[bool, str, str]:
    """Whether another system can be told, and was."""
    from pipelines import webhook
    from storage.outbox import Fate

    if not settings.webhook.url:
        return True, "–", ""
    webhook.secret_of(settings.webhook)
    with webhook.outbox(settings) as held:
        counts = held.counts()
    pending, dead = counts[Fate.PENDING], counts[Fate.DEAD]
    found = f"{pending} đang đợi, {dead} đã bỏ" if lang == "vi" else f"{pending} due, {dead} dead"
    cure = (
        "xem `sohoa webhook list`, sửa nơi nhận rồi chạy `sohoa webhook retry`"
        if lang == "vi"
        else "see `sohoa webhook list`, put the receiver right, then run `sohoa webhook retry`"
    )
    return not dead, found, cure if dead else ""


def _legal(_: Settings, lang: Lang) -> tuple[bool, str, str]:
    from digitizer.legal_profile import load_profile, undetermined_types
    from digitizer.legal_profile.marks import mark_templates
    from digitizer.legal_profile.succession import load_successions

    profile = load_profile()
    rows = [row for kind in profile.types for row in kind.rows]
    open_rows = list(dict.fromkeys(row.code for row in rows if not row.legal.confirmed))
    open_rows += [mark.name for mark in mark_templates() if not mark.legal.confirmed]
    open_rows += [
        f"{row.former} → {row.present}" for row in load_successions() if not row.legal.confirmed
    ]
    undetermined = len(undetermined_types())
    cure = (
        f"{undetermined} loại chưa có thời hạn bảo quản (mã 07, được giữ); "
        f"{len(open_rows)} dòng chưa được xác nhận: {', '.join(open_rows)}"
        if lang == "vi"
        else f"{undetermined} types without a retention period (code 07, kept); "
        f"{len(open_rows)} rows not confirmed yet: {', '.join(open_rows)}"
    )
    return True, profile.version, cure if open_rows or undetermined else ""
