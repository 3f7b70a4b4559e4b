"""Where the configuration lies.

A configuration folder holds `jianbao.toml`, `sources/`, `families/` and `phrases/`; none of them has to be there.
How a folder of one's own goes together with the packaged one:

- sources come from the chosen folder only: what is watched is the user's choice;
- families and phrases are knowledge: a file of one's own stands in for the packaged file of the same name, and all
  other packaged files stay in force;
- `jianbao.toml` comes from the chosen folder; without one the built-in values hold.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from crawler.errors import ConfigError

_MARKS = ("jianbao.toml", "sources", "families", "phrases")


def config_dir(given: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The configuration folder: the one given (`--config`), else $JIANBAO_CONFIG, else ./config, else the packaged one.

    `./config` is taken only if it looks like one of ours. Raises ConfigError where the folder that was named is none.
    """
    if given is not None:
        return _named(given, "--config")
    if environ.get("JIANBAO_CONFIG"):
        return _named(Path(environ["JIANBAO_CONFIG"]), "environment JIANBAO_CONFIG")
    here = Path("config")
    if any((here / mark).exists() for mark in _MARKS):
        return here
    return packaged_config()


def packaged_config() -> Path:
    """The configuration that comes with jianbao: `crawler/config` in a wheel, `config/` in a checkout."""
    package = Path(__file__).parent
    in_wheel = package / "config"
    return in_wheel if in_wheel.is_dir() else package.parent / "config"


def config_files(config: Path | None, folder: str) -> tuple[Path, ...]:
    """The TOML files of a folder of knowledge (`families`, `phrases`), by name; those of `config` replace packaged."""
    files = {file.name: file for file in sorted((packaged_config() / folder).glob("*.toml"))}
    if config is not None:
        files |= {file.name: file for file in sorted((config / folder).glob("*.toml"))}
    return tuple(files[name] for name in sorted(files))


def _named(folder: Path, where: str) -> Path:
    folder = folder.expanduser()
    if not folder.is_dir():
        raise ConfigError(f"{where}: {folder} is not a folder")
    return folder
