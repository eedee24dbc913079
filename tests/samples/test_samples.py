"""The collection is what its truth says, and can be made again."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from digitizer.model import FieldName
from samples import people, truth, typeface
from samples.degrade import Wear, scan
from samples.layout import Sheet, Style, render
from samples.making import make
from samples.papers import COLLECTION
from samples.truth import TruePage, Truth
from samples.typeface import MissingGlyph

SEED = 2026
TRUTHS = truth.all_truths()
BY_PATH = {known.path: known for known in TRUTHS}
LIMIT_BYTES = 3_000_000

needs_typeface = pytest.mark.skipif(
    not typeface.FOLDER.is_dir(), reason="drawing needs the Debian package fonts-croscore"
)


def _ids(known: Truth) -> str:
    return known.path


# ── the committed files ──────────────────────────────────────────────────────────────────────


def test_every_sample_has_a_file_and_a_truth() -> None:
    on_disk = {
        path.relative_to(truth.PAPERS).as_posix()
        for path in truth.PAPERS.rglob("*")
        if path.is_file()
    }
    assert on_disk == set(BY_PATH) == {sample.path for sample in COLLECTION}


@pytest.mark.parametrize("known", TRUTHS, ids=_ids)
def test_a_committed_file_is_the_one_its_truth_speaks_of(known: Truth) -> None:
    data = known.file.read_bytes()
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (known.sha256, known.size_bytes)


def test_the_collection_stays_small() -> None:
    files = [*truth.PAPERS.rglob("*"), *truth.TRUTHS.rglob("*")]
    assert sum(path.stat().st_size for path in files if path.is_file()) <= LIMIT_BYTES


def test_the_collection_shows_every_outcome() -> None:
    states = {known.state for known in TRUTHS}
    assert states == {"archived", "review", "quarantined", "secret", "duplicate"}


def test_the_readme_names_every_file() -> None:
    readme = (truth.FOLDER / "README.md").read_text(encoding="utf-8")
    assert [known.path for known in TRUTHS if known.path not in readme] == []


def test_only_a_duplicate_repeats_the_bytes_of_another() -> None:
    seen: dict[str, str] = {}
    for sample in COLLECTION:
        digest = BY_PATH[sample.path].sha256
        assert seen.get(digest, "") == sample.copy_of
        seen.setdefault(digest, sample.path)


# ── the boxes ────────────────────────────────────────────────────────────────────────────────


def _scans(known: Truth) -> list[Image.Image]:
    """Return the committed pages as a decoder sees them, gray."""
    if known.file.suffix == ".pdf":
        with pypdfium2.PdfDocument(known.file) as pdf:
            dpi = known.pages[0].dpi
            return [page.render(scale=dpi / 72).to_pil().convert("L") for page in pdf]
    with Image.open(known.file) as image:
        frames = getattr(image, "n_frames", 1)
        pages = []
        for index in range(frames):
            image.seek(index)
            pages.append(image.convert("L"))
        return pages


@cache
def _level_pages(path: str) -> tuple[np.ndarray, ...]:
    known = BY_PATH[path]
    return tuple(
        _upright(scanned, page) for scanned, page in zip(_scans(known), known.pages, strict=True)
    )


def _upright(scanned: Image.Image, page: TruePage) -> np.ndarray:
    """Undo what the truth says was done to the page: rotation first, then skew."""
    turned = scanned.rotate(-page.rotation_deg, expand=True)
    level = turned.rotate(page.skew_deg, Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(level)


READABLE = [known for known in TRUTHS if known.state != "quarantined"]


@pytest.mark.parametrize("known", READABLE, ids=_ids)
def test_every_box_lies_over_the_ink_of_its_word(known: Truth) -> None:
    for level, page in zip(_level_pages(known.path), known.pages, strict=True):
        assert abs(level.shape[0] - page.height) <= 1
        assert abs(level.shape[1] - page.width) <= 1
        for word in page.words:
            box = word.box
            inside = level[box.top : box.bottom, box.left : box.right]
            assert inside.size, (page.number, word)
            assert inside.min() < 140, (page.number, word)


@pytest.mark.parametrize("known", READABLE, ids=_ids)
def test_between_two_words_of_the_truth_there_is_paper(known: Truth) -> None:
    """A box that drifted would cut into its word and leave ink in the gap."""
    for level, page in zip(_level_pages(known.path), known.pages, strict=True):
        for line in page.lines:
            for (*_, right, _), (_, left, *_) in pairwise(line):
                assert right - left < 4, line
            gap = _ink_between(level, line)
            assert gap < 0.25, (page.number, line)


def _ink_between(level: np.ndarray, line: tuple[truth.Mark, ...]) -> float:
    """Return the share of columns with ink in the gaps between the words of a line."""
    columns: list[bool] = []
    for before, after in pairwise(line):
        # The upper half only: dotted leaders run along the lower edge.
        top, bottom = min(before[2], after[2]), max(before[4], after[4])
        gap = level[top : (top + bottom) // 2, before[3] + 2 : after[1] - 2]
        if gap.size:
            columns.extend((gap.min(axis=0) < 100).tolist())
    return sum(columns) / len(columns) if columns else 0.0


@pytest.mark.parametrize("known", READABLE, ids=_ids)
def test_a_blank_side_has_neither_words_nor_dark_ink(known: Truth) -> None:
    for level, page in zip(_level_pages(known.path), known.pages, strict=True):
        assert page.is_blank == (not page.lines)
        if page.is_blank:
            assert level.min() > 200


# ── people and fields ────────────────────────────────────────────────────────────────────────


def test_every_identity_number_fits_the_birth_date_and_sex_of_its_holder() -> None:
    for person in vars(people).values():
        if isinstance(person, people.Person):
            digits = person.identity
            century_and_sex = int(digits[3])
            assert 1900 + 100 * (century_and_sex // 2) + int(digits[4:6]) == person.born.year
            assert (century_and_sex % 2 == 1) == (person.sex == "Nữ")


def test_every_person_is_plainly_invented() -> None:
    found = [person for person in vars(people).values() if isinstance(person, people.Person)]
    assert found
    for person in found:
        assert person.name.endswith(" Mẫu")
        assert person.identity[6:] in people.SERIALS
    signers = {known.fields.get(FieldName.NGUOI_KY, "Mẫu") for known in TRUTHS}
    assert all(name.endswith("Mẫu") for name in signers)


@pytest.mark.parametrize("known", READABLE, ids=_ids)
def test_a_field_of_the_truth_stands_on_the_paper(known: Truth) -> None:
    text = " ".join(page.text for page in known.pages)
    text = " ".join(text.split())
    for name in (FieldName.TRICH_YEU, FieldName.NGUOI_KY, FieldName.CHU_HO_SO, FieldName.MA_HO_SO):
        assert known.fields.get(name, "") in text
    if known.state != "review":
        assert known.fields.get(FieldName.SO_KY_HIEU, "") in text


# ── the generator ────────────────────────────────────────────────────────────────────────────


@needs_typeface
@pytest.mark.parametrize("form", ["pdf_text", "pdf_g4", "jpeg"])
def test_the_same_seed_gives_the_same_bytes(form: str) -> None:
    sample = next(sample for sample in COLLECTION if sample.capture.form == form)
    first, known = make(sample, SEED)
    again, _ = make(sample, SEED)
    assert first == again
    assert hashlib.sha256(first).hexdigest() == known.sha256


@needs_typeface
def test_another_seed_gives_another_scan_of_the_same_words() -> None:
    sample = next(sample for sample in COLLECTION if sample.capture.form == "jpeg")
    first, known = make(sample, SEED)
    other, other_known = make(sample, SEED + 1)
    assert first != other
    assert known.pages == other_known.pages


@needs_typeface
def test_the_committed_truth_is_what_the_generator_says() -> None:
    sample = next(sample for sample in COLLECTION if sample.capture.form == "pdf_text")
    _, known = make(sample, SEED)
    assert known.pages == BY_PATH[sample.path].pages
    assert known.fields == BY_PATH[sample.path].fields


@needs_typeface
def test_a_letter_without_a_glyph_is_refused() -> None:
    with pytest.raises(MissingGlyph, match=r"U\+4E2D"):
        Sheet().write("中", (30.0, 30.0), Style())


@needs_typeface
@pytest.mark.parametrize("face", ["regular", "bold", "italic", "bold_italic"])
def test_every_vietnamese_letter_can_be_drawn(face: typeface.Face) -> None:
    vowels = "aăâeêioôơuưy"
    tones = "\u0300\u0301\u0303\u0309\u0323"
    composed = "".join(
        unicodedata.normalize("NFC", letter + tone) for letter in vowels for tone in ("", *tones)
    )
    typeface.require_glyphs(composed + composed.upper() + "đĐ", face)


@needs_typeface
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_the_rotation_of_the_truth_makes_the_scan_upright(rotation: int) -> None:
    sheet = Sheet((60.0, 40.0))
    sheet.write("Trên", (5.0, 10.0), Style("bold", 20))
    page = render(sheet, 100)
    scanned = scan(page, Wear(rotation_deg=rotation, noise=0, shading=0, blur_px=0), 1)
    upright = np.asarray(scanned.convert("L").rotate(-rotation, expand=True), np.int16)
    assert upright.shape == (page.height, page.width)
    assert np.argwhere(upright < 128).mean(axis=0)[0] < page.height / 2


# ── the containers ───────────────────────────────────────────────────────────────────────────


def test_a_broken_off_copy_really_is_broken() -> None:
    (known,) = (known for known in TRUTHS if known.error == "SH-1004")
    with Image.open(io.BytesIO(known.file.read_bytes())) as image, pytest.raises(OSError):
        image.load()


def test_the_born_digital_sample_has_the_text_it_shows() -> None:
    (sample,) = (sample for sample in COLLECTION if sample.capture.form == "pdf_text")
    known = BY_PATH[sample.path]
    with pypdfium2.PdfDocument(known.file) as pdf:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    words = [word.text for page in known.pages for word in page.words]
    assert sorted(text.split()) == sorted(words)


@pytest.mark.parametrize("path", sorted(truth.PAPERS.rglob("*.pdf")), ids=lambda path: path.name)
def test_a_sample_pdf_is_sound(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
