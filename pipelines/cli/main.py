"""The `sohoa` command and the one place where exceptions end.

Results go to standard output, progress and trouble to standard error. Every expected failure
prints what happened and what to do, and exits with the code of its class (docs/exit-codes.md).
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from digitizer.errors import DigitizationError, Lang
from digitizer.scan import limits
from pipelines import scratch
from pipelines.cli.context import Site
from pipelines.cli.english import translate
from pipelines.stages import software
from pipelines.worker import LOG_FORMAT

COMMANDS: Mapping[str, str] = {
    "run": "pipelines.cli.run",
    "nightly": "pipelines.cli.nightly",
    "scan": "pipelines.cli.scan",
    "separators": "pipelines.cli.separators",
    "intake": "pipelines.cli.intake",
    "batch": "pipelines.cli.batch",
    "read": "pipelines.cli.read",
    "bench": "pipelines.cli.bench",
    "lookup": "pipelines.cli.lookup",
    "verify": "pipelines.cli.verify",
    "review": "pipelines.cli.review",
    "rescan": "pipelines.cli.rescan",
    "requeue": "pipelines.cli.requeue",
    "export": "pipelines.cli.export",
    "import": "pipelines.cli.import_sheet",
    "calibrate": "pipelines.cli.calibrate",
    "sign": "pipelines.cli.sign",
    "renew": "pipelines.cli.renew",
    "audit": "pipelines.cli.audit",
    "backup": "pipelines.cli.backup",
    "restore": "pipelines.cli.restore",
    "package": "pipelines.cli.package",
    "subject": "pipelines.cli.subject",
    "identity-key": "pipelines.cli.identity_key",
    "same": "pipelines.cli.same",
    "webhook": "pipelines.cli.webhook",
    "status": "pipelines.cli.status",
    "doctor": "pipelines.cli.doctor",
    "catalog": "pipelines.cli.catalog",
    "config": "pipelines.cli.config",
    "init": "pipelines.cli.init",
    "watchdog": "pipelines.cli.watchdog",
    "practice": "pipelines.cli.practice",
    "completion": "pipelines.cli.completion",
    "manual": "pipelines.cli.manual",
}


UPPER_ROOMS = "sohoa.commands"
"""Entry points by which rooms above this one bring their commands: `name = "module:command"`."""


class Commands(click.Group):
    """Loads a command's module when it is called, so that `--help` and `lookup` stay quick."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(entry_points(group=UPPER_ROOMS).names)]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        command: click.Command
        if name in COMMANDS:
            command = __import__(COMMANDS[name], fromlist=["command"]).command
        elif brought := entry_points(group=UPPER_ROOMS, name=name):
            command = next(iter(brought)).load()
        else:
            return None
        return translate(command, name) if _language() == "en" else command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(message="%(version)s", version=software())
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="Tệp cấu hình TOML; mặc định ./sohoa.toml nếu có.",
)
@click.option("--data", type=click.Path(path_type=Path), help="Thư mục dữ liệu [run] data.")
@click.option("--lang", type=click.Choice(["vi", "en"]), help="Ngôn ngữ thông báo.")
@click.option("-v", "--verbose", count=True, help="In nhật ký; -vv chi tiết hơn.")
@click.pass_context
def cli(
    ctx: click.Context,
    config_file: Path | None,
    data: Path | None,
    lang: str | None,
    verbose: int,
) -> None:
    """Số hóa giấy tờ hành chính: quét → đọc → ký số → lưu trữ → tra cứu.

    \b
    Bắt đầu:      sohoa doctor            máy đã đủ phần mềm chưa
                  sohoa run THƯ-MỤC       số hóa mọi tệp trong thư mục
                  sohoa status            cái gì xong, cái gì chờ
                  sohoa lookup --number 12/QĐ-UBND --year 2025

    Không có cấu hình vẫn chạy được: mọi thứ nằm trong ./sohoa-data, ký bằng khóa dùng thử.
    """
    logging.basicConfig(
        level=(logging.ERROR, logging.INFO, logging.DEBUG)[min(verbose, 2)],
        format=LOG_FORMAT,
        stream=sys.stderr,
    )
    flags = {"run.data": data, "run.lang": lang}
    ctx.obj = Site(config_file, flags, ctx.obj) if ctx.obj else Site(config_file, flags)


def main() -> NoReturn:
    """Run the command line and exit with the code docs/exit-codes.md promises."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    limits.leave_no_core()
    # The journal holds people's names; a data folder that was made for us may be open to all.
    os.umask(0o027)
    signal.signal(signal.SIGTERM, _terminate)
    if _language() == "en":
        translate(cli, "sohoa")
    try:
        status = cli.main(standalone_mode=False, obj=scratch.settle)
    except DigitizationError as error:
        _explain(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(143)


def _explain(error: DigitizationError) -> None:
    lang = _language()
    click.echo(f"{error.code}  {error.sentence(lang)}", err=True)
    if cure := error.cure(lang):
        click.echo(f"         → {cure}", err=True)


def _language() -> Lang:
    """Return the language asked for, even when the configuration itself is what is wrong."""
    arguments = sys.argv[1:]
    asked = os.environ.get("SOHOA_RUN_LANG", "vi")
    if "--lang" in arguments[:-1]:
        asked = arguments[arguments.index("--lang") + 1]
    return "en" if "en" in (asked, *(a.removeprefix("--lang=") for a in arguments)) else "vi"
