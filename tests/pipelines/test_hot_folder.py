"""A scanner's folder under watch: nothing half taken, nothing written over and lost."""

import io
import os
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from benchmarks.hotfolder.scanners import SCANNERS, Scanner
from benchmarks.hotfolder.trial import FORMS, watch
from pipelines import intake
from pipelines.hot_folder import CLAIMED, HotFolder, spooled
from pipelines.intake import Source
from pipelines.journal import Journal
from pipelines.settings import IntakeSettings


def picture(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (30, 40), shade).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def hot(inbox: Path, **settings: object) -> HotFolder:
    return HotFolder(inbox, inbox.parent / "data", IntakeSettings(**settings))  # type: ignore[arg-type]


def left(inbox: Path, tmp_path: Path) -> tuple[Source, ...]:
    with Journal(tmp_path / "data" / "journal.sqlite") as journal:
        return spooled(tmp_path / "data", journal, intake.find(inbox, ()))


@pytest.mark.parametrize("claim", ["copy", "move"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda scanner: scanner.__name__)
def test_no_file_is_lost_and_no_half_file_taken(
    tmp_path: Path, scanner: Scanner, form: str, claim: str
) -> None:
    result = watch(scanner, form, tmp_path, claim=claim, chance=Random(f"{form}{claim}"))  # type: ignore[arg-type]
    assert (result.lost, result.half) == (0, 0) and result.handed


def test_a_file_is_not_claimed_at_first_sight(inbox: Path) -> None:
    (inbox / "a.png").write_bytes(picture(1))
    folder = hot(inbox)
    assert folder.look(0.0).claimed == () and folder.look(0.0).claimed == ()
    assert [source.name for source in folder.look(1.0).claimed] == ["a.png"]
    assert folder.look(2.0).claimed == ()


def test_a_file_must_rest_as_long_as_the_site_says(inbox: Path) -> None:
    (inbox / "a.png").write_bytes(picture(1))
    folder = hot(inbox, stable_s=10.0)
    assert [len(folder.look(second).claimed) for second in (0.0, 4.0, 9.0, 10.0)] == [0, 0, 0, 1]


def test_what_was_written_over_is_still_there_for_the_run(inbox: Path, tmp_path: Path) -> None:
    path, folder = inbox / "scan.png", hot(inbox)
    path.write_bytes(picture(1))
    for second in (0.0, 1.0):
        folder.look(second)
    assert left(inbox, tmp_path) == ()
    path.write_bytes(picture(2))
    os.utime(path, ns=(5, 5))
    (old,) = left(inbox, tmp_path)
    assert old.name == "scan.png" and old.bytes_at.read_bytes() == picture(1)
    arrival = intake.arrive(old, tmp_path / "copy", now_ns=old.mtime_ns + 1, stable_s=0.0)
    assert arrival.copy.path.read_bytes() == picture(1)


def test_a_claim_ends_when_the_journal_has_the_document(inbox: Path, tmp_path: Path) -> None:
    path, folder = inbox / "scan.png", hot(inbox)
    path.write_bytes(picture(1))
    for second in (0.0, 1.0):
        (source, *_) = folder.look(second).claimed or (None,)
    assert source is not None
    path.unlink()
    with Journal(tmp_path / "data" / "journal.sqlite") as journal:
        taken = intake.arrive(source, tmp_path / "data" / "copy", now_ns=0, stable_s=0.0)
        journal.take(taken.place(tmp_path / "data" / "work"))
        assert spooled(tmp_path / "data", journal, ()) == ()
    assert [*(tmp_path / "data" / "spool").glob("*.png")] == []


def test_a_watch_begun_anew_claims_nothing_twice(inbox: Path) -> None:
    (inbox / "a.png").write_bytes(picture(1))
    for folder in (hot(inbox), hot(inbox)):
        looks = [folder.look(second).claimed for second in (0.0, 1.0, 2.0)]
    assert looks == [(), (), ()]


def test_moving_puts_the_file_aside_under_a_free_name(inbox: Path) -> None:
    folder = hot(inbox, claim="move")
    for shade in (1, 2):
        (inbox / "hop").mkdir(exist_ok=True)
        (inbox / "hop" / "a.png").write_bytes(picture(shade))
        for second in (shade * 10.0, shade * 10.0 + 1):
            folder.look(second)
    aside = sorted((inbox / CLAIMED / "hop").iterdir())
    assert [path.read_bytes() for path in aside] == [picture(1), picture(2)]
    assert [*(inbox / "hop").iterdir()] == []
