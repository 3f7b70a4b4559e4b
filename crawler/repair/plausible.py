"""How much a text looks like Chinese: log10 probabilities of characters following each other.

A small model counted from a dictionary of words (see tables/followers.tsv): a character follows another with the share
it has among that one's followers inside words, or else with its own share of running text. It need not be a
good model of Chinese; misread bytes land on characters that are rarer by five orders of magnitude.
"""

from __future__ import annotations

from functools import cache

from crawler.repair.tables import rows, simplified_of

UNSEEN = -7.5  # a Han character the dictionary does not hold
FOREIGN = -5.0  # a letter of another script, a symbol
BROKEN = -9.0  # U+FFFD, private use, unassigned controls
PLAIN = -1.3  # an ASCII sign or digit: one of about twenty
MARKS = dict.fromkeys("，。、", -1.3) | dict.fromkeys("：；？！“”‘’（）《》—…·　\u00a0【】「」『』〈〉％～", -2.3)
BACKOFF = -0.6  # the price of not being inside a word


@cache
def _shares() -> dict[str, float]:
    """The log10 share of each Han character in running text, Traditional forms by their Simplified ones."""
    shares = {char: -int(share) / 10 for char, share, *_ in rows("followers.tsv")}
    shares.update({old: shares[new] for old, new in simplified_of().items() if new in shares})
    return shares


@cache
def _followers() -> dict[str, float]:
    """The log10 probability of the second character of a pair, given the first."""
    pairs: dict[str, float] = {}
    for char, _, *groups in rows("followers.tsv"):
        for level, chars in enumerate(groups[0].split(" ") if groups and groups[0] else ()):
            pairs.update((char + follower, -(level + 0.5) / 2) for follower in chars if follower != "-")
    return pairs


@cache
def of_char(char: str) -> float:
    """The log10 probability of one character on its own."""
    known = _shares().get(char) or MARKS.get(char)
    if known is not None:
        return known
    if char < "\x7f":
        return PLAIN if char >= " " or char in "\t\n\r" else BROKEN
    if "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char > "\U0001ffff":
        return UNSEEN
    if "\ue000" <= char <= "\uf8ff" or char == "\ufffd" or "\x7f" <= char <= "\x9f":
        return BROKEN
    return FOREIGN


def common(least: float) -> frozenset[str]:
    """The characters whose log10 share of running text is at least `least`, in both scripts."""
    return frozenset(char for char, share in _shares().items() if share >= least)


def of_pair(before: str, char: str) -> float:
    """The log10 probability of `char` behind `before` ("" at the beginning)."""
    fold = simplified_of()
    inside = _followers().get(fold.get(before, before) + fold.get(char, char))
    alone = of_char(char) + BACKOFF
    return alone if inside is None or inside < alone else inside


def is_word(before: str, char: str) -> bool:
    """Whether the two stand together inside a word of the dictionary."""
    fold = simplified_of()
    return is_listed(fold.get(before, before) + fold.get(char, char))


def is_listed(pair: str) -> bool:
    """Whether two characters of Simplified text stand together in the table as they are."""
    return pair in _followers()


def inside(pair: str) -> float:
    """The log10 probability of the second of two listed characters, given the first (see `is_listed`)."""
    return _followers()[pair]


def of_text(text: str) -> float:
    """The log10 probability of a text under the model.

    >>> of_text("拉萨的工业园区") - of_text("鎷夎惃鐨勫伐涓氬洯鍖") > 15
    True
    """
    total, before = 0.0, ""
    for char in text:
        total += of_pair(before, char)
        before = char
    return total
