"""Each paper that a procedure asks for gets one state, and the state is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk.required import Archive, PaperAnswer, answer_all
from desk.rules import Rule
from digitizer.model import FieldName, Validity
from storage.answer import Reason, State
from storage.catalog import Catalog
from storage.entry import entry_of
from storage.lookup import ByHolder, ByName, ByNumber, Question, Terms
from storage.settings import StorageSettings
from tests.storage.papers import BIRTH, NAME, NOW, NUMBER, VAULT, record

TERMS = Terms(NOW)
FORMER = "123456789"
BIRTH_PAPER = Rule("1.004873", "Xác nhận", "KHAI_SINH", True, True, "")
MARRIAGE = Rule("1.004873", "Xác nhận", "KET_HON", True, True, "")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    settings = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as opened:
        yield opened


def _ask(
    catalog: Catalog,
    *questions: Question,
    rules: tuple[Rule, ...] = (BIRTH_PAPER, MARRIAGE),
    terms: Terms = TERMS,
    sees_sensitive: bool = True,
) -> tuple[PaperAnswer, ...]:
    archive = Archive(catalog, VAULT, None)
    return answer_all(questions, rules, archive, terms, sees_sensitive=sees_sensitive)


def _states(answers: tuple[PaperAnswer, ...]) -> list[tuple[str, State]]:
    return [(one.document_type, one.answer.state) for one in answers]


def test_each_required_paper_gets_its_own_state(catalog: Catalog) -> None:
    catalog.enter(record(document_type="KHAI_SINH"))
    catalog.enter(record("cd" * 16, document_type="QĐ"))
    assert _states(_ask(catalog, ByHolder(NUMBER))) == [
        ("KHAI_SINH", State.REUSABLE),
        ("KET_HON", State.NOT_FOUND),
    ]


def test_the_former_number_finds_papers_as_well(catalog: Catalog) -> None:
    catalog.enter(record(document_type="KHAI_SINH"))
    catalog.enter(
        record("cd" * 16, document_type="KET_HON", fields={FieldName.SO_DINH_DANH: FORMER})
    )
    assert _states(_ask(catalog, ByHolder(NUMBER), ByHolder(FORMER))) == [
        ("KHAI_SINH", State.REUSABLE),
        ("KET_HON", State.REUSABLE),
    ]


def test_of_several_papers_of_a_type_the_usable_one_answers(catalog: Catalog) -> None:
    expired = Validity(None, date(2020, 1, 1), True, "")
    catalog.enter(record(document_type="KHAI_SINH", validity=expired))
    catalog.enter(record("cd" * 16, document_type="KHAI_SINH"))
    first, _ = _ask(catalog, ByHolder(NUMBER))
    assert first.answer.state is State.REUSABLE
    assert [found.state for found in first.answer.found] == [
        State.REUSABLE,
        State.DIGITISED_EXPIRED,
    ]


def test_a_stale_catalog_never_says_not_found_beside_what_it_found(catalog: Catalog) -> None:
    catalog.enter(record(document_type="KHAI_SINH"))
    later = Terms(NOW + timedelta(days=9), stale_after=timedelta(hours=36))
    assert _states(_ask(catalog, ByHolder(NUMBER), terms=later)) == [
        ("KHAI_SINH", State.REUSABLE),
        ("KET_HON", State.UNAVAILABLE),
    ]


def test_what_the_procedure_does_not_accept_is_held_but_not_allowed(catalog: Catalog) -> None:
    catalog.enter(record(document_type="KHAI_SINH"))
    (one,) = _ask(catalog, ByHolder(NUMBER), rules=(replace(BIRTH_PAPER, may_reuse=False),))
    assert (one.answer.state, one.answer.reason) == (
        State.NOT_ALLOWED_FOR_TTHC,
        Reason.NOT_ALLOWED,
    )


def test_a_sensitive_paper_is_named_to_those_who_may_see_it(catalog: Catalog) -> None:
    entry = entry_of(record(document_type="CAN_CUOC"))
    catalog.enter_all([replace(entry, access_level="sensitive")])
    rules = (replace(BIRTH_PAPER, document_type="CAN_CUOC"),)
    (hidden,) = _ask(catalog, ByHolder(NUMBER), rules=rules, sees_sensitive=False)
    (shown,) = _ask(catalog, ByHolder(NUMBER), rules=rules, sees_sensitive=True)
    assert (hidden.answer.state, hidden.answer.found) == (State.RESTRICTED, ())
    assert shown.answer.found[0].entry.document_type == "CAN_CUOC"


def test_two_people_of_one_name_and_birthday_are_never_mixed_up(catalog: Catalog) -> None:
    catalog.enter(record(document_type="KHAI_SINH"))
    by_name = ByName(NAME, date.fromisoformat(BIRTH))
    assert _ask(catalog, by_name)[0].answer.state is State.REUSABLE
    other = {FieldName.SO_DINH_DANH: "001203009999"}
    catalog.enter(record("cd" * 16, document_type="KHAI_SINH", fields=other))
    first = _ask(catalog, by_name)[0].answer
    assert (first.state, first.reason) == (State.AMBIGUOUS, Reason.SEVERAL_HOLDERS)


def test_without_a_procedure_every_type_that_is_held_is_told(catalog: Catalog) -> None:
    assert _states(_ask(catalog, ByHolder(NUMBER), rules=())) == [("", State.NOT_FOUND)]
    catalog.enter(record(document_type="KHAI_SINH"))
    catalog.enter(record("cd" * 16, document_type="QĐ"))
    assert _states(_ask(catalog, ByHolder(NUMBER), rules=())) == [
        ("KHAI_SINH", State.REUSABLE),
        ("QĐ", State.REUSABLE),
    ]


def test_a_number_of_several_papers_is_ambiguous(catalog: Catalog) -> None:
    catalog.enter(record())
    catalog.enter(record("cd" * 16))
    assert _states(_ask(catalog, ByNumber("476/QĐ-UBND"), rules=())) == [("", State.AMBIGUOUS)]
