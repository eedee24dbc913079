"""The commands around the night, as installed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from samples.truth import Truth
from tests.endtoend.installed import (
    ARCHIVE_ALL,
    CHEAP,
    Ended,
    Sohoa,
    copy_papers,
    in_state,
    of_type,
)
from tests.oracles import smtp


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]
) -> tuple[Sohoa, Ended]:
    """One archived paper, one cut short, a second copy, and how the night ended."""
    folder = tmp_path_factory.mktemp("night")
    sohoa = Sohoa(folder / "data", {**ARCHIVE_ALL, "SOHOA_BACKUP_STORE": "folder"})
    inbox = copy_papers([*of_type(truths, "TB"), in_state(truths, "quarantined")], folder / "inbox")
    return sohoa, sohoa("nightly", inbox, "--json")


def test_a_night_archives_backs_up_and_reports(site: tuple[Sohoa, Ended]) -> None:
    _, ended = site
    assert (ended.code, ended.json["succeeded"], ended.json["balance"]["holds"]) == (
        100,
        True,
        True,
    )
    assert {one["chore"]: one["ok"] for one in ended.json["chores"]} == {
        "backup": True,
        "state": True,
        "drill": True,
        "audit": True,
    }


def test_the_page_and_the_json_lie_side_by_side(site: tuple[Sohoa, Ended]) -> None:
    sohoa, ended = site
    (page,) = (sohoa.data / "nights").glob("*/morning.html")
    assert ended.json["subject"] in page.read_text("utf-8")
    assert json.loads((page.parent / "morning.json").read_bytes())["schema"] == "sohoa.night/1"


def test_the_watchdog_is_quiet_after_a_good_night(site: tuple[Sohoa, Ended]) -> None:
    sohoa, _ = site
    assert sohoa("watchdog").code == 0


def test_the_watchdog_barks_where_no_night_came_through(tmp_path: Path) -> None:
    barked = Sohoa(tmp_path / "data")("watchdog", "--json")
    assert (barked.code, barked.json["late"]) == (20, True)


def test_status_and_doctor_tell_of_a_late_night(site: tuple[Sohoa, Ended]) -> None:
    sohoa, _ = site
    late = sohoa.with_(night_late_h=0)
    assert "CHƯA" in late("status").out or "GIỜ" in late("status").out
    findings = {one["name"]: one["ok"] for one in late("doctor", "--json").json}
    assert findings["night"] is False


def test_a_full_disk_is_told_before_anything_is_begun(tmp_path: Path) -> None:
    refused = Sohoa(tmp_path / "data").with_(night_reserve_gb=1e9)("nightly")
    assert refused.code == 24
    assert not (tmp_path / "data" / "nights").exists()


def test_a_night_that_can_not_begin_is_told_by_mail(tmp_path: Path) -> None:
    with smtp.running() as box:
        sohoa = Sohoa(tmp_path / "data").with_(
            night_reserve_gb=1e9, mail_host="127.0.0.1", mail_port=box.port, mail_security="none",
            mail_sender="sohoa@example.vn", mail_to="a@example.vn",
        )  # fmt: skip
        assert sohoa("nightly").code == 24
    (told,) = box.mails
    assert told["Subject"] == "KHÔNG XONG – SH-2006"


def test_what_is_to_be_scanned_again_can_be_listed_and_done(site: tuple[Sohoa, Ended]) -> None:
    sohoa, _ = site
    listed = sohoa("rescan", "list", "--json")
    assert listed.code == 100
    (one,) = listed.json
    assert sohoa("rescan", "done", one["document_id"][:8]).code == 0
    assert sohoa("rescan", "list").code == 0


def test_a_quarantined_paper_can_be_taken_up_again(site: tuple[Sohoa, Ended]) -> None:
    sohoa, _ = site
    assert len(sohoa("requeue", "all", "--json").json["requeued"]) == 1
    assert sohoa("requeue", "ffffffff").code == 3


def test_a_sheet_goes_out_and_comes_back(site: tuple[Sohoa, Ended], tmp_path: Path) -> None:
    sohoa, _ = site
    sheet = tmp_path / "out.xlsx"
    assert sohoa("export", "xlsx", sheet).code == 0
    assert sohoa("import", sheet, "--json").json["changes"] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands(tmp_path: Path, shell: str) -> None:
    script = Sohoa(tmp_path / "data")("completion", shell)
    assert (script.code, "_SOHOA_COMPLETE" in script.out) == (0, True)


def test_what_is_begun_is_completed(tmp_path: Path) -> None:
    begun = {"_SOHOA_COMPLETE": "bash_complete", "COMP_WORDS": "sohoa resc", "COMP_CWORD": "1"}
    assert Sohoa(tmp_path / "data", begun)().out.strip() == "plain,rescan"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_man_page_names_every_command_and_sets_without_complaint(
    tmp_path: Path, lang: str
) -> None:
    page = Sohoa(tmp_path / "data").with_(run_lang=lang)("manual")
    assert "sohoa rescan done" in page.out and "sohoa desk key add" in page.out
    done = subprocess.run(
        ["man", "--warnings", "-l", "-"],
        input=page.out,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_init_prepares_a_place_and_overwrites_nothing(tmp_path: Path) -> None:
    sohoa = Sohoa(tmp_path / "site" / "data")
    made = sohoa("init", "--systemd", "--cron", "--user", "root")
    assert made.code == 0 and "nightly" in made.out
    config = tmp_path / "site" / "sohoa.toml"
    assert {p.name for p in (tmp_path / "site" / "systemd").iterdir()} == {
        *("sohoa-nightly.service", "sohoa-nightly.timer"),
        *("sohoa-watchdog.service", "sohoa-watchdog.timer", "sohoa-intake.service"),
    }
    config.write_text("# mine\n")
    sohoa("init")
    assert config.read_text() == "# mine\n"


def test_a_practice_province_has_its_papers_and_its_own_data(tmp_path: Path) -> None:
    sohoa = Sohoa(tmp_path / "real", CHEAP)
    made = sohoa("practice", tmp_path / "tap-su", "--no-run")
    assert made.code == 0
    papers = [path for path in (tmp_path / "tap-su" / "inbox").rglob("*") if path.is_file()]
    assert len(papers) > 10
    assert not (tmp_path / "real").exists()
    assert sohoa("practice", tmp_path / "tap-su", "--no-run").code == 3, "never over another's"
