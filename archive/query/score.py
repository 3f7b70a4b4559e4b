"""How well an article answers a query: what its title and text hold of each word. Pure.

As in BM25 a further match of a word counts less than the one before, and less in a long text; a match in the title
counts as much as any number in the text. How rare a word is in the archive is left out: it would cost a count for each.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.query.tree import Phrase

SATURATION = 1.2
LENGTH = 1000
"""Characters of a text of usual length."""

TITLE = 2.0


def score(phrases: Sequence[Phrase], title: str, text: str) -> float:
    """The sum over the words, each from 0 to 3; title and text are folded.

    >>> words = (Phrase("工业"), Phrase("园区", "text"))
    >>> score(words, "工业", "园区") > score(words, "旅游", "工业园区") > score(words, "旅游", "工业园")
    True
    """
    return sum(_of(phrase, title, text) for phrase in phrases)


def _of(phrase: Phrase, title: str, text: str) -> float:
    if phrase.field not in (None, "title", "text"):
        return 0.0
    found = 0.0
    if phrase.field != "text" and phrase.string in title:
        found += TITLE
    if phrase.field != "title":
        times = text.count(phrase.string)
        found += times / (times + SATURATION * (0.25 + 0.75 * len(text) / LENGTH))
    return found
