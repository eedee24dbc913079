"""Both languages say the same things, with the same gaps to fill."""

import re
import string
from pathlib import Path

import pytest

from pipelines.messages import TEXTS
from pipelines.outcome import State, WaitReason

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


def test_every_key_that_is_used_exists() -> None:
    used: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        used |= set(re.findall(r'texts\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert used and used <= TEXTS.keys()
