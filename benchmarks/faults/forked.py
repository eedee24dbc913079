"""Runs in forked children of one process that has everything loaded, so that 500 are affordable.

What runs is what `sohoa run` runs (`pipelines.run.run_inbox`), in one process and its decoder;
`benchmarks.killing` does the same with the installed command and its worker processes.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from digitizer.errors import DigitizationError
from pipelines import config, report, worker
from pipelines.archive_view import fields_of
from pipelines.run import Conduct, run_inbox
from pipelines.settings import Settings

CRASHED = 70
_LOADED_ONCE = (
    "digitizer.assemble.stage",
    "digitizer.clean.stage",
    "digitizer.extract.stage",
    "digitizer.ocr.stage",
    "signing.preflight",
    "signing.renew",
    "storage.archive",
    "storage.catalog",
)


def settings_for(data: Path, **flags: object) -> Settings:
    """Return settings of a site that archives everything at once, in one process."""
    given = {
        "run.data": data,
        "run.workers": -1,
        "ocr.engine": "fast",
        "review.doubtful": "archive",
    }
    own = {name.replace("__", "."): value for name, value in flags.items()}
    return config.load(flags={**given, **own}, environ={}).settings


def load(settings: Settings) -> None:
    """Load in this process what every run needs, before it forks any."""
    for name in _LOADED_ONCE:
        import_module(name)
    worker.engine(settings.ocr.engine)


def run(settings: Settings, inbox: Path, prepare: Callable[[], None] = lambda: None) -> int:
    """Fork, call `prepare` in the child, run there; return the child's pid."""
    pid = os.fork()
    if pid:
        return pid
    code = CRASHED
    try:
        prepare()
        result = run_inbox(settings, inbox, conduct=Conduct(sleep=lambda _: None))
        report.write(result, settings, fields_of(settings))
        code = result.stopped.exit_code if result.stopped else 0
    except DigitizationError as error:
        code = error.exit_code
        print(error, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - a bug is a figure here: it is counted by its exit code
        traceback.print_exc(file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(code)


def last_report(settings: Settings) -> dict[str, Any]:
    """Return the report of the run that began last."""
    folders = sorted((settings.run.data / "reports").glob("*/report.json"))
    return dict(json.loads(folders[-1].read_bytes()))


def ended(pid: int) -> int:
    """Wait for a run; return its exit code, negative the signal that killed it."""
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
