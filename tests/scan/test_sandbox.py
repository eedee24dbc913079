import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pebble
import pytest

from digitizer.errors import BudgetExceeded, DamagedFile, MissingDependency, WorkerDied
from digitizer.model import MediaType
from digitizer.scan import limits, sandbox
from digitizer.scan.answers import Job
from digitizer.settings import ScanSettings

DRAWN = b"BT /F1 12 Tf 40 540 Td (Dieu 1) Tj ET"


@pytest.fixture
def box() -> Iterator[sandbox.Sandbox]:
    own = sandbox.Sandbox()
    yield own
    own.close()


@pytest.fixture
def job(pdf_file, tmp_path):
    def make(pages: int = 1, **settings: float) -> Job:
        folder = tmp_path / f"out-{time.monotonic_ns()}"
        folder.mkdir()
        path = pdf_file(*[(DRAWN, {}, {})] * pages)
        return Job(path, MediaType.PDF, folder, ScanSettings(**settings))

    return make


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


def zygote_pid(box: sandbox.Sandbox) -> int:
    box.isolation()
    assert box._zygote is not None
    return box._zygote.pid


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def strike(pid: int, number: signal.Signals) -> tuple[threading.Thread, list[int]]:
    """Send a signal to the first child that `pid` forks, as soon as it is there."""
    struck: list[int] = []

    def wait() -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not struck:
            for child in children(pid):
                time.sleep(0.05)
                os.kill(child, number)
                struck.append(child)
                return
            time.sleep(0.001)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, struck


def test_one_zygote_serves_many_documents(box, job) -> None:
    pid = zygote_pid(box)
    for count in (1, 3):
        pages, summary = box.decode(job(count))
        assert len(pages) == summary.page_count == count
    assert zygote_pid(box) == pid
    assert children(pid) == []


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [
        (signal.SIGSEGV, DamagedFile, "crashed"),
        (signal.SIGABRT, DamagedFile, "crashed"),
        (signal.SIGKILL, BudgetExceeded, "SIGKILL"),
        (signal.SIGXCPU, BudgetExceeded, "SIGXCPU"),
    ],
)
def test_a_child_that_dies_costs_its_document_and_no_other(number, error, said, box, job) -> None:
    pid = zygote_pid(box)
    thread, struck = strike(pid, number)
    with pytest.raises(error, match=said) as caught:
        box.decode(job(60))
    thread.join()
    assert caught.value.page is not None
    assert is_gone(struck[0])
    assert len(box.decode(job())[0]) == 1
    assert zygote_pid(box) == pid


def test_a_zygote_killed_in_mid_work_is_started_again(box, job) -> None:
    pid = zygote_pid(box)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(WorkerDied):
        box.decode(job(200))
    assert is_gone(pid)
    assert len(box.decode(job())[0]) == 1
    assert zygote_pid(box) != pid


def test_a_zygote_killed_as_it_starts_costs_its_document_only(box, job) -> None:
    before = set(children(os.getpid()))

    def kill_the_first() -> None:
        while not (started := set(children(os.getpid())) - before):
            time.sleep(0.001)
        os.kill(started.pop(), signal.SIGKILL)

    killer = threading.Thread(target=kill_the_first)
    killer.start()
    with pytest.raises(WorkerDied):
        box.decode(job())
    killer.join()
    assert len(box.decode(job())[0]) == 1


def test_a_zygote_killed_between_documents_is_not_noticed(box, job) -> None:
    pid = zygote_pid(box)
    os.kill(pid, signal.SIGKILL)
    assert is_gone(pid)
    assert len(box.decode(job())[0]) == 1


def test_a_page_over_its_time_is_killed(box, job) -> None:
    pid = zygote_pid(box)
    with pytest.raises(BudgetExceeded, match="not decoded within") as caught:
        box.decode(job(200, page_timeout_s=0.02, open_timeout_s=0.02))
    assert caught.value.page is not None
    assert children(pid) == []
    assert len(box.decode(job())[0]) == 1


class ScriptedZygote:
    """Answers from a list, and notes how long it was given for each."""

    def __init__(self, *messages: sandbox.Message) -> None:
        self._messages = list(messages)
        self.allowed_s: list[float] = []

    def start(self, line: bytes) -> None:
        assert b"page_timeout_s" in line

    def receive(self, deadline: float) -> sandbox.Message:
        self.allowed_s.append(deadline - time.monotonic())
        return self._messages.pop(0)


def told_page(number: int, **changes: object) -> sandbox.Message:
    value = {
        "number": number, "file": f"page-{number:04d}.png", "media_type": "image/png",
        "width": 1, "height": 1, "dpi": 300, "capture": "lossless", "is_blank": False,
        "text_layer": [],
    }  # fmt: skip
    return {"event": "page", "value": value | changes}


def test_every_page_that_arrives_winds_the_clock_anew(job) -> None:
    summary = {"page_count": 2, "signed_input": 0, "problem_count": 0}
    zygote = ScriptedZygote(
        told_page(1),
        told_page(2),
        {"event": "done", "value": summary},
        {"event": "exit", "code": 0},
    )
    pages, _ = sandbox._converse(zygote, job(2, page_timeout_s=7, open_timeout_s=11))  # type: ignore[arg-type]
    assert len(pages) == 2
    assert zygote.allowed_s == pytest.approx([18, 7, 7, 7], abs=0.5)


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([told_page(1), {"event": "exit", "code": 0}], "ended early"),
        ([{"event": "exit", "code": 70}], "ended early"),
        (
            [
                told_page(1),
                {
                    "event": "done",
                    "value": {"page_count": 2, "signed_input": 0, "problem_count": 0},
                },
                {"event": "exit", "code": 0},
            ],
            "1 of 2 pages",
        ),
        ([told_page(2)], "no sense"),
        ([told_page(1, file="../../etc/passwd")], "no sense"),
        ([told_page(1, width="wide")], "no sense"),
        ([{"event": "refused", "code": "SH-9999", "detail": "", "page": 1}], "no sense"),
        ([{}], "no sense"),
    ],
)
def test_a_child_that_lies_or_leaves_early_is_not_believed(messages, said, job) -> None:
    with pytest.raises(DamagedFile, match=said):
        sandbox._converse(ScriptedZygote(*messages), job())  # type: ignore[arg-type]


def test_memory_past_the_budget_is_refused(box, job) -> None:
    with pytest.raises(BudgetExceeded, match="memory"):
        box.decode(job(1, memory_mb=360, render_dpi=600))
    assert len(box.decode(job())[0]) == 1


def test_a_child_dies_with_its_zygote(job) -> None:
    own = sandbox.Sandbox()
    pid = zygote_pid(own)
    work = job(200)

    def lose() -> None:
        with pytest.raises(WorkerDied):
            own.decode(work)

    thread = threading.Thread(target=lose)
    thread.start()
    while not (running := children(pid)):
        time.sleep(0.001)
    assert own._zygote is not None
    os.kill(pid, signal.SIGKILL)
    thread.join()
    own.close()
    assert is_gone(pid)
    assert is_gone(running[0])  # it died with its parent


def test_the_zygote_goes_when_its_owner_is_killed(tmp_path) -> None:
    import subprocess

    code = (
        "import time; from digitizer.scan import sandbox; sandbox.isolation();"
        "print(sandbox._shared._zygote.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert is_gone(pid)


def _pages_of(job: Job) -> tuple[int, int]:
    pages, _ = sandbox.decode_sandboxed(job)
    assert sandbox._shared._zygote is not None
    return len(pages), sandbox._shared._zygote.pid


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_daemonic_pool_workers_have_zygotes_of_their_own(job) -> None:
    count, ours = _pages_of(job())
    with pebble.ProcessPool(max_workers=1) as pool:
        theirs_count, theirs = pool.schedule(_pages_of, args=(job(2),)).result(timeout=60)
    assert (count, theirs_count) == (1, 2)
    assert ours != theirs
    assert is_gone(theirs)
    assert _pages_of(job())[1] == ours


def test_no_secret_of_ours_reaches_the_decoders(box, job, monkeypatch) -> None:
    monkeypatch.setenv("SOHOA_STORAGE_SECRET", "x")
    environment = Path(f"/proc/{zygote_pid(box)}/environ").read_bytes()
    assert b"SOHOA" not in environment
    assert b"HOME=" not in environment


def test_the_decoders_have_no_network_where_the_system_allows_it(box) -> None:
    pid = zygote_pid(box)
    apart = Path(f"/proc/{pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    assert box.isolation().network_isolated == apart


@pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, to give its rights away"
)
def test_a_root_without_capabilities_decodes_all_the_same() -> None:
    # As under systemd with an empty CapabilityBoundingSet=, or in a container.
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    done = subprocess.run(
        [*bare, sys.executable, "-m", "digitizer.scan.zygote"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert b'"event":"ready"' in done.stdout, done.stderr


def test_a_child_is_held_to_its_budgets() -> None:
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        import resource

        limits.confine(1024)
        kinds = (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
        os.write(write, repr([resource.getrlimit(kind)[1] for kind in kinds]).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(read, 200) == repr([1 << 30, 0, 1 << 30]).encode()
    os.close(read)
    os.close(write)


def test_a_zygote_that_does_not_start_is_a_missing_dependency(monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(MissingDependency):
        sandbox.Sandbox().isolation()
