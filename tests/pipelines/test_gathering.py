"""Which files are one stack, by names that scanners really give."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.gathering import collated, gather, page_suffix
from pipelines.intake import Source, natural_key


def sources(*names: str, mtimes: tuple[int, ...] = ()) -> tuple[Source, ...]:
    times = mtimes or tuple(range(len(names)))
    made = (Source(Path("/in") / n, n, 9, t) for n, t in zip(names, times, strict=True))
    return tuple(sorted(made, key=lambda source: natural_key(source.name)))


def stacks(*names: str, join: bool = True) -> list[list[str]]:
    groups = gather(sources(*names), join=join, double_sided="double-sided")
    return [[source.name for source in group.files] for group in groups]


@pytest.mark.parametrize(
    ("name", "stem", "page"),
    [
        ("q/S301260118093012_0002.TIF", "q/S301260118093012", 2),
        ("doc0042_003.tif", "doc0042", 3),
        ("scan (2).jpg", "scan", 2),
        ("scan(3).jpg", "scan", 3),
        ("tap-001.png", "tap", 1),
        ("20260118093012.pdf", "", 0),
        ("QD_001.pdf", "", 0),
        ("0007.jpg", "", 0),
        ("_0001.tif", "", 0),
        ("scan_0000.tif", "", 0),
    ],
)
def test_scanners_page_numbers_are_known(name: str, stem: str, page: int) -> None:
    assert page_suffix(name) == (stem, page)


def test_pages_of_one_stem_are_one_stack_in_number_order() -> None:
    names = ("a_0010.tif", "a_0002.tif", "a_0001.tif", "b_0001.tif", "x.pdf")
    names += tuple(f"a_{n:04d}.tif" for n in range(3, 10))
    joined = stacks(*names)
    assert joined[0] == [f"a_{n:04d}.tif" for n in range(1, 11)]
    assert joined[1:] == [["b_0001.tif"], ["x.pdf"]]


def test_nothing_is_joined_unless_asked_for() -> None:
    assert stacks("a_0001.tif", "a_0002.tif", join=False) == [["a_0001.tif"], ["a_0002.tif"]]


def test_files_of_other_folders_and_forms_stay_apart() -> None:
    names = ("x/a_0001.tif", "y/a_0002.tif", "y/a_0002.jpg")
    assert stacks(*names) == [[name] for name in sorted(names, key=natural_key)]


def test_the_unnumbered_file_is_page_one_of_its_copies() -> None:
    assert stacks("scan.jpg", "scan (2).jpg", "scan (3).jpg") == [
        ["scan.jpg", "scan (2).jpg", "scan (3).jpg"]
    ]


def test_a_gap_in_the_numbers_is_told() -> None:
    (group,) = gather(sources("a_0001.tif", "a_0004.tif"), join=True, double_sided="")
    assert group.gaps == (2, 3)
    (late,) = gather(sources("a_0002.tif", "a_0003.tif"), join=True, double_sided="")
    assert late.gaps == (1,)


def test_a_stack_written_over_another_is_a_stack_of_its_own() -> None:
    names = ("a_0001.tif", "a_0002.tif", "a_0003.tif", "a_0001.tif", "a_0002.tif")
    groups = gather(sources(*names, mtimes=(1, 2, 3, 11, 12)), join=True, double_sided="")
    assert [[one.mtime_ns for one in group.sources] for group in groups] == [[1, 2, 3], [11, 12]]


def test_in_a_double_sided_folder_every_second_stack_is_the_backs() -> None:
    folder = "hop/double-sided"
    groups = gather(
        sources(f"{folder}/1.pdf", f"{folder}/2.pdf", f"{folder}/3.pdf", "hop/4.pdf"),
        join=False,
        double_sided="double-sided",
    )
    by_name = {group.sources[0].name: group for group in groups}
    assert [one.name for one in by_name[f"{folder}/1.pdf"].backs] == [f"{folder}/2.pdf"]
    assert by_name[f"{folder}/3.pdf"].is_unpaired and not by_name["hop/4.pdf"].is_unpaired


def test_the_back_of_the_last_front_was_scanned_first() -> None:
    assert collated(3, 3) == ((1, 1), (2, 3), (1, 2), (2, 2), (1, 3), (2, 1))
    with pytest.raises(ValueError, match="3 fronts, 2 backs"):
        collated(3, 2)


@given(st.integers(0, 60))
def test_collating_uses_every_page_once(pages: int) -> None:
    places = collated(pages, pages)
    assert len(set(places)) == len(places) == 2 * pages


@given(st.permutations([f"t_{n:03d}.jpg" for n in range(1, 8)] + ["u.jpg", "v (1).jpg"]))
def test_the_order_of_listing_does_not_matter(names: list[str]) -> None:
    assert stacks(*names) == stacks(*sorted(names))
