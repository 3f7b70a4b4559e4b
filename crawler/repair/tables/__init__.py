"""The measured tables that repair works with, read once from the files beside this one, which name their source."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def rows(name: str) -> list[list[str]]:
    """The rows of a tab-separated table beside this file, without its comment lines."""
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def mirror_map() -> dict[str, str]:
    """Simplified → Traditional, one to one, as the mirrors write it."""
    return dict(rows("mirror_map.tsv"))


@cache
def simplified_of() -> dict[str, str]:
    """Traditional → Simplified, the map read backwards; where two lead to one form the common one (lower code) wins."""
    backwards: dict[str, str] = {}
    for simplified, traditional in sorted(
        mirror_map().items(), key=lambda pair: (pair[0] > "\uffff", pair[0] < "一", pair)
    ):
        backwards.setdefault(traditional, simplified)
    return backwards


@cache
def mirror_order() -> dict[str, str]:
    """The characters that mirrors annotate, in the order of their list, with the reading they print."""
    return dict(rows("mirror_order.tsv"))


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Character → its readings in pinyin with tone marks; the first is the mirrors' own."""
    return {char: tuple(words.split(" ")) for char, words in rows("readings.tsv")}
