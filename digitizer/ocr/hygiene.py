"""Put the text of one line right: normal form, Đ, and leaders that are no text."""

from __future__ import annotations

import re
from typing import Final

from digitizer.vietnamese import squeeze

_LEADER: Final = re.compile(r"(?:[.…·]\s?){4,}|…{2,}|_{3,}|(?:- ?){5,}")


_ROMAN: Final = re.compile(r"(?<!\w)l{2,3}(?!\w)")
"""No Vietnamese word; both recognizers read `quý III` so where the letter has no serifs."""


def tidy(text: str) -> str:
    """Return NFC text, Đ for the Icelandic eth, runs of leaders made `…`, `III` for `lll`."""
    text = squeeze(_LEADER.sub("… ", squeeze(text)))
    return _ROMAN.sub(lambda match: "I" * len(match[0]), text)
