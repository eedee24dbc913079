"""The door: what goes in as a document, and what stays outside before anything is read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks.separators.mishaps import MISHAPS, Mishap
from benchmarks.separators.pile import Leaf, pile, stack
from benchmarks.separators.trial import cases, judge
from digitizer.errors import BudgetExceeded, ConfigError, TruncatedImage
from digitizer.model import FieldName, MediaType
from pipelines import config, intake
from pipelines.door import Door
from pipelines.expectation import Expected
from pipelines.findings import told
from pipelines.intake import Source
from pipelines.intake_book import IntakeBook, Verdict
from pipelines.journal import Journal
from pipelines.messages import Catalogue
from pipelines.outcome import MustWait, State, WaitReason
from pipelines.settings import Settings
from pipelines.worker import journal_path
from samples import containers, degrade

DPI = 110


@pytest.fixture(scope="module")
def leaves() -> list[Leaf]:
    """A closed set of two documents, of two pages and of one."""
    return pile([2, 1], dpi=DPI, chance=Random(5), is_closed=True, is_duplex=False)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def settings(inbox: Path, **values: object) -> Settings:
    flags = {"run.data": inbox.parent / "data"}
    flags |= {f"intake.{name}": value for name, value in values.items()}
    return config.load(flags=flags, environ={}).settings


def out(inbox: Path, **values: object) -> tuple[Source, ...]:
    """Return what comes out of the door, as a run would see it."""
    chosen = settings(inbox, **values)
    with Journal(journal_path(chosen)) as journal:
        door = Door(chosen, journal, may_open=lambda: True)
        found = tuple(door.documents(intake.find(inbox, chosen.intake.ignore)))
        assert door.count == len(found)
    return found


def write(path: Path, leaves: list[Leaf]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(stack(leaves, DPI))


def detail(source: Source) -> str:
    assert isinstance(source.trouble, MustWait)
    return source.trouble.detail


def test_a_stack_comes_out_document_by_document(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "hop" / "tap.pdf", leaves)
    found = out(inbox)
    assert [(one.name, one.pages) for one in found] == [
        ("hop/tap.pdf#1", 2),
        ("hop/tap.pdf#2", 1),
    ]
    assert len({str(one.path) for one in found}) == 2


def test_a_document_out_of_a_stack_keeps_the_scanners_bytes(
    inbox: Path, tmp_path: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", leaves)
    first, _ = out(inbox)
    arrival = intake.arrive(first, tmp_path / "copy", now_ns=first.mtime_ns, stable_s=0.0)
    assert arrival.media_type is MediaType.TAR
    page = degrade.as_jpeg(leaves[1].image, 60, DPI)
    assert page in (tmp_path / "copy").read_bytes() and page in (inbox / "tap.pdf").read_bytes()


def test_the_watcher_hears_that_a_file_is_several_documents(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", leaves)
    chosen, heard = settings(inbox), list[int]()
    with Journal(journal_path(chosen)) as journal:
        door = Door(chosen, journal, may_open=lambda: True, on_more=heard.append)
        tuple(door.documents(intake.find(inbox, ())))
    assert heard == [1]


def test_the_same_stack_gives_the_same_documents_again(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", leaves)
    assert out(inbox) == out(inbox)


def test_two_runs_at_one_stack_get_the_same_documents(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", leaves)
    with ThreadPoolExecutor(2) as runs:
        first, second = runs.map(lambda _: out(inbox), range(2))
    assert first == second and [one.trouble for one in first] == [None, None]
    assert all(path.is_file() for one in first if one.bound for path in one.bound.files)


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: mishap.__name__)
def test_a_mishap_holds_the_whole_stack(inbox: Path, mishap: Mishap) -> None:
    chance = Random(3)
    is_closed = MISHAPS.index(mishap) % 2 == 0
    good = pile([2, 1], dpi=DPI, chance=chance, is_closed=is_closed, is_duplex=False)
    write(inbox / "tap.pdf", mishap(good, 1, chance))
    (held,) = out(inbox)
    assert isinstance(held.trouble, MustWait) and held.trouble.reason is WaitReason.MISCOUNT


@pytest.mark.parametrize("with_mishap", [True, False])
def test_a_duplex_stack_of_the_benchmark_is_judged_right(tmp_path: Path, with_mishap: bool) -> None:
    *_, case = cases(3, seed=4, with_mishap=with_mishap)
    assert case.is_duplex
    verdict = judge(case, tmp_path, seed=4, dpi=DPI)
    assert verdict.is_right, verdict


def test_the_place_is_told_in_words(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", [*leaves[:2], *leaves[3:]])
    (held,) = out(inbox)
    sentence = told(detail(held), Catalogue("vi"))
    for part in ("tờ phân cách 1/2", "Hộp 12", "trang 1 của tập", "khai 2 trang, quét được 1"):
        assert part in sentence
    assert "declares 2 pages, 1 were scanned" in told(detail(held), Catalogue("en"))


def test_a_set_may_lie_in_two_stacks_but_not_be_short(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "a.pdf", leaves[:3])
    (held,) = out(inbox)
    assert detail(held).startswith("missing sheet=2/2")
    write(inbox / "b.pdf", leaves[3:])
    assert [one.name for one in out(inbox)] == ["a.pdf#1", "b.pdf#1"]


def test_a_sheet_that_came_in_with_another_stack_is_not_used_again(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "a.pdf", leaves)
    assert len(out(inbox)) == 2
    copied = [replace(leaf, image=leaf.image.point(lambda v: min(255, v + 3))) for leaf in leaves]
    write(inbox / "b.pdf", copied)
    *_, held = out(inbox)
    assert held.name == "b.pdf" and detail(held).startswith("used sheet=1/2")


def test_a_stack_that_a_person_let_pass_comes_in(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", [*leaves[:2], *leaves[3:]])
    out(inbox)
    book = IntakeBook(inbox.parent / "data")
    (held,) = book.held()
    book.decide(held, Verdict.ADMIT, "lan.vt", "hồ sơ thiếu từ khi nhận")
    assert [one.pages for one in out(inbox)] == [1, 1]
    assert book.held() == ()


def test_a_better_scan_takes_the_place_of_the_one_held(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", [*leaves[:2], *leaves[3:]])
    assert out(inbox)[0].trouble
    write(inbox / "tap.pdf", leaves)
    assert [one.trouble for one in out(inbox)] == [None, None]
    assert out(inbox)[0].pages == 2 and IntakeBook(inbox.parent / "data").held() == ()
    assert len(list((inbox.parent / "data" / "stacks").glob("?" * 32))) == 1


def test_a_stack_that_is_held_is_not_forgotten_when_its_file_is_written_over(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", [*leaves[:2], *leaves[3:]])
    (held,) = out(inbox)
    other = pile([1, 1], dpi=DPI, chance=Random(6), is_closed=True, is_duplex=False)
    write(inbox / "tap.pdf", other)
    *new, old = out(inbox)
    assert [one.pages for one in new] == [1, 1] and detail(old) == detail(held)
    book = IntakeBook(inbox.parent / "data")
    book.decide(book.held()[0], Verdict.ADMIT, "lan.vt", "đủ")
    (inbox / "tap.pdf").unlink()
    passed = out(inbox)
    assert [one.pages for one in passed] == [1, 1] and book.held() == ()
    arrival = intake.arrive(passed[0], inbox.parent / "copy", now_ns=0, stable_s=0.0)
    assert arrival.copy.size_bytes > 0


def test_a_stack_without_sheets_that_is_let_pass_is_read_from_our_copy(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", leaves[1:3])
    before = (inbox / "tap.pdf").read_bytes()
    assert out(inbox, separators="required")[0].trouble
    (inbox / "tap.pdf").write_bytes(b"%PDF-1.7 another file")
    book = IntakeBook(inbox.parent / "data")
    book.decide(book.held()[0], Verdict.ADMIT, "lan.vt", "một tài liệu")
    *_, passed = out(inbox, separators="required")
    intake.arrive(passed, inbox.parent / "copy", now_ns=0, stable_s=0.0)
    assert before in (inbox.parent / "copy").read_bytes()


def test_a_sheet_lost_in_the_second_scan_is_not_made_up_for_by_the_first(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", [*leaves[:2], *leaves[3:]])
    out(inbox)
    write(inbox / "tap.pdf", leaves[:3])
    assert any(detail(one).startswith("missing sheet=2/2") for one in out(inbox) if one.trouble)


def test_without_sheets_a_file_is_one_document(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", leaves[1:3])
    (one,) = out(inbox)
    assert (one.name, one.bound, one.trouble) == ("tap.pdf", None, None)
    (held,) = out(inbox, separators="required")
    assert detail(held).startswith("none found=2")


def test_switched_off_nothing_is_opened(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", leaves)
    (one,) = out(inbox, separators="off")
    assert one.bound is None
    assert not (inbox.parent / "data" / "stacks").exists()


def _files(inbox: Path, leaves: list[Leaf], names: list[str]) -> None:
    for name, leaf in zip(names, leaves, strict=True):
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_bytes(degrade.as_jpeg(leaf.image, 60, DPI))


def test_pages_to_a_file_each_are_joined_and_parted_by_their_files(
    inbox: Path, tmp_path: Path, leaves: list[Leaf]
) -> None:
    _files(inbox, leaves, [f"S3012601_{n:04d}.jpg" for n in range(1, 6)])
    first, second = out(inbox, join="suffix")
    assert (first.pages, second.pages) == (2, 1)
    assert first.bound is not None and first.bound.binding.members[0].cut is None
    intake.arrive(first, tmp_path / "copy", now_ns=0, stable_s=0.0)
    for number in (2, 3):
        page = (inbox / f"S3012601_{number:04d}.jpg").read_bytes()
        assert page in (tmp_path / "copy").read_bytes()


def test_a_gap_in_the_files_numbers_holds_them(inbox: Path, leaves: list[Leaf]) -> None:
    _files(inbox, leaves[1:3], ["a_0001.jpg", "a_0003.jpg"])
    (held,) = out(inbox, join="suffix")
    assert detail(held) == "gap page=2 found=2"


def test_fronts_and_backs_that_differ_in_pages_wait(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "double-sided" / "1.pdf", leaves[1:3])
    write(inbox / "double-sided" / "2.pdf", leaves[4:])
    (one,) = out(inbox)
    assert detail(one) == "backs declared=2 found=1"


def test_backs_that_have_not_come_are_waited_for(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "double-sided" / "1.pdf", leaves[1:3])
    (one,) = out(inbox)
    assert detail(one) == "backs"


def test_fronts_and_backs_alternate(inbox: Path, leaves: list[Leaf]) -> None:
    papers = [leaf for leaf in leaves if leaf.sheet is None]
    write(inbox / "double-sided" / "1.pdf", papers[:2])
    write(inbox / "double-sided" / "2.pdf", papers[1:])
    (one,) = out(inbox)
    assert one.bound is not None and one.pages == 4
    order = [(ref.member, ref.page) for ref in one.bound.binding.pages]
    assert order == [(1, 1), (2, 2), (1, 2), (2, 1)]


# ── manifests, names ─────────────────────────────────────────────────────────────────────────


def _manifest(inbox: Path, text: str, leaves: list[Leaf]) -> tuple[Source, ...]:
    write(inbox / "hop" / "a.pdf", leaves[1:3])
    (inbox / "hop" / "manifest.csv").write_text(text, "utf-8")
    return out(inbox, separators="off")


def test_a_manifest_is_no_document_and_says_what_to_expect(inbox: Path, leaves: list[Leaf]) -> None:
    (one,) = _manifest(inbox, "tệp,số trang,số ký hiệu\na.pdf,2,12/QĐ-UBND\n", leaves)
    assert one.trouble is None and one.expected is not None
    assert (one.expected.pages, one.expected.fields) == (
        2,
        ((FieldName.SO_KY_HIEU, "12/QĐ-UBND"),),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tệp\na.pdf\nb.pdf\n", "-b.pdf"),
        ("tệp\nb.pdf\n", "-b.pdf +a.pdf"),
        ("trang\n3\n", "manifest.csv: row 1 has no column “tệp” (file)"),
    ],
)
def test_a_folder_that_is_not_as_its_manifest_says_waits(
    inbox: Path, leaves: list[Leaf], text: str, said: str
) -> None:
    (one,) = _manifest(inbox, text, leaves)
    assert isinstance(one.trouble, MustWait) and one.trouble.reason is WaitReason.MANIFEST
    assert one.trouble.detail == said


def test_a_file_name_is_a_hint(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "12-QD-UBND_QĐ.pdf", leaves[1:2])
    (one,) = out(inbox, separators="off", name_template="{so_ky_hieu}_{loai}")
    assert one.expected is not None and one.expected.origin == "name"
    with pytest.raises(ConfigError):
        out(inbox, separators="off", name_template="{nobody}")


def test_nothing_is_opened_when_the_time_is_over(inbox: Path, leaves: list[Leaf]) -> None:
    write(inbox / "tap.pdf", leaves)
    chosen = settings(inbox)
    over: Callable[[], bool] = lambda: False  # noqa: E731
    with Journal(journal_path(chosen)) as journal:
        (one,) = Door(chosen, journal, may_open=over).documents(intake.find(inbox, ()))
    assert one.bound is None and not (inbox.parent / "data" / "stacks").exists()


def test_a_stack_past_its_budget_does_not_go_through_unparted(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", leaves)
    chosen = config.load(
        flags={"run.data": inbox.parent / "data", "scan.max_megapixels": 0.2}, environ={}
    ).settings
    with Journal(journal_path(chosen)) as journal:
        door = Door(chosen, journal, may_open=lambda: True)
        (one,) = door.documents(intake.find(inbox, ()))
    assert isinstance(one.trouble, BudgetExceeded)


def test_one_bad_page_file_keeps_its_whole_stack_out(inbox: Path, leaves: list[Leaf]) -> None:
    _files(inbox, leaves[1:3], ["a_0001.jpg", "a_0002.jpg"])
    data = (inbox / "a_0002.jpg").read_bytes()
    (inbox / "a_0002.jpg").write_bytes(data[: len(data) // 2])
    (one,) = out(inbox, join="suffix")
    assert isinstance(one.trouble, TruncatedImage)


def test_what_was_declared_is_forgotten_when_the_document_is_at_rest(
    inbox: Path, leaves: list[Leaf]
) -> None:
    write(inbox / "tap.pdf", leaves)
    chosen = settings(inbox)
    with Journal(journal_path(chosen)) as journal:
        door = Door(chosen, journal, may_open=lambda: True)
        first, *_ = door.documents(intake.find(inbox, ()))
        taken = intake.take(first, inbox.parent / "work", now_ns=0, stable_s=0.0)
        journal.take(taken)
        door.book.expect(taken.document_id, Expected(2))
        Door(chosen, journal, may_open=lambda: True)
        assert door.book.expected(taken.document_id) == Expected(2)
        journal.settle(taken.document_id, State.ARCHIVED, pages=2)
        Door(chosen, journal, may_open=lambda: True)
        assert door.book.expected(taken.document_id) is None


def test_what_can_not_be_decoded_is_left_to_the_walk(inbox: Path, leaves: list[Leaf]) -> None:
    data = containers.pdf_of_jpegs([leaves[0].image], 60, DPI)
    (inbox / "tap.pdf").write_bytes(data[: len(data) // 2])
    (one,) = out(inbox, incomplete_s=0.0)
    assert (one.bound, one.trouble) == (None, None)
    (young,) = out(inbox, incomplete_s=3600.0)
    assert isinstance(young.trouble, MustWait) and young.trouble.reason is WaitReason.STILL_WRITTEN
