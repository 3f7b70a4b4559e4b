"""Which sources are watched, by their files alone: that takes milliseconds where loading and checking them takes more.

Mistakes in a file are not told here: `source list`, `doctor` and the daemon say what is wrong with a configuration.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from crawler.paths import packaged_config

_FIRST_TABLE = re.compile(rb"^[ \t]*\[\[?[^\]\"',\n]*\]\]?[ \t]*(?:#.*)?$", re.MULTILINE)


def configured(config: Path) -> Mapping[str, bool]:
    """The sources of a configuration folder by id, and whether each is enabled; empty where it has none."""
    return {file.stem: is_enabled(file) for file in sorted((config / "sources").glob("*.toml"))}


def is_enabled(file: Path) -> bool:
    """Whether a source's file leaves it enabled. One that cannot be read is watched as it was before."""
    try:
        text = file.read_bytes()
        first = _FIRST_TABLE.search(text)
        if b"enabled" not in text[: first.start() if first else len(text)]:  # the source's own keys come first
            return True
        return tomllib.loads(text.decode("utf-8")).get("enabled") is not False
    except (OSError, ValueError):
        return True


def judges(config: Path, known: Mapping[str, bool], archived: frozenset[str]) -> bool:
    """Whether a configuration says which of an archive's sources are watched.

    The packaged one is also what a command falls back to where nobody named one: if it knows none of the archive's
    sources, they are another configuration's, and nothing says that they were removed.
    """
    return bool(known.keys() & archived) or config.resolve() != packaged_config().resolve()
