"""What starts the night, as systemd and cron read it."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from digitizer.errors import ConfigError
from pipelines.config import load
from pipelines.settings import Settings
from pipelines.units import Place, cron_lines, first_config, systemd_units


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    return load(flags={"run.data": tmp_path / "data"}, environ={}).settings


@pytest.fixture
def place(tmp_path: Path) -> Place:
    command = tmp_path / "sohoa"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    return Place(command, tmp_path / "sohoa.toml", "root")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong(site: Settings, place: Place, tmp_path: Path) -> None:
    files = []
    for name, text in systemd_units(site, place).items():
        files.append(tmp_path / name)
        files[-1].write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "sohoa" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_counts_the_units_among_the_closed_ones(
    site: Settings, place: Place, tmp_path: Path
) -> None:
    unit = tmp_path / "sohoa-nightly.service"
    unit.write_text(systemd_units(site, replace(place, user="sohoa"))[unit.name])
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=40", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("systemd older than 251 can't judge a file")
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_a_service_that_systemd_stops_has_not_failed(site: Settings, place: Place) -> None:
    assert "SuccessExitStatus=143" in systemd_units(site, place)["sohoa-intake.service"]


def test_a_night_the_machine_was_off_is_made_up_for(site: Settings, place: Place) -> None:
    assert "Persistent=true" in systemd_units(site, place)["sohoa-nightly.timer"]


def test_the_night_starts_when_the_site_says(site: Settings, place: Place) -> None:
    late = replace(site, night=replace(site.night, begins="22:15"))
    units = systemd_units(late, place)
    assert "OnCalendar=*-*-* 22:15:00" in units["sohoa-nightly.timer"]
    assert "OnCalendar=*-*-* 11:15:00" in units["sohoa-watchdog.timer"]
    assert cron_lines(late, place).splitlines()[1].startswith("15 22 * * *  nice -n 10 ionice -c 3")


def test_only_what_the_night_writes_can_be_written(site: Settings, place: Place) -> None:
    service = systemd_units(site, place)["sohoa-nightly.service"]
    (line,) = (one for one in service.splitlines() if one.startswith("ReadWritePaths="))
    assert line == f"ReadWritePaths={site.run.data}"
    assert "ProtectSystem=strict" in service and "IOSchedulingClass=idle" in service


def test_the_inbox_can_be_written_only_where_files_are_moved_in_it(
    site: Settings, place: Place, tmp_path: Path
) -> None:
    scans = replace(site, run=replace(site.run, inbox=tmp_path / "scans"))
    moving = replace(scans, intake=replace(scans.intake, claim="move"))
    copying, moved = (systemd_units(one, place)["sohoa-intake.service"] for one in (scans, moving))
    assert str(tmp_path / "scans") not in copying
    assert str(tmp_path / "scans") in moved


def test_a_second_copy_elsewhere_can_be_written_too(
    site: Settings, place: Place, tmp_path: Path
) -> None:
    other = replace(site, backup=replace(site.backup, store="folder", folder=tmp_path / "second"))
    service = systemd_units(other, place)["sohoa-nightly.service"]
    # A disk that is not mounted must be told in the morning; systemd would not begin the night.
    assert f"ReadWritePaths={site.run.data} -{tmp_path / 'second'}" in service


def test_the_first_configuration_is_read_without_complaint(tmp_path: Path) -> None:
    file = tmp_path / "sohoa.toml"
    file.write_text(first_config(tmp_path / "data", tmp_path / "inbox"), "utf-8")
    made = load(file, environ={}).settings
    assert (made.run.data, made.run.inbox) == (tmp_path / "data", tmp_path / "inbox")


def test_what_is_commented_out_in_it_is_known_too(tmp_path: Path) -> None:
    text = first_config(tmp_path / "data", tmp_path / "inbox")
    lines = [line.removeprefix("# ") for line in text.splitlines()[3:]]
    file = tmp_path / "sohoa.toml"
    file.write_text("\n".join(lines), "utf-8")
    assert {"review", "signing", "backup", "mail"} <= tomllib.loads("\n".join(lines)).keys()
    load(file, environ={})


def test_an_hour_that_is_none_is_refused(site: Settings, place: Place) -> None:
    wrong = replace(site, night=replace(site.night, begins="25:00"))
    with pytest.raises(ConfigError):
        systemd_units(wrong, place)
