"""A paper the machine is not sure of: shown, corrected, confirmed, archived."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from digitizer.model import DocumentId, FieldName
from samples.truth import Truth
from storage.commit import commit_key, from_bytes
from storage.record import Record
from tests.endtoend.installed import CHEAP, Ended, Sohoa, copy_papers, in_state, of_type


@dataclass(frozen=True, slots=True)
class Site:
    """A site where papers wait for a person."""

    sohoa: Sohoa
    inbox: Path

    def confirm(self, truth: Truth, **values: str) -> Ended:
        given = [f"--set={name}={value}" for name, value in values.items()]
        return self.sohoa("review", "confirm", _id(truth), *given, "--operator", "van-thu-1")

    def record(self, truth: Truth) -> Record:
        commit = self.sohoa.data / "archive" / commit_key(DocumentId(truth.sha256[:32]))
        return from_bytes(commit.read_bytes()).record


def _id(truth: Truth) -> str:
    return truth.sha256[:8]


@pytest.fixture(scope="module")
def doubtful(truths: tuple[Truth, ...]) -> Truth:
    return in_state(truths, "review")


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory, doubtful: Truth) -> Site:
    """One paper waits; no test brings it further."""
    folder = tmp_path_factory.mktemp("waiting")
    site = Site(Sohoa(folder / "data", CHEAP), copy_papers([doubtful], folder / "inbox"))
    assert site.sohoa("run", site.inbox).code == 101
    return site


def test_a_paper_in_doubt_is_listed(waiting: Site, doubtful: Truth) -> None:
    listed = waiting.sohoa("review")
    assert (listed.code, _id(doubtful) in listed.out, doubtful.path in listed.out) == (
        0,
        True,
        True,
    )


def test_a_paper_in_doubt_is_shown_with_its_fields(waiting: Site, doubtful: Truth) -> None:
    shown = waiting.sohoa("review", "show", _id(doubtful))
    assert (shown.code, "so_ky_hieu" in shown.out, "cần xác nhận" in shown.out) == (0, True, True)


def test_a_picture_of_a_doubtful_place_is_cut_out(waiting: Site, doubtful: Truth) -> None:
    shown = waiting.sohoa("review", "show", _id(doubtful)).out
    pictures = [Path(line.split(": ", 1)[1]) for line in shown.splitlines() if ".png" in line]
    assert pictures
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


@pytest.mark.parametrize(
    ("field", "value"),
    [("ngay_ban_hanh", "31/02/2026"), ("so_ky_hieu", "không phải số"), ("khong_co", "x")],
)
def test_a_value_that_can_not_be_is_refused_with_the_reason(
    waiting: Site, doubtful: Truth, field: str, value: str
) -> None:
    refused = waiting.confirm(doubtful, **{field: value})
    assert (refused.code, bool(refused.err.strip())) == (2, True)


def test_an_identity_number_is_not_taken_from_the_command_line(
    waiting: Site, doubtful: Truth
) -> None:
    refused = waiting.confirm(doubtful, so_dinh_danh="001091123456")
    assert (refused.code, "--stdin" in refused.err) == (2, True)
    assert "001091123456" not in refused.err + refused.out


def test_an_id_nobody_waits_under_is_told(waiting: Site) -> None:
    assert waiting.sohoa("review", "confirm", "ffffffff").code == 3


def test_a_paper_that_was_only_looked_at_still_waits(waiting: Site) -> None:
    again = waiting.sohoa("run", waiting.inbox, "--json")
    assert [one["state"] for one in again.json["documents"]] == ["waiting"]


# ── the person's word ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Two papers confirmed, one on the command line, a personal one on standard input."""

    site: Site
    open: Truth
    personal: Truth
    ends: tuple[Ended, Ended, Ended]


@pytest.fixture(scope="module")
def confirmed(
    tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...], doubtful: Truth
) -> Confirmed:
    folder = tmp_path_factory.mktemp("confirmed")
    (personal,) = of_type(truths, "TO_KHAI")
    # A field in doubt for certain, however well the papers are read.
    sohoa = Sohoa(folder / "data", CHEAP).with_(extract_accept="1.0")
    site = Site(sohoa, copy_papers([doubtful, personal], folder / "inbox"))
    sohoa("run", site.inbox)
    ends = (
        site.confirm(doubtful, **_values(doubtful)),
        sohoa("review", "confirm", _id(personal), "--stdin", stdin=json.dumps(_values(personal))),
        sohoa("run", site.inbox, "--json"),
    )
    return Confirmed(site, doubtful, personal, ends)


def _values(truth: Truth) -> dict[str, str]:
    return {name.value: value for name, value in truth.fields.items()}


@pytest.mark.parametrize("number", [0, 1], ids=["by --set", "by --stdin"])
def test_a_confirmation_is_taken(confirmed: Confirmed, number: int) -> None:
    assert confirmed.ends[number].code == 0, confirmed.ends[number].err


def test_confirmed_papers_are_archived_by_the_next_run(confirmed: Confirmed) -> None:
    run = confirmed.ends[2]
    assert [one["state"] for one in run.json["documents"]] == ["archived", "archived"], run.out


def test_the_record_says_what_the_person_said(confirmed: Confirmed) -> None:
    number = confirmed.site.record(confirmed.open).field(FieldName.SO_KY_HIEU)
    assert number is not None
    assert (number.value, number.is_verified) == (
        confirmed.open.fields[FieldName.SO_KY_HIEU],
        True,
    )


def test_the_record_says_who_confirmed(confirmed: Confirmed) -> None:
    assert confirmed.site.record(confirmed.open).confirmed_by == "van-thu-1"


def test_a_confirmed_holder_is_found_by_the_number_on_standard_input(
    confirmed: Confirmed,
) -> None:
    number = confirmed.personal.fields[FieldName.SO_DINH_DANH]
    answer = confirmed.site.sohoa("lookup", "--holder", "--trial", "--json", stdin=f"{number}\n")
    found = [one["document"]["document_id"] for one in answer.json["found"]]
    assert found == [confirmed.personal.sha256[:32]]
    assert number not in answer.out + answer.err
