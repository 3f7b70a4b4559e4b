"""Expressions that are compiled when they are first asked.

A class that holds the range of Han takes 2 ms to compile (6 ms where case is ignored; CPython 3.11), and most pages ask
but few of those that a rare sign stands before: together they would take half of the time that a first page may.
"""

from __future__ import annotations

import re
from typing import Any, cast

_NAMES = ("match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split", "pattern", "flags")


class _Later:
    """Stands for an expression until it is asked; then its methods become attributes and cost nothing more."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _NAMES:
            raise AttributeError(name)
        compiled = re.compile(*self._source)
        vars(self).update({each: getattr(compiled, each) for each in _NAMES})
        return vars(self)[name]


def later(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The expression, as `re.compile` gives it, but compiled at its first use; a fault in it shows only then.

    >>> later("[0-9]+").findall("2023-05-23")
    ['2023', '05', '23']
    """
    return cast("re.Pattern[str]", _Later(pattern, flags))
