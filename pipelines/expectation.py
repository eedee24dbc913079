"""What manifest, separator sheet or file name say of a document, held against the page.

A declaration never becomes a value. Where it says otherwise than a page that was read for sure, a
person decides; where it says otherwise about the number of pages, the document waits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from digitizer.errors import ConfigError
from digitizer.extract.confirm import BadCorrection, normalize
from digitizer.model import Extracted, FieldName, FieldRef, FieldStatus
from digitizer.separator import Separator
from digitizer.vietnamese import fold
from pipelines.manifest import Declaration

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_TYPE, _NUMBER = "loai", "stt"
_FIELDS: Final = frozenset(FieldName)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is declared of one document.

    Attributes:
        pages: 0 where nothing is declared.
        fields: normal or written form; compared by letters and digits alone.
        origin: `manifest`, `sheet` or `name`.
    """

    pages: int = 0
    fields: tuple[tuple[FieldName, str], ...] = ()
    origin: str = ""


def of_sheet(sheet: Separator) -> Expected:
    """Return what a separator sheet says of the document behind it."""
    said = (
        (FieldName.MA_HO_SO, sheet.ma_ho_so),
        (FieldName.MA_TTHC, sheet.ma_tthc),
        (FieldName.LOAI_VAN_BAN, sheet.document_type),
    )
    return Expected(0, tuple((name, value) for name, value in said if value), "sheet")


def of_row(row: Declaration) -> Expected:
    """Return what a manifest's row says of its file."""
    kind = ((FieldName.LOAI_VAN_BAN, row.document_type),) if row.document_type else ()
    return Expected(row.pages, (*row.fields, *kind), "manifest")


def of_name(name: str, template: str) -> Expected | None:
    """Return what a file's name says by the site's template, None if it does not fit.

    Args:
        name: the file's path for people.
        template: such as `{ma_ho_so}_{loai}_{stt}`; field names, `loai` for the type, `stt` for
            anything.

    Raises:
        ConfigError: a placeholder nobody knows.
    """
    match = _pattern(template).fullmatch(PurePosixPath(name).stem)
    if match is None:
        return None
    found = match.groupdict()
    kind = found.pop(_TYPE, "")
    fields = [(FieldName(key), value) for key, value in found.items()]
    if kind:
        fields.append((FieldName.LOAI_VAN_BAN, kind))
    return Expected(0, tuple(fields), "name")


def _pattern(template: str) -> re.Pattern[str]:
    parts = []
    for index, part in enumerate(_PLACEHOLDER.split(template)):
        if not index % 2:
            parts.append(re.escape(part))
        elif part == _NUMBER:
            parts.append(r"[^_]*?")
        elif part == _TYPE or part in _FIELDS:
            parts.append(rf"(?P<{part}>.+?)")
        else:
            raise ConfigError(f"[intake] name_template: {{{part}}}")
    try:
        return re.compile("".join(parts))
    except re.error as error:
        raise ConfigError(f"[intake] name_template: {error}") from error


def disputed(
    expected: Expected, extracted: Extracted, settled: Collection[FieldRef]
) -> tuple[FieldRef, ...]:
    """Return the fields of which page and declaration say different things.

    Args:
        settled: fields of which a person has said what they hold.
    """
    return tuple(_disputed(expected, extracted, settled))


def _disputed(
    expected: Expected, extracted: Extracted, settled: Collection[FieldRef]
) -> Iterator[FieldRef]:
    for name, said in expected.fields:
        if name in settled:
            continue
        field = extracted.field(name)
        read = extracted.document_type if name is FieldName.LOAI_VAN_BAN else field.value
        is_sure = bool(read) and (
            name is FieldName.LOAI_VAN_BAN or field.status is FieldStatus.ACCEPTED
        )
        if is_sure and not _agree(_writings(name, said), (read, field.value)):
            yield name


def _writings(name: FieldName, said: str) -> tuple[str, ...]:
    """Return what was declared, and its normal form where it has one (18/2/2025: 2025-02-18)."""
    try:
        return said, normalize(name, said)
    except BadCorrection:
        return (said,)


def _agree(said: Iterable[str], read: Iterable[str]) -> bool:
    """Claim that two writings are one, whatever the signs between them (names hold no slash)."""
    return bool({_bare(text) for text in said} & {_bare(text) for text in read if text})


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))
