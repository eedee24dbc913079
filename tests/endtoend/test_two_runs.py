"""Two runs over one inbox and one data folder: everything once, by one or the other."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.faults import papers
from benchmarks.faults.result import undisturbed
from benchmarks.killing.invariants import check
from tests.endtoend.installed import Ended, Sohoa

pytestmark = pytest.mark.slow


@pytest.fixture
def both(tmp_path: Path, sohoa: Callable[..., Sohoa]) -> tuple[Path, Sohoa, list[Ended]]:
    """Start two at the same moment, in an inbox of six papers; both come through."""
    inbox, site = tmp_path / "inbox", sohoa()
    papers.write(inbox, 6, first=1)
    started = [site.start("run", inbox, "--json") for _ in range(2)]
    ended = []
    for one in started:
        out, err = one.communicate(timeout=240)
        ended.append(Ended(one.returncode, out, err))
    return inbox, site, ended


def test_two_runs_at_once_do_every_paper_once(both: tuple[Path, Sohoa, list[Ended]]) -> None:
    inbox, site, ended = both
    done_by = Counter(
        one["source"]
        for run in ended
        for one in run.json["documents"]
        if one["state"] == "archived" and one["is_new"]
    )
    assert [run.code in (0, 101) for run in ended] == [True, True], [run.err for run in ended]
    assert done_by == dict.fromkeys((path.name for path in inbox.iterdir()), 1)
    last = site("run", inbox, "--json")
    assert check(site.data, last.json, undisturbed(inbox)).broken == ()


def test_what_the_other_run_has_is_told_as_waiting_for_nobody(
    tmp_path: Path, sohoa: Callable[..., Sohoa]
) -> None:
    """A paper is leased by a run that stands still; status and report say so."""
    inbox, site = tmp_path / "inbox", sohoa()
    papers.write(inbox, 1, first=1)
    other = site.start("run", inbox, "--json")
    try:
        while not list(site.data.glob("work/*/.at")):
            assert other.poll() is None, other.communicate()
        other.send_signal(signal.SIGSTOP)
        ours = site("run", inbox, "--json")
        (outcome,) = ours.json["documents"]
        assert (ours.code, outcome["state"], outcome["code"]) == (101, "waiting", "elsewhere")
        runs = json.loads(site("status", "--json").out)["runs"]
        assert [(run["is_alive"], run["leased"]) for run in runs] == [(True, 1)]
    finally:
        other.kill()
        other.communicate()
