"""Put the text of one line right: normal form, Đ, and leaders that are no text."""

from __future__ import annotations

import re
from typing import Final

from digitizer.vietnamese import squeeze

_LEADER: Final = re.compile(r"(?:[.…·]\s?){4,}|…{2,}|_{3,}|(?:- ?){5,}")


def tidy(text: str) -> str:
    """Return NFC text, Đ for the Icelandic eth, runs of leaders collapsed to `…`."""
    return squeeze(_LEADER.sub("… ", squeeze(text)))
