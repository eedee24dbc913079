"""`sohoa completion`: what makes the shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """In đoạn mã cho SHELL để phím Tab hoàn thành lệnh và tùy chọn.

    \b
    bash:  sohoa completion bash > ~/.local/share/bash-completion/completions/sohoa
    zsh:   sohoa completion zsh  > ~/.zfunc/_sohoa
    fish:  sohoa completion fish > ~/.config/fish/completions/sohoa.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click knows the three"
    root = ctx.find_root().command
    click.echo(kind(root, {}, "sohoa", "_SOHOA_COMPLETE").source())
    return 0
