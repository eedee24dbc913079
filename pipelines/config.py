"""One TOML, read once: flag over `SOHOA_*` over file over default, each value with its origin.

Unknown tables and keys are refused with a suggestion, because a misspelt key that is silently
ignored is a setting that is silently not made. Secrets are names of files, never values.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.errors import ConfigError
from digitizer.model import FieldName
from digitizer.settings import Threshold
from pipelines.settings import Settings

SECTIONS: Mapping[str, type[Any]] = types.MappingProxyType(typing.get_type_hints(Settings))
DEFAULT_FILE = Path("sohoa.toml")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from, as `sohoa config show` prints it."""

    section: str
    key: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    settings: Settings
    origins: tuple[Origin, ...]


def load(
    file: Path | None = None,
    *,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """Return all settings and where each came from.

    Args:
        file: the TOML file; without it `SOHOA_CONFIG`, then `./sohoa.toml` if there is one.
        flags: values from the command line, keyed `section.key`.
        environ: stands in for `os.environ`.

    Raises:
        ConfigError: no such file, not TOML, an unknown name in it or in a variable, or a value of
            the wrong kind.
    """
    environ = os.environ if environ is None else environ
    path = _locate(file, environ)
    document = _read(path) if path else {}
    _refuse_unknown(document, path)
    _refuse_unknown_variables(environ)
    reader = _Reader(document, path, flags or {}, environ)
    data = reader.value("run", "data", Path, Path("sohoa-data"))
    reader.derive(data)
    sections = {name: reader.section(name, kind) for name, kind in SECTIONS.items()}
    return Config(Settings(**sections), tuple(reader.origins.values()))


def _locate(file: Path | None, environ: Mapping[str, str]) -> Path | None:
    if file is not None:
        return file
    if named := environ.get("SOHOA_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _refuse_unknown(document: Mapping[str, Any], path: Path | None) -> None:
    for section, table in document.items():
        if section not in SECTIONS or not isinstance(table, dict):
            raise ConfigError(f"{path}: [{section}]{_suggest(section, SECTIONS)}")
        known = [field.name for field in dataclasses.fields(SECTIONS[section])]
        for key in table:
            if key not in known:
                raise ConfigError(f"{path}: [{section}] {key}{_suggest(key, known)}")


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    """Refuse a variable of a table of ours that names no key: a misspelled one would do nothing."""
    known = {
        f"SOHOA_{section}_{field.name}".upper()
        for section, kind in SECTIONS.items()
        for field in dataclasses.fields(kind)
    }
    tables = tuple(f"SOHOA_{section}_".upper() for section in SECTIONS)
    for variable in environ:
        if variable.startswith(tables) and variable not in known:
            raise ConfigError(f"{variable}{_suggest(variable, known)}")


def _suggest(name: str, known: typing.Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" ?  →  {close[0]}" if close else " ?"


class _Reader:
    """Picks each value from the first place that has it."""

    def __init__(
        self,
        document: Mapping[str, Any],
        path: Path | None,
        flags: Mapping[str, object],
        environ: Mapping[str, str],
    ) -> None:
        self.document = document
        self.path = path
        self.flags = flags
        self.environ = environ
        self.origins: dict[tuple[str, str], Origin] = {}
        self.derived: dict[tuple[str, str], object] = {}

    def derive(self, data: Path) -> None:
        """Put what nobody named under the data folder."""
        self.derived = {
            ("run", "inbox"): data / "inbox",
            ("storage", "folder"): data / "archive",
            ("storage", "catalog"): f"sqlite:///{(data / 'catalog.sqlite').absolute()}",
            ("storage", "identity_key_file"): data / "keys" / "identity.key",
            ("backup", "folder"): data / "backup",
            ("desk", "keys_file"): data / "keys" / "desk-keys.json",
            ("desk", "receipt_key"): data / "keys" / "receipt.key",
            ("desk", "rules"): data / "rules.json",
            ("desk", "audit_log"): data / "audit" / "desk.jsonl",
            ("desk", "reuse"): f"sqlite:///{(data / 'reuse.sqlite').absolute()}",
        }

    def section(self, name: str, kind: type[Any]) -> Any:
        hints = typing.get_type_hints(kind)
        values = {}
        for field in dataclasses.fields(kind):
            default = self.derived.get((name, field.name), field.default)
            values[field.name] = self.value(name, field.name, hints[field.name], default)
        return kind(**values)

    def value(self, section: str, key: str, kind: Any, default: Any) -> Any:
        raw, origin = self._pick(section, key, default)
        try:
            value = _convert(kind, raw)
        except (ValueError, TypeError) as error:
            raise ConfigError(f"{origin}: [{section}] {key} = {raw!r}: {error}") from error
        if isinstance(value, Path) and self.path and origin == str(self.path):
            value = self.path.parent / value
        self.origins[section, key] = Origin(section, key, value, origin)
        return value

    def _pick(self, section: str, key: str, default: Any) -> tuple[Any, str]:
        flag = self.flags.get(f"{section}.{key}")
        if flag is not None:
            return flag, "flag"
        variable = f"SOHOA_{section}_{key}".upper()
        if variable in self.environ:
            return self.environ[variable], variable
        if key in self.document.get(section, {}):
            return self.document[section][key], str(self.path)
        return default, "default"


def _convert(kind: Any, raw: Any) -> Any:
    """Make `raw` (TOML value or text of a variable) a `kind`. Raises ValueError, TypeError."""
    origin = typing.get_origin(kind)
    if origin is types.UnionType:
        if raw is None or raw == "":
            return None
        return _convert(next(k for k in typing.get_args(kind) if k is not type(None)), raw)
    if origin is typing.Literal:
        allowed = typing.get_args(kind)
        if raw not in allowed:
            raise ValueError(" | ".join(allowed))
        return raw
    if kind == tuple[Threshold, ...]:
        return _thresholds(raw)
    if origin is tuple:
        items = raw.split(",") if isinstance(raw, str) else raw
        return tuple(str(item).strip() for item in items)
    return _scalar(kind, raw)


def _thresholds(raw: Any) -> tuple[Threshold, ...]:
    """Make a table of `field = confidence`, or the same as text with commas, thresholds."""
    if isinstance(raw, str):
        raw = dict(item.split("=", 1) for item in raw.split(",") if item.strip())
    if not isinstance(raw, dict):
        return tuple(raw)
    rows = [Threshold(FieldName(key.strip()), float(value)) for key, value in raw.items()]
    if not all(0 <= row.accept <= 1 for row in rows):
        raise ValueError("0 … 1")
    return tuple(rows)


def _scalar(kind: Any, raw: Any) -> Any:
    if kind is bool:
        if raw not in (True, False, "true", "false", "1", "0"):
            raise ValueError("true | false")
        return raw in (True, "true", "1")
    if isinstance(raw, bool):
        raise TypeError(f"{kind.__name__}, not true or false")
    if kind in (int, float):
        return kind(raw)
    if not isinstance(raw, str | Path):
        raise TypeError(f"text, not {type(raw).__name__}")
    return kind(raw)
