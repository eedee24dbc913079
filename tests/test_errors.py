"""The error tree: codes are stable, bands are kept, both languages are complete."""

import pickle

import pytest

from digitizer import errors

ALL = list(errors.tree())


@pytest.mark.parametrize("kind", ALL[1:], ids=lambda kind: kind.__name__)
def test_every_error_says_what_and_what_to_do_in_both_languages(
    kind: type[errors.DigitizationError],
) -> None:
    assert kind.vi != kind.en
    assert kind.cure_vi and kind.cure_en


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in ALL]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("root", "band"),
    [
        (errors.DocumentError, range(10, 20)),
        (errors.Unavailable, range(20, 30)),
        (errors.IntegrityError, range(30, 40)),
    ],
)
def test_exit_codes_keep_to_their_band(root: type[errors.DigitizationError], band: range) -> None:
    assert all(kind.exit_code in band for kind in errors.tree(root))


def test_an_error_crosses_processes_whole() -> None:
    error = errors.TruncatedImage("stops at 10240", document="a/b.jpg", page=3)
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin)) == (type(error), str(error))


def test_the_sentence_names_document_page_and_fact() -> None:
    error = errors.TruncatedImage("byte 7", document="a.jpg", page=3)
    assert error.sentence("vi") == "a.jpg, trang 3: Ảnh bị cụt, phần dưới của trang đã mất (byte 7)"
