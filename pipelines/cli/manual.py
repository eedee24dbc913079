"""`sohoa manual`: the man page, made from the commands themselves.

Source: man-pages(7), groff_man(7).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from pipelines.cli.context import Site, pass_site
from pipelines.stages import software


@click.command("manual")
@click.pass_context
@pass_site
def command(site: Site, ctx: click.Context) -> int:
    """In trang hướng dẫn (man) của mọi lệnh ra đầu ra chuẩn.

    \b
    Ví dụ:   sohoa manual > ~/.local/share/man/man1/sohoa.1 && man sohoa
    """
    click.echo("\n".join(_page(ctx.find_root(), site.texts.lang)))
    return 0


def _page(root: click.Context, lang: str) -> Iterator[str]:
    """Yield the lines of the page."""
    words = _WORDS[lang]
    yield f'.TH SOHOA 1 "" "{software()}" "{words["title"]}"'
    yield from (f".SH {words['name']}", f"sohoa \\- {_escaped(words['what'])}")
    yield from (f".SH {words['synopsis']}", f".B sohoa\n{_escaped('[OPTIONS] COMMAND [ARGS]…')}")
    yield f".SH {words['description']}"
    yield from _described(root.command)
    yield f".SH {words['commands']}"
    group = root.command
    assert isinstance(group, click.Group), "the root has commands"
    for name in group.list_commands(root):
        child = group.get_command(root, name)
        if child is not None:
            yield from _section(child, f"sohoa {name}", root)
    yield from (f".SH {words['files']}", ".TP\n.I ./sohoa.toml", _escaped(words["config"]))
    yield from (f".SH {words['exit']}", _escaped(words["codes"]))


def _section(command_: click.Command, path: str, parent: click.Context) -> Iterator[str]:
    yield f".SS {_escaped(_usage(command_, path, parent))}"
    yield from _described(command_)
    if isinstance(command_, click.Group):
        ctx = click.Context(command_, parent=parent, info_name=path)
        for name in command_.list_commands(ctx):
            child = command_.get_command(ctx, name)
            if child is not None:
                yield from _section(child, f"{path} {name}", ctx)


def _usage(command_: click.Command, path: str, parent: click.Context) -> str:
    ctx = click.Context(command_, parent=parent, info_name=path)
    return " ".join((path, *command_.collect_usage_pieces(ctx)))


def _described(command_: click.Command) -> Iterator[str]:
    yield from _paragraphs(command_.help or "")
    for parameter in command_.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield f".TP\n.B {_escaped(', '.join(parameter.opts))}"
            yield _escaped(parameter.help)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield a help text; what click prints as it stands is set without filling."""
    for part in inspect.cleandoc(text).split("\n\n"):
        yield ".PP"
        if part.startswith("\b"):
            yield from (".nf", _escaped(part.removeprefix("\b").strip("\n")), ".fi")
        else:
            yield _escaped(" ".join(part.split()))


def _escaped(text: str) -> str:
    """Return text that roff takes as it is: no escapes, no line that begins like a request."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


_WORDS = {
    "vi": {
        "title": "Hướng dẫn sử dụng",
        "name": "TÊN",
        "what": "số hóa giấy tờ hành chính: quét, đọc, ký số, lưu trữ, tra cứu",
        "synopsis": "CÁCH GỌI",
        "description": "MÔ TẢ",
        "commands": "CÁC LỆNH",
        "files": "TỆP",
        "config": "Cấu hình; mọi khóa: sohoa config show. Biến môi trường SOHOA_* thắng tệp.",
        "exit": "MÃ THOÁT",
        "codes": "0 xong; 3–5 chưa chạy được; 20–29 dịch vụ vắng, chạy lại được; 30–39 dữ liệu"
        " hỏng, dừng ngay; 100 có cách ly; 101 có chờ; 102 hết giờ.",
    },
    "en": {
        "title": "User Commands",
        "name": "NAME",
        "what": "digitize administrative papers: scan, read, sign, archive, look up",
        "synopsis": "SYNOPSIS",
        "description": "DESCRIPTION",
        "commands": "COMMANDS",
        "files": "FILES",
        "config": "Configuration; all keys: sohoa config show. SOHOA_* variables go before it.",
        "exit": "EXIT STATUS",
        "codes": "0 done; 3–5 could not start; 20–29 a service is away, run again; 30–39 damaged"
        " data, stopped at once; 100 some quarantined; 101 some wait; 102 time window over.",
    },
}
