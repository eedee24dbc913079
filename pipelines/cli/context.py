"""What every command shares: the site's settings, read when first needed, and its texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import click

from pipelines import config, durable
from pipelines.messages import Catalogue
from pipelines.settings import Settings


@dataclass
class Site:
    """The place `sohoa` works for. Reading it raises ConfigError when the file is wrong.

    `settle` is told the data folder, once it is there: a process of its own keeps its temporary
    files in it (`pipelines.scratch`).
    """

    config_file: Path | None
    flags: Mapping[str, object] = field(default_factory=dict)
    settle: Callable[[Path], None] = lambda _: None

    def override(self, **flags: object) -> Site:
        """Return the same site with more flags; `section__key` stands for `section.key`."""
        named = {name.replace("__", "."): value for name, value in flags.items()}
        return Site(self.config_file, {**self.flags, **named}, self.settle)

    @cached_property
    def config(self) -> config.Config:
        return config.load(self.config_file, flags=self.flags)

    @cached_property
    def settings(self) -> Settings:
        settings = self.config.settings
        if settings.run.data.is_dir():
            self.settle(settings.run.data)
        return settings

    def at_work(self) -> Settings:
        """Return the settings for a command that fills the data folder, which is made."""
        durable.made(self.config.settings.run.data)
        return self.settings

    @property
    def texts(self) -> Catalogue:
        return Catalogue(self.settings.run.lang)


pass_site = click.make_pass_decorator(Site)
json_option = click.option("--json", "as_json", is_flag=True, help="In JSON ra đầu ra chuẩn.")
