"""Both languages say the same things, with the same gaps to fill."""

import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.messages import TEXTS, Catalogue
from pipelines.morning import Verdict
from pipelines.night import Chore
from pipelines.outcome import Outcome, State, WaitReason
from pipelines.report import explain
from pipelines.review_queue import RescanReason

SOURCES = Path(__file__).parents[2] / "pipelines"


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    vi, en = (
        {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in TEXTS[key]
    )
    assert vi == en


def test_every_state_and_reason_has_its_sentence() -> None:
    wanted = [f"state.{state}" for state in State]
    wanted += [f"wait.{reason}" for reason in WaitReason]
    wanted += [f"wait.{reason}.cure" for reason in WaitReason]
    assert set(wanted) <= TEXTS.keys()


def test_every_word_of_the_night_has_its_sentence() -> None:
    wanted = {f"night.verdict.{verdict}" for verdict in Verdict}
    wanted |= {f"night.chore.{chore}" for chore in Chore}
    wanted |= {f"night.{chore}_done" for chore in Chore}
    wanted |= {f"rescan.{reason}" for reason in RescanReason}
    assert wanted <= TEXTS.keys()


def test_no_sentence_is_left_untranslated() -> None:
    same = {key for key, (vi, en) in TEXTS.items() if vi == en and re.search(r"[^\W\d_]{4}", vi)}
    assert {key for key in same if not re.search(r"[{]", TEXTS[key][0])} == set()


def test_every_key_that_is_used_exists() -> None:
    used: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        used |= set(re.findall(r'texts\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert used and used <= TEXTS.keys()


def test_why_a_signature_is_not_proven_is_told_once_and_in_words() -> None:
    codes = "weak_algorithm, untrusted_issuer, untrusted_issuer"
    waiting = Outcome("a.pdf", None, State.WAITING, 1, WaitReason.SIGNATURE_UNPROVEN, codes)
    explained = explain(waiting, Catalogue("vi"))
    told = explained.what
    assert "trust_folder" not in explained.cure, "no root makes SHA-1 safe"
    assert told.count("Chứng thư không dẫn tới tổ chức cấp được tin cậy") == 1
    assert "SHA-1" in told and "_" not in told
    unknown = replace(waiting, detail="untrusted_issuer")
    assert "trust_folder" in explain(unknown, Catalogue("vi")).cure
    other = Outcome("a.pdf", None, State.WAITING, 1, WaitReason.SIGNATURE_UNPROVEN, "of_old")
    assert "of_old" in explain(other, Catalogue("vi")).what
