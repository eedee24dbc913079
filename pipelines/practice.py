"""A synthetic province to train on: its papers, its own data folder, nothing of the real site."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path
from textwrap import dedent

from digitizer.errors import ConfigError, DiskFull, MissingDependency
from pipelines import durable

CONFIG = "sohoa.toml"
_SHIPPED = "practice_papers"


def papers() -> Path:
    """Return the folder of the synthetic papers: in the installed package, or in the checkout.

    Raises:
        MissingDependency: neither is there.
    """
    shipped = Path(str(resources.files("pipelines"))) / _SHIPPED
    checkout = Path(str(resources.files("pipelines"))).parent / "samples" / "papers"
    for folder in (shipped, checkout):
        if folder.is_dir():
            return folder
    raise MissingDependency(f"{shipped}: the synthetic papers are not installed")


def make(folder: Path) -> Path:
    """Lay out the province in a new folder; return its configuration.

    Raises:
        ConfigError: the folder holds something already.
        DiskFull: it can't be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder}: not empty; name a new folder")
    source = papers()
    try:
        shutil.copytree(source, folder / "inbox")
    except OSError as error:
        raise DiskFull(f"{folder}: {error.strerror}") from error
    config = folder / CONFIG
    text = dedent(
        """\
        # Tỉnh tập sự: giấy tờ giả, khóa dùng thử. Không có giá trị pháp lý.
        # A practice province: synthetic papers, a trial key. Without legal value.
        [run]
        data = "data"
        inbox = "inbox"

        [review]
        double = ["so_dinh_danh"]

        [backup]
        store = "folder"
        folder = "backup"
        """
    )
    durable.write(config, text.encode())
    return config
