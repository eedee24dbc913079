"""The documents say what the program does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from digitizer import errors
from docs.generate import PAGES
from pipelines.cli.main import cli
from pipelines.config import load

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def _commands(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = dict(_commands())


def _page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says_now(name: str) -> None:
    assert _page(name) == PAGES[name](), "run: python -m docs.generate"


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_documented(path: tuple[str, ...]) -> None:
    assert f"sohoa {' '.join(path)}" in _page("cli.md")


@pytest.mark.parametrize(
    ("path", "option"),
    [
        (path, option)
        for path, command in COMMANDS.items()
        for param in command.params
        if isinstance(param, click.Option)
        for option in param.opts
        if option.startswith("--")
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_every_option_is_documented(path: tuple[str, ...], option: str) -> None:
    assert option in _page("cli.md")


def test_every_setting_is_documented() -> None:
    page = _page("config.md")
    missing = [
        f"{origin.section}.{origin.key}"
        for origin in load(environ={}).origins
        if not re.search(rf"^\| `{origin.key}` \|.*\| \S.* \|$", page, re.M)
    ]
    assert missing == []


@pytest.mark.parametrize("kind", list(errors.tree()), ids=lambda kind: str(kind.code))
def test_every_error_has_sentence_and_cure_in_both_languages(
    kind: type[errors.DigitizationError],
) -> None:
    if kind is errors.DigitizationError:
        pytest.skip("the root is never raised itself")
    assert all((kind.vi, kind.en, kind.cure_vi, kind.cure_en))


def _shown_commands(text: str) -> set[tuple[str, ...]]:
    """Return what follows `sohoa` in shell lines and code spans: at most two plain words."""
    spans = re.findall(r"(?:^|`|\$ |\./|/)sohoa((?: +[a-z]+\b(?![-/.=]))+)", text, re.M)
    return {tuple(span.split()[:2]) for span in spans}


@pytest.mark.parametrize("page", ["README.md", "docs/cli.md"])
def test_the_commands_that_a_page_shows_exist(page: str) -> None:
    shown = _shown_commands((ROOT / page).read_text(encoding="utf-8"))
    assert shown
    unknown = [words for words in shown if words not in COMMANDS and words[:1] not in COMMANDS]
    assert unknown == []


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://", "mailto:"))
        and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_that_the_code_cites_is_written_down() -> None:
    cited = {
        number
        for room in ("digitizer", "signing", "storage", "pipelines", "desk", "docs")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".md")
        for number in re.findall(r"docs/adr/(\d{4})", path.read_text(encoding="utf-8"))
    }
    written = {path.name[:4] for path in DOCS.glob("adr/*.md")}
    assert sorted(cited - written) == []
