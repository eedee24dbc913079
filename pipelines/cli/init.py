"""`sohoa init`: folders, a first configuration, and what starts the night."""

from __future__ import annotations

import getpass
import shutil
import subprocess
import sys
from pathlib import Path

import click

from digitizer.errors import DiskFull
from pipelines import durable
from pipelines.cli.context import Site, pass_site
from pipelines.config import DEFAULT_FILE
from pipelines.units import Place, cron_lines, first_config, systemd_units


@click.command("init")
@click.option("--systemd", "wants_systemd", is_flag=True, help="Viết các unit systemd.")
@click.option("--cron", "wants_cron", is_flag=True, help="In các dòng crontab.")
@click.option(
    "--units",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("systemd"),
    show_default=True,
    help="Thư mục để viết unit vào.",
)
@click.option("--user", default=getpass.getuser, help="Tài khoản chạy ban đêm.")
@pass_site
def command(site: Site, wants_systemd: bool, wants_cron: bool, units: Path, user: str) -> int:
    """Chuẩn bị một nơi làm việc: thư mục, tệp cấu hình có chú giải, và lịch chạy hằng đêm.

    Không ghi đè gì: tệp cấu hình đã có thì giữ nguyên. Unit được viết vào một thư mục để xem
    trước; tự tay chép vào /etc/systemd/system rồi bật.

    \b
    Ví dụ:    sohoa --data /srv/sohoa init --systemd --user sohoa
              sudo cp systemd/* /etc/systemd/system/
              sudo systemctl enable --now sohoa-nightly.timer sohoa-watchdog.timer
    """
    config = (site.config_file or DEFAULT_FILE).absolute()
    settings = site.settings
    try:
        settings.run.inbox.mkdir(parents=True, exist_ok=True)
        settings.run.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DiskFull(f"{settings.run.data}: {error.strerror}") from error
    if not config.exists():
        text = first_config(settings.run.data.absolute(), settings.run.inbox.absolute())
        durable.write(config, text.encode())
        click.echo(site.texts("init.config", path=config))
    else:
        click.echo(site.texts("init.config_kept", path=config))
    click.echo(site.texts("init.inbox", path=settings.run.inbox.absolute()))
    place = Place(_own_command(), config, user)
    if wants_cron:
        click.echo(cron_lines(settings, place), nl=False)
    if wants_systemd:
        _write_units(site, place, units)
    return 0


def _own_command() -> Path:
    beside = Path(sys.executable).with_name("sohoa")
    return beside if beside.exists() else Path(shutil.which("sohoa") or "sohoa")


def _write_units(site: Site, place: Place, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error
    written = []
    for name, text in systemd_units(site.settings, place).items():
        durable.write(folder / name, text.encode())
        (folder / name).chmod(0o644)
        written.append(folder / name)
        click.echo(site.texts("init.unit", path=folder / name))
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *map(str, written)],
            capture_output=True,
            text=True,
            check=False,
        )
        key = "init.verified" if done.returncode == 0 else "init.not_verified"
        click.echo(site.texts(key, said=done.stderr.strip()))
    click.echo(site.texts("init.enable", folder=folder))
