"""What starts the night: systemd units, or lines of a crontab, and a first configuration.

The units give the night low priority and nothing to write to but the data folder; `Persistent`
makes up for a night the machine was off. Settings are those of systemd.exec(5), systemd.timer(5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent

from digitizer.errors import ConfigError
from pipelines.settings import Settings

_SERVICE = "sohoa-nightly"
_WATCHDOG = "sohoa-watchdog"
_INTAKE = "sohoa-intake"
_WATCH_AFTER = timedelta(hours=13)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the site is installed: the command, its configuration, the account it runs under."""

    command: Path
    config: Path
    user: str


def systemd_units(settings: Settings, place: Place) -> Mapping[str, str]:
    """Return the text of each unit by its file name."""
    night = f"{place.command} --config {place.config} nightly"
    watch = f"{place.command} --config {place.config} watchdog"
    at = _clock(settings.night.begins)
    return {
        f"{_SERVICE}.service": _service("Digitize what was scanned today", night, settings, place),
        f"{_SERVICE}.timer": _timer("Start the night", at.strftime("%H:%M")),
        f"{_WATCHDOG}.service": _service("Tell of a night that failed", watch, settings, place),
        f"{_WATCHDOG}.timer": _timer("Look after the night", _watch_at(settings)),
        f"{_INTAKE}.service": _intake(settings, place),
    }


def cron_lines(settings: Settings, place: Place) -> str:
    """Return a crontab that does what the units do; a night the machine was off is not made up."""
    at, watch = _clock(settings.night.begins), _clock(_watch_at(settings))
    base = f"nice -n 10 ionice -c 3 {place.command} --config {place.config}"
    return dedent(
        f"""\
        # {_SERVICE}: crontab of the account {place.user}
        {at.minute} {at.hour} * * *  {base} nightly
        {watch.minute} {watch.hour} * * *  {base} watchdog
        """
    )


def first_config(data: Path, inbox: Path) -> str:
    """Return a commented configuration to begin with; what is commented out is the default."""
    return dedent(
        f"""\
        # sohoa: cấu hình. Mọi khóa: `sohoa config show`, docs/config.md. Khóa gõ sai bị báo ngay.
        # All keys: `sohoa config show`, docs/config.md. A misspelt key is refused.

        [run]
        data = "{data}"            # sổ, việc dở, báo cáo, khóa / journal, work, reports, keys
        inbox = "{inbox}"          # nơi máy quét ghi vào / where scanners write
        # workers = 0              # 0: mỗi nhân một tiến trình / one per core

        [intake]
        stable_s = 60              # tệp phải yên chừng này giây (thư mục mạng) / a file must rest
        incomplete_s = 600         # tệp cụt được chờ chừng này giây / a cut file is waited for

        [night]
        begins = "20:00"
        until = "05:30"

        # [review]
        # double = ["so_dinh_danh"]    # hai người nhập độc lập / keyed by two people, blind

        # [signing]                    # docs/keys.md; chưa đặt thì ký bằng khóa dùng thử
        # key = "pkcs12"
        # pkcs12_file = "agency.p12"
        # passphrase_file = "agency.passphrase"
        # agency = "ỦY BAN NHÂN DÂN …"
        # tsa_url = "http://…"

        # [backup]                     # bản lưu thứ hai, trên đĩa khác / second copy, another disk
        # store = "folder"
        # folder = "/mnt/ban-luu-2"

        # [mail]                       # báo cáo buổi sáng / morning report
        # host = "mail.example.gov.vn"
        # sender = "sohoa@example.gov.vn"
        # to = ["van-thu@example.gov.vn"]
        """
    )


def _service(what: str, command: str, settings: Settings, place: Place) -> str:
    """Return a unit that does one thing and ends."""
    head = f"""\
[Unit]
Description=sohoa: {what}
Documentation=man:sohoa(1)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={place.user}
ExecStart={command}
# Quarantined, waiting, time window over: the night came through.
SuccessExitStatus=100 101 102
"""
    return head + _hardened(_written(settings))


def _intake(settings: Settings, place: Place) -> str:
    """Return a unit that claims what scanners write, all day; for folders over SMB or NFS."""
    folders = _written(settings)
    if settings.intake.claim == "move":
        folders = [*folders, settings.run.inbox.absolute()]
    head = f"""\
[Unit]
Description=sohoa: Claim what scanners write into the inbox
Documentation=man:sohoa(1)

[Service]
User={place.user}
ExecStart={place.command} --config {place.config} intake watch --every 10
Restart=always
RestartSec=30
# Stopped by systemd, as it is meant to be.
SuccessExitStatus=143
"""
    tail = """
[Install]
WantedBy=multi-user.target
"""
    return head + _hardened(folders) + tail


def _hardened(writable: list[Path]) -> str:
    """Return low priority, and nothing to write to but these folders."""
    return dedent(
        f"""\
        Environment=OMP_THREAD_LIMIT=1 LANG=C.UTF-8
        Nice=10
        IOSchedulingClass=idle
        CPUSchedulingPolicy=batch
        UMask=0027
        ProtectSystem=strict
        ReadWritePaths={" ".join(_if_there(folder, writable[0]) for folder in writable)}
        ProtectHome=read-only
        PrivateTmp=yes
        PrivateDevices=no
        NoNewPrivileges=yes
        ProtectKernelTunables=yes
        ProtectKernelModules=yes
        ProtectControlGroups=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        RestrictRealtime=yes
        ProtectKernelLogs=yes
        ProtectHostname=yes
        CapabilityBoundingSet=
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallErrorNumber=EPERM
        LimitCORE=0
        """
    )


def _if_there(folder: Path, data: Path) -> str:
    """Return a folder so that its absence keeps no night from beginning, and from telling of it."""
    return str(folder) if folder == data else f"-{folder}"


def _written(settings: Settings) -> list[Path]:
    """Return the folders a night writes to; the inbox is never written to."""
    folders = [settings.run.data]
    if settings.storage.store == "folder":
        folders.append(settings.storage.folder)
    if settings.backup.store == "folder":
        folders.append(settings.backup.folder)
    whole = [folder.absolute() for folder in folders]
    return [one for one in whole if not any(one.is_relative_to(o) for o in whole if o != one)]


def _timer(what: str, at: str) -> str:
    return dedent(
        f"""\
        [Unit]
        Description=sohoa: {what}

        [Timer]
        OnCalendar=*-*-* {at}:00
        Persistent=true
        AccuracySec=1min

        [Install]
        WantedBy=timers.target
        """
    )


def _watch_at(settings: Settings) -> str:
    """Return when the watchdog looks: in the morning after, when people are at work."""
    return (_clock(settings.night.begins) + _WATCH_AFTER).strftime("%H:%M")


def _clock(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%H:%M")
    except ValueError as error:
        raise ConfigError(f"[night] begins = {text!r}: HH:MM") from error
