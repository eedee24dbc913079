"""What a clerk is told about a paper: one state, one reason, one exit code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digitizer.errors import ConfigError
from digitizer.model import FieldName, RelationKind, Sha256, Validity
from storage import lookup
from storage.answer import Answer, Reason, State, sentence
from storage.catalog import Catalog
from storage.identity import IdentityVault
from storage.lookup import ByFile, ByHolder, ByName, ByNumber, Question, Terms, exit_code
from storage.settings import StorageSettings
from tests.storage.papers import BIRTH, NAME, NOW, NUMBER, SIGNATURE, VAULT, record, relation

TODAY = Terms(NOW)
BY_NUMBER = ByNumber("476 /QD - UBND", "UBND tỉnh Mẫu", 2026)
REPLACED = State.DIGITISED_REPLACED
UNVERIFIED, EXPIRED = State.DIGITISED_UNVERIFIED, State.DIGITISED_EXPIRED
OTHER_AGENCY = {FieldName.CO_QUAN_BAN_HANH: "UBND TỈNH KHÁC"}


@pytest.fixture
def settings(tmp_path: Path) -> StorageSettings:
    return StorageSettings(
        catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}",
        identity_key_file=tmp_path / "identity.key",
    )


@pytest.fixture
def catalog(settings: StorageSettings) -> Iterator[Catalog]:
    with Catalog.open(settings, create=True) as opened:
        yield opened


def ask(catalog: Catalog, question: Question, terms: Terms = TODAY) -> Answer:
    return lookup.look_up(question, catalog, VAULT, terms)


@pytest.mark.parametrize(
    "question",
    [
        BY_NUMBER,
        ByNumber("Số: 0476/qđ–ubnd"),
        ByHolder("001 203 004567"),
        ByHolder(NUMBER, "QĐ"),
        ByName(NAME.upper(), date.fromisoformat(BIRTH)),
    ],
    ids=lambda question: type(question).__name__,
)
def test_a_paper_that_is_signed_and_in_force_may_be_used_again(
    catalog: Catalog, question: Question
) -> None:
    catalog.enter(record())
    answer = ask(catalog, question)
    assert (answer.state, answer.reason, answer.exit_code) == (State.REUSABLE, Reason.IN_FORCE, 0)
    assert answer.found[0].entry.number_masked == "001******567"


WIFE = {
    "chu_ho_so.2": "Trần Thị Mẫu",
    "so_dinh_danh.2": "040199001234",
    "ngay_sinh.2": "1999-09-09",
}


@pytest.mark.parametrize("number", [NUMBER, "040199001234"])
def test_a_paper_of_two_holders_is_found_by_each(catalog: Catalog, number: str) -> None:
    catalog.enter(record(fields=WIFE))
    answer = ask(catalog, ByHolder(number))
    assert answer.state is State.REUSABLE
    assert answer.found[0].entry.name_masked == "N. V. Thử; T. T. Mẫu"
    born = date(1999, 9, 9)
    assert ask(catalog, ByName("Trần Thị Mẫu", born)).state is State.REUSABLE
    # One holder's name with the other's birth date is nobody.
    assert ask(catalog, ByName(NAME, born)).state is State.NOT_FOUND


def test_a_holder_archived_unverified_is_not_a_key_and_the_other_one_is(catalog: Catalog) -> None:
    catalog.enter(record(fields=WIFE, unverified=("so_dinh_danh.2",)))
    assert ask(catalog, ByHolder("040199001234")).state is State.NOT_FOUND
    assert ask(catalog, ByHolder(NUMBER)).state is UNVERIFIED


def test_a_holder_taken_off_a_paper_no_longer_finds_it(catalog: Catalog) -> None:
    catalog.enter(record(fields=WIFE))
    catalog.enter(record())
    assert ask(catalog, ByHolder("040199001234")).state is State.NOT_FOUND


ISSUED = date(2026, 2, 18)
LATER = {FieldName.SO_KY_HIEU: "900/QĐ-UBND", FieldName.NGAY_BAN_HANH: "2026-03-01"}


@pytest.mark.parametrize("newer_first", [False, True])
@pytest.mark.parametrize(
    ("kind", "issued_on", "agency", "expected"),
    [
        (RelationKind.REPLACES, ISSUED, "", (REPLACED, Reason.REPLACED)),
        (
            RelationKind.REPEALS,
            ISSUED,
            "UBND tỉnh Mẫu",
            (State.DIGITISED_REPLACED, Reason.REPEALED),
        ),
        (RelationKind.REPLACES, None, "", (UNVERIFIED, Reason.PERHAPS_REPLACED)),
        (RelationKind.AMENDS, ISSUED, "", (State.REUSABLE, Reason.IN_FORCE)),
        (RelationKind.REPLACES, date(2025, 2, 18), "", (State.REUSABLE, Reason.IN_FORCE)),
        (RelationKind.REPLACES, ISSUED, "UBND tỉnh Khác", (State.REUSABLE, Reason.IN_FORCE)),
    ],
)
def test_a_later_paper_ends_an_earlier_one_whichever_came_in_first(
    catalog: Catalog,
    kind: RelationKind,
    issued_on: date | None,
    agency: str,
    expected: tuple[State, Reason],
    newer_first: bool,
) -> None:
    older = record()
    newer = record(
        "cd" * 16, fields=LATER, relations=(relation(kind, "476/QĐ-UBND", issued_on, agency),)
    )
    for one in (newer, older) if newer_first else (older, newer):
        catalog.enter(one)
    answer = ask(catalog, BY_NUMBER)
    assert (answer.state, answer.reason) == expected
    is_linked = issued_on != date(2025, 2, 18) and agency != "UBND tỉnh Khác"
    numbers = [one.entry.number for one in answer.found[0].affecting]
    assert numbers == (["900/QĐ-UBND"] if is_linked else [])
    held = catalog.find(newer.document_id)
    assert held is not None
    with catalog.snapshot() as seen:
        affected = seen.affected(held)
    assert [one.number for one in affected] == (["476/QĐ-UBND"] if is_linked else [])


def test_a_paper_replaced_from_tomorrow_on_holds_today(catalog: Catalog) -> None:
    said = relation(RelationKind.REPLACES, "476/QĐ-UBND", ISSUED)
    tomorrow = Validity(NOW.date() + timedelta(days=2), None, True, "từ ngày ghi trên giấy tờ")
    catalog.enter(record())
    catalog.enter(record("cd" * 16, fields=LATER, relations=(said,), validity=tomorrow))
    assert ask(catalog, BY_NUMBER).state is State.REUSABLE


def test_a_file_is_known_by_its_digest_in_either_case(catalog: Catalog) -> None:
    held = record()
    catalog.enter(held)
    digest = Sha256(held.objects.signed.sha256.upper())
    assert ask(catalog, ByFile(digest)).state is State.REUSABLE


@pytest.mark.parametrize(
    "question",
    [
        ByNumber("477/QĐ-UBND"),
        replace(BY_NUMBER, year=2025),
        replace(BY_NUMBER, agency="UBND tỉnh Khác"),
        ByNumber("   "),
        ByHolder("001203004568"),
        ByHolder(NUMBER, "KHAI_SINH"),
        ByName(NAME, date(2003, 4, 6)),
        ByFile(Sha256("0" * 64)),
    ],
)
def test_what_is_not_held_is_not_digitized(catalog: Catalog, question: Question) -> None:
    catalog.enter(record())
    answer = ask(catalog, question)
    assert (answer.state, answer.exit_code, answer.found) == (State.NOT_FOUND, 40, ())


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-06-30T16:59:59+00:00", State.REUSABLE),
        ("2026-06-30T17:00:00+00:00", State.DIGITISED_EXPIRED),
        ("2026-02-17T16:59:59+00:00", State.DIGITISED_EXPIRED),
        ("2026-02-17T17:00:00+00:00", State.REUSABLE),
    ],
)
def test_the_day_that_counts_is_the_day_in_viet_nam(
    catalog: Catalog, now: str, state: State
) -> None:
    validity = Validity(date(2026, 2, 18), date(2026, 6, 30), True, "ghi trên giấy")
    catalog.enter(record(validity=validity))
    assert ask(catalog, BY_NUMBER, Terms(datetime.fromisoformat(now))).state is state


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({"unverified": (FieldName.TRICH_YEU,)}, UNVERIFIED, Reason.FIELDS_UNVERIFIED),
        ({"validity": Validity(None, None, False, "")}, UNVERIFIED, Reason.VALIDITY_UNKNOWN),
        ({"fields": {FieldName.NGAY_BAN_HANH: ""}}, UNVERIFIED, Reason.DATE_UNKNOWN),
        ({"validity": Validity(None, date(2020, 1, 1), True, "")}, EXPIRED, Reason.EXPIRED),
        ({"validity": Validity(date(2030, 1, 1), None, True, "")}, EXPIRED, Reason.NOT_YET),
        (
            {"signatures": (replace(SIGNATURE, is_throwaway=True),)},
            State.SIGNATURE_PROBLEM,
            Reason.TEST_SIGNATURE,
        ),
    ],
)
def test_what_is_found_but_not_good_enough_says_why(
    catalog: Catalog, changes: dict[str, Any], state: State, reason: Reason
) -> None:
    catalog.enter(record(**changes))
    answer = ask(catalog, BY_NUMBER)
    assert (answer.state, answer.reason, answer.exit_code) == (state, reason, 43)


def test_a_test_signature_counts_only_where_that_is_asked_for_and_is_still_named(
    catalog: Catalog,
) -> None:
    catalog.enter(record(signatures=(replace(SIGNATURE, is_throwaway=True),)))
    answer = ask(catalog, BY_NUMBER, Terms(NOW, allow_throwaway=True))
    assert (answer.state, answer.reason) == (State.REUSABLE, Reason.IN_FORCE_TEST_SIGNATURE)
    assert "DÙNG THỬ" in answer.sentence("vi") and "TEST" in answer.sentence("en")


def test_two_agencies_with_one_number_are_ambiguous_until_one_is_named(catalog: Catalog) -> None:
    catalog.enter(record("11" * 16))
    catalog.enter(record("22" * 16, fields=OTHER_AGENCY))
    answer = ask(catalog, ByNumber("476/QĐ-UBND"))
    assert (answer.state, answer.exit_code, len(answer.found)) == (State.AMBIGUOUS, 42, 2)
    assert ask(catalog, BY_NUMBER).state is State.REUSABLE


def test_the_same_number_in_two_years_is_ambiguous_until_the_year_is_named(
    catalog: Catalog,
) -> None:
    catalog.enter(record("11" * 16))
    catalog.enter(record("22" * 16, fields={FieldName.NGAY_BAN_HANH: "2025-02-18"}))
    assert ask(catalog, replace(BY_NUMBER, year=None)).state is State.AMBIGUOUS
    answer = ask(catalog, replace(BY_NUMBER, year=2025))
    assert [found.entry.year for found in answer.found] == [2025]


def test_a_paper_of_unknown_year_gives_way_to_one_of_the_year_asked_for(catalog: Catalog) -> None:
    catalog.enter(record("11" * 16))
    catalog.enter(record("22" * 16, fields={FieldName.NGAY_BAN_HANH: ""}))
    assert ask(catalog, BY_NUMBER).state is State.REUSABLE


def test_a_holders_papers_come_with_the_usable_one_first(catalog: Catalog) -> None:
    expired = Validity(None, date(2020, 1, 1), True, "")
    catalog.enter(record("11" * 16))
    catalog.enter(
        record("22" * 16, validity=expired, fields={FieldName.NGAY_BAN_HANH: "2026-03-01"})
    )
    answer = ask(catalog, ByHolder(NUMBER))
    states = [found.state for found in answer.found]
    assert (answer.state, states) == (State.REUSABLE, [State.REUSABLE, State.DIGITISED_EXPIRED])


def test_an_unverified_number_finds_nobody(catalog: Catalog) -> None:
    catalog.enter(record(unverified=(FieldName.SO_DINH_DANH, FieldName.CHU_HO_SO)))
    assert ask(catalog, ByHolder(NUMBER)).state is State.NOT_FOUND
    assert ask(catalog, ByName(NAME, date.fromisoformat(BIRTH))).state is State.NOT_FOUND


def test_a_stale_catalog_never_says_not_found(catalog: Catalog) -> None:
    catalog.enter(record())
    terms = Terms(NOW + timedelta(hours=37), stale_after=timedelta(hours=36))
    answer = ask(catalog, ByNumber("477/QĐ-UBND"), terms)
    assert (answer.state, answer.reason, answer.exit_code) == (State.UNAVAILABLE, Reason.STALE, 44)
    assert answer.as_of == NOW
    assert ask(catalog, BY_NUMBER, terms).state is State.REUSABLE


def test_an_empty_catalog_of_unknown_age_never_says_not_found(catalog: Catalog) -> None:
    terms = Terms(NOW, stale_after=timedelta(hours=36))
    assert ask(catalog, BY_NUMBER, terms).state is State.UNAVAILABLE
    catalog.confirm(NOW)
    assert ask(catalog, BY_NUMBER, terms).state is State.NOT_FOUND


def test_under_another_identity_key_nobody_is_said_to_be_absent(catalog: Catalog) -> None:
    catalog.enter(record())
    other = IdentityVault(bytes(range(9, 41)))
    answer = lookup.look_up(ByHolder(NUMBER), catalog, other, TODAY)
    assert (answer.state, answer.reason) == (State.UNAVAILABLE, Reason.OTHER_KEY)


def test_an_absent_catalog_is_unavailable_not_empty(settings: StorageSettings) -> None:
    answers = lookup.look_up_all([BY_NUMBER, BY_NUMBER], settings, TODAY)
    assert [answer.state for answer in answers] == [State.UNAVAILABLE] * 2
    assert "catalog rebuild" in answers[0].detail


def test_a_catalog_lost_while_asking_is_unavailable(
    catalog: Catalog, settings: StorageSettings, tmp_path: Path
) -> None:
    catalog.enter(record())
    for file in tmp_path.glob("catalog.sqlite*"):
        file.unlink()
    assert ask(catalog, BY_NUMBER).state is State.UNAVAILABLE


def test_all_questions_are_answered_in_order(catalog: Catalog, settings: StorageSettings) -> None:
    catalog.enter(record())
    answers = lookup.look_up_all([BY_NUMBER, ByNumber("1/X")], settings, TODAY)
    assert [answer.state for answer in answers] == [State.REUSABLE, State.NOT_FOUND]


def test_asking_for_a_person_needs_the_identity_key(
    catalog: Catalog, settings: StorageSettings
) -> None:
    with pytest.raises(ConfigError, match="identity_key_file"):
        lookup.look_up_all([ByHolder(NUMBER)], settings, TODAY)
    with pytest.raises(ConfigError, match="identity_key_file"):
        lookup.look_up(ByHolder(NUMBER), catalog, None, TODAY)


def test_settings_say_when_a_catalog_is_stale() -> None:
    assert lookup.terms_of(StorageSettings(), NOW).stale_after is None
    aged = lookup.terms_of(StorageSettings(catalog_stale_after_h=36), NOW, allow_throwaway=True)
    assert (aged.stale_after, aged.allow_throwaway) == (timedelta(hours=36), True)


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ("REUSABLE", 0),
        ("REUSABLE REUSABLE", 0),
        ("REUSABLE NOT_FOUND", 41),
        ("REUSABLE DIGITISED_EXPIRED", 41),
        ("NOT_FOUND NOT_FOUND", 40),
        ("NOT_FOUND DIGITISED_UNVERIFIED", 43),
        ("SIGNATURE_PROBLEM", 43),
        ("REUSABLE AMBIGUOUS", 42),
        ("AMBIGUOUS UNAVAILABLE REUSABLE", 44),
    ],
)
def test_one_exit_code_sums_up_many_answers(states: str, code: int) -> None:
    answers = [Answer(State(name), Reason.NOT_HELD, (), None) for name in states.split()]
    assert exit_code(answers) == code


def test_nothing_asked_has_no_exit_code() -> None:
    with pytest.raises(ValueError, match="no answers"):
        exit_code([])


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_in_both_languages(reason: Reason) -> None:
    assert sentence(reason, "vi") and sentence(reason, "vi") != sentence(reason, "en")


def test_a_question_does_not_print_the_person() -> None:
    told = repr([ByHolder(NUMBER), ByName(NAME, date.fromisoformat(BIRTH))])
    assert NUMBER not in told and NAME not in told and BIRTH not in told


def test_an_answer_does_not_print_the_person(catalog: Catalog) -> None:
    catalog.enter(record())
    told = repr(ask(catalog, ByHolder(NUMBER)))
    assert NUMBER not in told and NAME not in told and BIRTH not in told


def test_looking_up_loads_nothing_heavy() -> None:
    heavy = ("cv2", "tesserocr", "pytesseract", "onnxruntime", "trueocr", "pyhanko", "boto3",
             "botocore", "numpy", "pikepdf")  # fmt: skip
    code = f"import sys, storage.lookup; print([m for m in {heavy} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"


def test_times_of_any_zone_may_be_given(catalog: Catalog) -> None:
    catalog.enter(record())
    assert ask(catalog, BY_NUMBER, Terms(NOW.astimezone(UTC))).state is State.REUSABLE


@pytest.mark.parametrize(("days", "reason"), [(1, Reason.IN_FORCE), (0, Reason.SIGNATURE_LAPSED)])
def test_a_signature_that_can_no_longer_be_proven_is_not_relied_on(
    catalog: Catalog, days: int, reason: Reason
) -> None:
    catalog.enter(record(lapses_at=NOW + timedelta(days=days)))
    assert ask(catalog, BY_NUMBER).reason is reason
