"""Help teaches in both languages: every command and option has its words in each."""

from collections.abc import Iterator

import click
import pytest

from pipelines.cli import english
from pipelines.cli.main import cli

NAMES = cli.list_commands(click.Context(cli))


def _keys(command: click.Command, path: str) -> Iterator[str]:
    yield path
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield f"{path} {max(parameter.opts, key=len)}"
    for name, child in getattr(command, "commands", {}).items():
        yield from _keys(child, f"{path} {name}")


def _all() -> set[str]:
    ctx = click.Context(cli)
    keys = set(_keys(cli, "sohoa"))
    for name in NAMES:
        command = cli.get_command(ctx, name)
        assert command is not None
        keys |= set(_keys(command, name))
    return keys - {"sohoa --version", "sohoa --help"}


def test_every_command_and_option_has_english_help() -> None:
    assert _all() == set(english.HELP)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_what_it_does(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None and command.help and len(command.help) > 20
