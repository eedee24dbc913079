"""The night: reckoned before, patient while a service is away, told in the morning."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import DiskFull, MailUnavailable, RunLocked
from digitizer.model import DocumentId, Intake, MediaType, StoredFile
from pipelines import mail, morning, morning_page
from pipelines import night as night_module
from pipelines.config import load
from pipelines.forecast import forecast, shortage
from pipelines.journal import Journal
from pipelines.messages import Catalogue
from pipelines.morning import LastNight, Morning, Verdict
from pipelines.night import Chore, Done, Night, NightConduct, spend
from pipelines.outcome import Outcome, State, WaitReason, balance
from pipelines.outlook import Outlook
from pipelines.publishing import publish
from pipelines.run import RunResult
from pipelines.settings import MailSettings, Settings
from pipelines.worker import journal_path
from storage.settings import StorageSettings
from tests.oracles import smtp
from tests.oracles.loopback import forwarded, free_ports
from tests.oracles.seaweed import Seaweed

VI, EN = Catalogue("vi"), Catalogue("en")
GARBLED = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200) + b"\xff\xd9"
"""A JPEG by its beginning and end: taken in, and found to be no picture."""


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    made = load(flags={"run.data": tmp_path / "data", "run.workers": -1}, environ={}).settings
    made.run.inbox.mkdir(parents=True)
    return made


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self, on_sleep: Callable[[int], None] = lambda _: None) -> None:
        self.now = datetime(2026, 3, 12, 20, tzinfo=UTC)
        self.slept: list[float] = []
        self._on_sleep = on_sleep

    def conduct(self, hours: float = 8) -> NightConduct:
        return NightConduct(self.now + timedelta(hours=hours), lambda: self.now, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.slept.append(seconds)
        self._on_sleep(len(self.slept))


# ── before it starts ─────────────────────────────────────────────────────────────────────────


def test_what_was_not_taken_in_before_is_reckoned(site: Settings) -> None:
    (site.run.inbox / "a.pdf").write_bytes(bytes(1_000_000))
    found = forecast(site, site.run.inbox)
    assert (found.files, found.new_bytes) == (1, 1_000_000)
    assert sum(disk.needed_bytes for disk in found.disks) > 2_000_000


def test_what_an_earlier_night_refused_is_not_reckoned_again(site: Settings) -> None:
    (site.run.inbox / "a.pdf").write_bytes(b"")
    spend(site, site.run.inbox, conduct=Time().conduct())
    assert forecast(site, site.run.inbox).files == 0


def test_a_disk_too_small_for_the_night_is_told(site: Settings) -> None:
    (site.run.inbox / "a.pdf").write_bytes(bytes(1_000))
    found = forecast(site, site.run.inbox)
    free_gb = found.disks[0].free_bytes / 1e9
    assert found.is_enough(0)
    assert not found.is_enough(free_gb)


def test_nothing_is_begun_once_the_reserve_is_touched(site: Settings) -> None:
    (site.run.inbox / "a.jpg").write_bytes(GARBLED)
    full = replace(site, night=replace(site.night, reserve_gb=1e9))
    night = spend(full, site.run.inbox, conduct=Time().conduct())
    assert isinstance(shortage(full), DiskFull) and isinstance(night.error, DiskFull)
    assert night.result is not None and night.result.balance.holds
    assert [o.code for o in night.result.outcomes] == [WaitReason.NOT_REACHED]
    assert not night.succeeded


# ── patience ─────────────────────────────────────────────────────────────────────────────────


def _with_store(site: Settings, store: StorageSettings, port: int) -> Settings:
    """Return the site with a bucket behind a port of this machine."""
    own = replace(
        *(store,), endpoint=f"http://127.0.0.1:{port}", catalog=site.storage.catalog,
        identity_key_file=site.storage.identity_key_file,
    )  # fmt: skip
    return replace(site, storage=own, run=replace(site.run, store_attempts=1))


@pytest.fixture
def away(site: Settings, tmp_path: Path) -> Settings:
    """A site whose store's port is closed."""
    keys = tmp_path / "key"
    keys.write_text("none\n")
    store = StorageSettings(
        store="s3", bucket="b", access_key_file=keys, secret_key_file=keys, connect_timeout_s=0.5
    )
    return _with_store(site, store, free_ports(1)[0])


def test_a_store_that_comes_back_is_waited_for(site: Settings, seaweed: Seaweed) -> None:
    (site.run.inbox / "a.jpg").write_bytes(GARBLED)
    (port,) = free_ports(1)
    with ExitStack() as open_:

        def mend(times: int) -> None:
            if times == 3:
                open_.enter_context(forwarded(port, int(seaweed.endpoint.rpartition(":")[2])))

        time = Time(mend)
        behind = _with_store(site, seaweed.settings(seaweed.bucket()), port)
        night = spend(behind, site.run.inbox, conduct=time.conduct())
    assert (night.runs, night.error, time.slept) == (4, None, [30.0, 60.0, 120.0])
    assert night.result is not None and night.result.outcomes[0].state is State.QUARANTINED


def test_a_store_that_stays_away_is_given_up_at_the_end_of_the_night(away: Settings) -> None:
    time = Time()
    night = spend(away, away.run.inbox, conduct=time.conduct(hours=1))
    assert night.error is not None and night.error.code == "SH-2001"
    assert time.now < datetime(2026, 3, 12, 21, tzinfo=UTC)
    assert not night.succeeded


def test_the_longest_wait_is_the_sites(away: Settings) -> None:
    time = Time()
    spend(away, away.run.inbox, conduct=time.conduct(hours=3))
    assert max(time.slept) == away.night.longest_wait_s


# ── what is done after the run ───────────────────────────────────────────────────────────────


def test_an_empty_night_with_a_second_copy_succeeds(site: Settings) -> None:
    safe = replace(site, backup=replace(site.backup, store="folder"))
    night = spend(safe, site.run.inbox, conduct=Time().conduct())
    assert [done.chore for done in night.chores] == [
        Chore.BACKUP,
        Chore.STATE,
        Chore.DRILL,
        Chore.AUDIT,
    ]
    assert night.succeeded


def test_a_back_up_that_fails_does_not_keep_the_rest_from_its_turn(site: Settings) -> None:
    site.backup.folder.parent.mkdir(parents=True, exist_ok=True)
    site.backup.folder.write_text("not a folder")
    safe = replace(site, backup=replace(site.backup, store="folder"))
    night = spend(safe, site.run.inbox, conduct=Time().conduct())
    assert (night.chores[0].chore, night.chores[0].ok) == (Chore.BACKUP, False)
    assert night.chores[0].error
    assert night.chores[-1] == Done(Chore.AUDIT, ok=True)
    assert not night.succeeded


# ── a power cut ──


def test_what_a_broken_off_night_did_is_told_by_the_next(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, cut, after = (_outcome(number, State.ARCHIVED) for number in (1, 2, 3))

    def power_cut(*_: object, **__: object) -> RunResult:
        _enter_all(site, cut)
        raise KeyboardInterrupt

    _enter_all(site, earlier)
    time = Time()
    with monkeypatch.context() as patched:
        patched.setattr(night_module, "run_inbox", power_cut)
        with pytest.raises(KeyboardInterrupt):
            spend(site, site.run.inbox, conduct=time.conduct())
    time.now += timedelta(hours=1)
    night = spend(site, site.run.inbox, conduct=time.conduct())
    _enter_all(site, after)

    assert night.cut_short is not None and night.cut_short.at == time.now - timedelta(hours=1)
    published = publish(site, night, VI, time.conduct().clock)
    assert (published.drawn.documents_done, published.drawn.pages_done) == (2, 1240)
    assert "ngắt giữa chừng" in published.page.read_text("utf-8")
    assert spend(site, site.run.inbox, conduct=time.conduct()).cut_short is None


def test_a_night_that_could_not_begin_was_not_broken_off(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> RunResult:
        raise RunLocked("another run")

    with monkeypatch.context() as patched:
        patched.setattr(night_module, "run_inbox", locked)
        with pytest.raises(RunLocked):
            spend(site, site.run.inbox, conduct=Time().conduct())
    assert spend(site, site.run.inbox, conduct=Time().conduct()).cut_short is None


# ── the morning ──────────────────────────────────────────────────────────────────────────────

START = datetime(2026, 3, 11, 13, tzinfo=UTC)
END = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)


def _outcome(number: int, state: State, code: str = "", **more: object) -> Outcome:
    document_id = DocumentId(f"{number:032x}")
    made = Outcome(f"hop-0{number}/{number}.pdf", document_id, state, 620, code)
    return replace(made, **more)  # type: ignore[arg-type]


def _night(settings: Settings, *outcomes: Outcome, chores: tuple[Done, ...] = ()) -> Night:
    sums = RunResult(
        *(START, END, settings.run.inbox, len(outcomes), outcomes, None, False, False),
        Outlook(200, None, 0),
    )
    return Night(START, END, forecast(settings, settings.run.inbox), sums, None, 1, chores)


def _morning(settings: Settings, *outcomes: Outcome, chores: tuple[Done, ...] = ()) -> Morning:
    _enter_all(settings, *outcomes)
    return morning.morning(settings, _night(settings, *outcomes, chores=chores), None)


def _enter_all(settings: Settings, *outcomes: Outcome) -> None:
    with Journal(journal_path(settings)) as journal:
        for outcome in outcomes:
            _enter(journal, settings, outcome)


def _enter(journal: Journal, settings: Settings, outcome: Outcome) -> None:
    assert outcome.document_id is not None
    file = settings.run.data / "x"
    file.write_bytes(b"x")
    journal.take(Intake(outcome.document_id, outcome.source, StoredFile.of(file), MediaType.PDF))
    journal.settle(
        *(outcome.document_id, outcome.state),
        pages=outcome.pages, code=outcome.code, detail=outcome.detail, page=outcome.page,
    )  # fmt: skip


def test_the_subject_tells_the_night(site: Settings) -> None:
    drawn = _morning(
        site,
        _outcome(1, State.ARCHIVED),
        _outcome(2, State.ARCHIVED),
        _outcome(3, State.QUARANTINED, "SH-1004", page=2),
    )
    day = END.astimezone().strftime("%d/%m")
    assert morning.subject(drawn, VI) == f"[Số hóa] {day}: 1.240 trang, 1 quét lại, 0 lỗi"
    assert morning.subject(drawn, EN).endswith("1,240 pages, 1 to scan again, 0 faults")


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([(State.ARCHIVED, "")], Verdict.GOOD),
        ([(State.WAITING, "review")], Verdict.GOOD),
        ([(State.QUARANTINED, "SH-1003")], Verdict.LOOK),
    ],
)
def test_the_verdict_is_the_gravest(
    site: Settings, states: list[tuple[State, str]], verdict: Verdict
) -> None:
    outcomes = [_outcome(number, *one) for number, one in enumerate(states, 1)]
    assert _morning(site, *outcomes).verdict is verdict


def test_a_chore_that_failed_makes_the_night_fail(site: Settings) -> None:
    drawn = _morning(site, chores=(Done(Chore.DRILL, ok=False, count=5, failed=1),))
    assert (drawn.verdict, drawn.faults) == (Verdict.FAILED, 1)
    assert morning.subject(drawn, VI).startswith("KHÔNG XONG")


def test_what_is_to_be_scanned_again_is_told_by_box_file_and_page(site: Settings) -> None:
    drawn = _morning(
        site,
        _outcome(2, State.QUARANTINED, "SH-1004", page=3),
        _outcome(1, State.QUARANTINED, "SH-1024", detail="blurred"),
        _outcome(4, State.QUARANTINED, "SH-1009"),
    )
    assert [(one.box, one.name, one.page) for one in drawn.rescans] == [
        ("hop-01", "1.pdf", None),
        ("hop-02", "2.pdf", 3),
    ]
    assert drawn.rescans[0].why(VI).endswith("(mờ, nhòe)")
    assert [one.code for one in drawn.quarantined] == ["SH-1009"], "a secret is no re-scan"


def test_the_page_fetches_nothing_and_says_it_all(site: Settings) -> None:
    drawn = _morning(
        site,
        _outcome(1, State.ARCHIVED),
        _outcome(2, State.WAITING, "review"),
        _outcome(3, State.WAITING, "signature"),
        _outcome(4, State.QUARANTINED, "SH-1004", page=3),
        chores=(Done(Chore.BACKUP, ok=True, count=12),),
    )
    page = morning_page.page(drawn, site)
    assert not any(mark in page for mark in ("http://", "https://", "<script", "<link", "@import"))
    for words in ("Phải quét lại", "Chờ xác nhận", "Chờ ký", "hop-04", "12 tệp mới", "200 ngày"):
        assert words in page
    assert "Cân đối" in page and "hop-02/2.pdf" in page and "hop-03/3.pdf" in page


def test_the_mail_holds_counts_and_files_and_no_picture(site: Settings) -> None:
    drawn = _morning(site, _outcome(4, State.QUARANTINED, "SH-1004", page=3))
    words = morning_page.text(drawn, site)
    assert "hop-04/4.pdf, trang 3" in words and "<" not in words


def test_the_json_is_what_the_page_says(site: Settings) -> None:
    drawn = _morning(site, _outcome(4, State.QUARANTINED, "SH-1004", page=3))
    plain = json.loads(json.dumps(morning.as_json(drawn, VI)))
    assert plain["rescans"][0]["box"] == "hop-04"
    assert plain["balance"]["quarantined"]["documents"] == 1


def test_the_pace_of_the_last_nights_says_how_long_the_disk_lasts(site: Settings) -> None:
    drawn = _morning(site)
    used = 10_000_000_000
    kept = LastNight(END, END, "", (drawn.disk_free_bytes + used,))
    site.run.data.joinpath("night.json").write_bytes(morning.codec.encode(kept))
    days = morning.morning(site, drawn.night, None).disk_days_left
    assert days is not None
    assert abs(days - drawn.disk_free_bytes // used) <= 1


# ── late ─────────────────────────────────────────────────────────────────────────────────────


def test_a_good_night_is_kept_and_a_bad_one_does_not_hide_it(site: Settings) -> None:
    good = _morning(site)
    morning.keep(site, good, "good")
    bad = replace(good, night=replace(good.night, error=DiskFull("x"), ended_at=END + timedelta(1)))
    morning.keep(site, bad, "bad")
    last = morning.last_night(site)
    assert last is not None
    assert (last.subject, last.succeeded_at) == ("bad", END)


@pytest.mark.parametrize(("hours", "late"), [(25, False), (27, True)])
def test_no_success_in_26_hours_is_late(hours: int, late: bool) -> None:
    last = LastNight(END, END, "", ())
    assert morning.is_late(last, 26.0, END + timedelta(hours=hours)) is late


def test_a_site_whose_nights_never_came_through_is_late() -> None:
    assert morning.is_late(LastNight(END, None, "", ()), 26.0, END)


def test_balance_is_of_the_outcomes() -> None:
    assert balance(1, (_outcome(1, State.ARCHIVED),)).holds


# ── by mail ──────────────────────────────────────────────────────────────────────────────────


def _mail_to(port: int) -> MailSettings:
    return MailSettings("127.0.0.1", port, "none", "", None, "sohoa@example.vn", ("a@example.vn",))


def test_the_verdict_is_the_mails_subject() -> None:
    subject = "[Số hóa] 12/03: 1.240 trang, 3 quét lại, 0 lỗi"
    with smtp.running() as box:
        assert mail.send(_mail_to(box.port), subject, "Đêm qua xong\n", END)
    assert (box.mails[0]["Subject"], box.recipients) == (subject, ["a@example.vn"])
    assert "Đêm qua xong" in box.mails[0].get_content()


def test_a_server_that_refuses_is_told_by_its_place_alone() -> None:
    with smtp.running() as box:
        box.refuses = True
        with pytest.raises(MailUnavailable) as told:
            mail.send(_mail_to(box.port), "s", "t", END)
    assert str(box.port) in told.value.detail and "example.vn" not in told.value.detail


def test_a_server_that_is_away_is_told() -> None:
    with smtp.running() as box:
        port = box.port
    with pytest.raises(MailUnavailable):
        mail.send(_mail_to(port), "s", "t", END)


def test_nothing_is_sent_where_no_server_is_named() -> None:
    assert not mail.send(MailSettings(), "s", "t", END)
