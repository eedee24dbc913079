"""The S3 store when the network lies, dies, or someone else has more rights than we."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from digitizer.errors import ConfigError, ObjectMissing, StoredObjectDiffers, StoreUnavailable
from digitizer.model import StoredFile
from storage.objects import open_store
from storage.s3 import S3Store
from storage.settings import StorageSettings
from tests.oracles.loopback import free_ports
from tests.oracles.seaweed import APP, Seaweed, client

FAR = StorageSettings(store="s3", bucket="archive", connect_timeout_s=1.0)


@pytest.fixture(scope="module")
def plain(seaweed: Seaweed) -> str:
    return seaweed.bucket()


@pytest.fixture(scope="module")
def versioned(seaweed: Seaweed) -> str:
    return seaweed.bucket(versioned=True)


@pytest.fixture
def source(tmp_path: Path) -> StoredFile:
    (tmp_path / "spooled").write_bytes(b"%PDF sealed")
    return StoredFile.of(tmp_path / "spooled")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", APP[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", APP[1])


@pytest.mark.usefixtures("credentials")
def test_a_server_that_is_not_there_is_reported_within_seconds() -> None:
    port = free_ports(1)[0]
    store = open_store(replace(FAR, endpoint=f"http://127.0.0.1:{port}"))
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match=f"127.0.0.1:{port}, bucket archive"):
        store.check()
    assert time.monotonic() - started < 3


@pytest.mark.usefixtures("credentials")
def test_a_put_to_a_server_that_is_not_there_is_tried_again_but_not_for_ever(
    source: StoredFile,
) -> None:
    store = open_store(replace(FAR, endpoint=f"http://127.0.0.1:{free_ports(1)[0]}"))
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        store.put("documents/a", source)
    assert 1 < time.monotonic() - started < 10


@pytest.mark.usefixtures("credentials")
def test_a_server_that_talks_nonsense_is_unavailable(source: StoredFile) -> None:
    with answering(b"SSH-2.0-nonsense\r\n") as port, pytest.raises(StoreUnavailable):
        open_store(replace(FAR, endpoint=f"http://127.0.0.1:{port}")).check()


def test_without_a_key_pair_the_settings_are_named(
    seaweed: Seaweed, plain: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    settings = replace(seaweed.settings(plain), access_key_file=None, secret_key_file=None)
    with pytest.raises(ConfigError, match="access_key_file"):
        open_store(settings).check()


@pytest.mark.usefixtures("credentials")
def test_the_key_pair_may_come_from_the_environment(seaweed: Seaweed, plain: str) -> None:
    settings = replace(seaweed.settings(plain), access_key_file=None, secret_key_file=None)
    open_store(settings).check()


def test_a_wrong_secret_is_a_configuration_error(
    seaweed: Seaweed, plain: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("wrong")
    settings = replace(seaweed.settings(plain), secret_key_file=tmp_path / "secret")
    with pytest.raises(ConfigError, match=f"bucket {plain}"):
        open_store(settings).check()


def test_a_bucket_that_is_not_there_is_a_configuration_error(seaweed: Seaweed) -> None:
    with pytest.raises(ConfigError, match="bucket nowhere"):
        open_store(seaweed.settings("nowhere")).check()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"bucket": ""}, "bucket"),
        ({"prefix": "a"}, "prefix"),
        ({"endpoint": "not a url"}, "endpoint"),
        ({"access_key_file": Path("/nonexistent/key")}, "access_key_file"),
        ({"access_key_file": Path(__file__).with_name("conftest.py")}, "key pair"),
    ],
)
def test_a_malformed_setting_is_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        S3Store.open(replace(FAR, **change))  # type: ignore[arg-type]


def test_a_prefix_is_not_part_of_the_key(seaweed: Seaweed, plain: str, source: StoredFile) -> None:
    store = open_store(seaweed.settings(plain, prefix="province/a/"))
    store.put("documents/a", source)
    assert list(store.keys()) == ["documents/a"]
    body = seaweed.admin().get_object(Bucket=plain, Key="province/a/documents/a")["Body"]
    assert body.read() == b"%PDF sealed"


def test_the_server_holds_the_checksum(seaweed: Seaweed, plain: str, source: StoredFile) -> None:
    settings = seaweed.settings(plain)
    open_store(settings).put("documents/a", source)
    with pytest.raises(ClientError, match=r"BadDigest|InvalidDigest|checksum"):
        seaweed.admin().put_object(
            Bucket=plain, Key="x", Body=b"other", ChecksumSHA256="A" * 43 + "="
        )


def test_the_applications_key_pair_can_not_delete(
    seaweed: Seaweed, versioned: str, source: StoredFile
) -> None:
    settings = seaweed.settings(versioned)
    store = open_store(settings)
    store.put("documents/a", source)
    app = client(seaweed.endpoint, APP)
    try:
        app.delete_object(Bucket=versioned, Key=f"{settings.prefix}documents/a")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied"
    assert store.read("documents/a") == b"%PDF sealed"


def test_an_overwritten_object_is_noticed_in_a_bucket_without_versions(
    seaweed: Seaweed, plain: str, source: StoredFile
) -> None:
    settings = seaweed.settings(plain)
    store = open_store(settings)
    store.put("documents/a", source)
    seaweed.admin().put_object(Bucket=plain, Key=f"{settings.prefix}documents/a", Body=b"evil")
    with pytest.raises(StoredObjectDiffers):
        store.put("documents/a", source)


def test_with_versions_the_first_is_the_object_whatever_comes_later(
    seaweed: Seaweed, versioned: str, source: StoredFile
) -> None:
    settings = seaweed.settings(versioned)
    store = open_store(settings)
    store.put("documents/a", source)
    name = f"{settings.prefix}documents/a"
    seaweed.admin().put_object(Bucket=versioned, Key=name, Body=b"evil")
    seaweed.admin().delete_object(Bucket=versioned, Key=name)
    assert store.read("documents/a") == b"%PDF sealed"
    assert list(store.keys()) == ["documents/a"]
    assert store.put("documents/a", source).sha256 == source.sha256


def test_with_versions_a_missing_object_is_missing(seaweed: Seaweed, versioned: str) -> None:
    with pytest.raises(ObjectMissing):
        open_store(seaweed.settings(versioned)).read("documents/none")


def test_a_lost_reply_neither_doubles_nor_fails(
    seaweed: Seaweed, versioned: str, source: StoredFile
) -> None:
    settings = seaweed.settings(versioned)
    port = int(seaweed.endpoint.rpartition(":")[2])
    with losing_first_reply_to(port, b"PUT") as proxy:
        store = open_store(replace(settings, endpoint=f"http://127.0.0.1:{proxy}"))
        assert store.put("documents/a", source).sha256 == source.sha256
    listed = seaweed.admin().list_object_versions(Bucket=versioned, Prefix=settings.prefix)
    assert len(listed["Versions"]) == 1


def test_a_server_that_would_overwrite_is_refused_before_the_run(
    seaweed: Seaweed, plain: str
) -> None:
    def forget(request: AWSRequest, **_: object) -> None:
        del request.headers["If-None-Match"]

    forgetful = client(seaweed.endpoint, APP)
    forgetful.meta.events.register("before-sign.s3.PutObject", forget)
    with pytest.raises(ConfigError, match="ignores If-None-Match"):
        S3Store(forgetful, seaweed.settings(plain)).check()


def test_two_writers_of_other_bytes_leave_one_object(
    seaweed: Seaweed, plain: str, tmp_path: Path
) -> None:
    settings = seaweed.settings(plain)
    sources = []
    for number in range(4):
        path = tmp_path / str(number)
        path.write_bytes(bytes([number]) * 300_000)
        sources.append(StoredFile.of(path))

    def put(one: StoredFile) -> bool:
        try:
            open_store(settings).put("documents/a", one)
        except StoredObjectDiffers:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(put, sources)) == 1
    held = hashlib.sha256(open_store(settings).read("documents/a")).hexdigest()
    assert held in [one.sha256 for one in sources]


@contextmanager
def answering(reply: bytes) -> Iterator[int]:
    """Listen on a port and answer every connection with `reply`."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(reply)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)


@contextmanager
def losing_first_reply_to(port: int, method: bytes) -> Iterator[int]:
    """Stand before a server; hang up on the first `method` after the server has done it."""
    lost: list[bool] = []

    def is_lost(asked: bytes) -> bool:
        if not asked.startswith(method) or lost:
            return False
        lost.append(True)
        return True

    with between(port, is_lost) as proxy:
        yield proxy
    assert lost, "the proxy never saw the request it was to lose"


@contextmanager
def between(port: int, is_lost: Callable[[bytes], bool]) -> Iterator[int]:
    """Stand before a server on loopback, and hang up instead of answering what `is_lost`."""

    def serve(connection: socket.socket) -> None:
        with connection, socket.create_connection(("127.0.0.1", port)) as inner:
            while asked := _message(connection):
                inner.sendall(asked)
                answer = _message(inner)
                if is_lost(asked):
                    return
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)


def _message(stream: socket.socket) -> bytes:
    """Read one HTTP message; `Expect: 100-continue` is answered here and left out."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = stream.recv(65_536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    fields = dict(line.lower().split(b":", 1) for line in lines[1:] if b":" in line)
    if b"100-continue" in fields.get(b"expect", b""):
        stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        lines = [line for line in lines if not line.lower().startswith(b"expect:")]
    length = int(fields.get(b"content-length", b"0"))
    is_chunked = b"chunked" in fields.get(b"transfer-encoding", b"")
    while len(body) < length or (is_chunked and not body.endswith(b"0\r\n\r\n")):
        body += stream.recv(65_536)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
