"""config/phrases/furniture.toml: the words by which furniture speaks to the reader."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from crawler.extract.notice import is_notice
from crawler.extract.phrases import boilerplate, is_control, without_marks
from crawler.paths import packaged_config


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    words: tuple[str, ...]


@cache
def _pattern() -> re.Pattern[str]:
    path = packaged_config() / "phrases" / "furniture.toml"
    try:
        table = msgspec.toml.decode(path.read_bytes(), type=Words)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path}: {error}") from error
    starts = [phrase for each in boilerplate().values() for phrase in each.start]
    inner = "|".join(map(re.escape, sorted({*table.words, *starts}, key=len, reverse=True)))
    return re.compile(inner, re.IGNORECASE)


def speaks_as_furniture(text: str) -> bool:
    """Whether a line is a control or a notice, or holds a word of furniture."""
    return bool(without_marks(text)) and (is_control(text) or is_notice(text) or _pattern().search(text) is not None)
