"""config/phrases/*.toml: the words by which pages label their facts and fill their margins, as data."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeVar

import msgspec

from crawler.paths import packaged_config

T = TypeVar("T")


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """labels.toml: what stands before a fact."""

    origin: tuple[str, ...]
    author: tuple[str, ...]
    editor: tuple[str, ...]
    photographer: tuple[str, ...]
    published: tuple[str, ...]
    keywords: tuple[str, ...]
    other: tuple[str, ...]


class Containers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """containers.toml: class and id words for and against an article's body."""

    body: tuple[str, ...]
    margin: tuple[str, ...]
    others: tuple[str, ...]


class Boilerplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of boilerplate.toml."""

    reason: str
    whole: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()


class Telling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of verdicts.toml."""

    text: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    script: tuple[str, ...] = ()


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """names.toml: surnames."""

    single: str
    compound: tuple[str, ...]
    offices: tuple[str, ...]


def _read(name: str, kind: type[T]) -> T:
    path = packaged_config() / "phrases" / name
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path}: {error}") from error


@cache
def labels() -> Labels:
    """The labels of facts."""
    return _read("labels.toml", Labels)


@cache
def containers() -> Containers:
    """The words of elements that are or are not an article's body."""
    return _read("containers.toml", Containers)


@cache
def boilerplate() -> dict[str, Boilerplate]:
    """The boilerplate, by rule."""
    return _read("boilerplate.toml", dict[str, Boilerplate])


@cache
def verdicts() -> dict[str, Telling]:
    """The words that tell a challenge or a soft 404."""
    return _read("verdicts.toml", dict[str, Telling])


@cache
def names() -> Names:
    """The surnames."""
    return _read("names.toml", Names)


_MARKS = re.compile(r"[\s\W_]+")


def without_marks(text: str) -> str:
    """The letters and figures of a text alone, as phrases are compared."""
    return text if text.isalnum() else _MARKS.sub("", text)


@cache
def whole_lines(table: str) -> frozenset[str]:
    """The `whole` lines of one table of boilerplate.toml as they are compared: without marks, in lower case."""
    return frozenset(without_marks(phrase).lower() for phrase in boilerplate()[table].whole)


def is_whole_line(text: str, table: str) -> bool:
    """Whether a text is one of the `whole` lines of a table, whatever marks stand around and between its letters."""
    first = text[:1]
    if first.isalnum() and first not in _first_letters(table):
        return False  # nearly every line
    return _opening(text, _longest(table)).lower() in whole_lines(table)


def _opening(text: str, longest: int) -> str:
    """The letters and figures of a text, those of its beginning alone if they are more than the longest phrase has."""
    head = text[: longest + 12]
    if len(head) < len(text):
        bare = without_marks(head)
        if len(bare) > longest:
            return bare
    return without_marks(text)


@cache
def _longest(table: str) -> int:
    return max(map(len, whole_lines(table)), default=0)


@cache
def _first_letters(table: str) -> frozenset[str]:
    """The characters, in lower and upper case, that one of the `whole` lines of a table begins with."""
    return frozenset(letter for phrase in whole_lines(table) for letter in (phrase[0], phrase[0].upper()))


@cache
def _controls() -> frozenset[str]:
    return frozenset(without_marks(phrase) for table in boilerplate().values() for phrase in table.whole)


def is_control(text: str) -> bool:
    """Whether a text is exactly one of the known controls, placeholders or headings of lists."""
    return without_marks(text) in _controls()
