"""How likely one character is to stand behind another in running text.

A model of neighbours (see tables/neighbours.tsv), marks, numbers and the ends of lines included. Where `plausible` only
tells Chinese from misread bytes, this one weighs one sound reading of a mirror's bytes against another. Its table is
read on pages of mirrors alone.

Characters are known by their `form`: Simplified; one sign for all digits, one for letters, one for the end of a line.
"""

from __future__ import annotations

from functools import cache

from crawler.repair import plausible
from crawler.repair.tables import rows, simplified_of

END = "/"
STEPS = 4  # groups of the table to a power of ten
WORDS = 0.2  # the weight of the dictionary's words beside running text
RAREST = 10**-7.5  # the share of a character that the table does not hold


@cache
def _rows() -> dict[str, list[str]]:
    return {row[0]: row for row in rows("neighbours.tsv")}


@cache
def _shares() -> dict[str, float]:
    return {char: 10 ** (-int(row[1]) / 10) for char, row in _rows().items()}


@cache
def _rests() -> dict[str, float]:
    return {char: 10 ** (-int(row[2]) / 10) for char, row in _rows().items()}


@cache
def _followers(before: str) -> dict[str, float]:
    """The known followers of one form; a row is taken apart when it is first asked for."""
    groups = _rows().get(before, [])[3:4]
    return {
        follower: 10 ** (-(level + 0.5) / STEPS)
        for level, chars in enumerate(groups[0].split(" ") if groups else ())
        for follower in chars
        if follower != "-"
    }


@cache
def form(char: str) -> str:
    """The sign by which the table knows this character; "" (nothing before, nothing behind) is the end of a line."""
    if char > "\x7f":
        return END if char in "\u3000\xa0" else simplified_of().get(char, char)
    if char.isdigit():
        return "0"
    return "A" if char.isalpha() else END if not char or char in "<>/ \t\r\n" else char


def share(char: str) -> float:
    """The share of a form among all characters of running text, for want of anything better behind it."""
    return _shares().get(char, RAREST)


def rest(before: str) -> float:
    """The weight that a form leaves to the followers it is not known to have; see `follows`."""
    return (1 - WORDS) * _rests().get(before, 1.0)


def known(before: str, char: str) -> float:
    """The part of `follows` that comes from the two having been seen together; 0 for most pairs."""
    pair = before + char
    seen = (1 - WORDS) * _followers(before).get(char, 0.0)
    return seen + WORDS * 10 ** plausible.inside(pair) if plausible.is_listed(pair) else seen


def follows(before: str, char: str) -> float:
    """The probability of one form behind another.

    >>> follows("西", "藏") > 100 * follows("西", "葬")
    True
    """
    return known(before, char) + rest(before) * share(char)
