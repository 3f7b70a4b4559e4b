"""What search compares: one folding for texts and queries, and the words of a query. Pure.

A query is words parted by white space; an article is found if it holds all of them, each as it stands, anywhere in its
title or text. Nothing is guessed: 西藏 finds every article with these two characters side by side and no other.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

SNIPPET = 40
"""Characters before and behind the match."""


def fold(text: str) -> str:
    """The text as search sees it: compatibility forms made one (NFKC: full-width letters, ligatures), case folded.

    >>> fold("ＧＤＰ 西藏")
    'gdp 西藏'
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def runs(text: str) -> list[str]:
    """The folded text between white space. No match spans two of them."""
    return fold(text).replace("\x00", " ").encode("utf-8", "replace").decode().split()


def words(query: str) -> tuple[str, ...]:
    """The words of a query, each once.

    >>> words("西藏　工业 西藏")
    ('西藏', '工业')
    """
    return tuple(dict.fromkeys(runs(query)))


def holds(text_runs: Sequence[str], searched: Sequence[str]) -> bool:
    """Whether every word is in one of the runs."""
    return all(any(word in run for run in text_runs) for word in searched)


def bigrams(run: str) -> Iterator[str]:
    """A run as tokens for a full-text index: one for each character, with the one behind it.

    Each token is the code points in hexadecimal with a `g` between them (a tokenizer splits at anything that is no
    letter or digit); the last has nothing behind it. Then a word is the phrase of its inner tokens, and a single
    character the prefix up to the `g`: both exact, whatever the characters are.

    >>> list(bigrams("西藏"))
    ['897fg85cf', '85cfg']
    """
    points = [f"{ord(character):x}" for character in run]
    for index, point in enumerate(points[:-1]):
        yield f"{point}g{points[index + 1]}"
    yield f"{points[-1]}g"


def phrase(word: str) -> str:
    """The word as a full-text query over `bigrams`.

    >>> phrase("西藏"), phrase("藏")
    ('"897fg85cf"', '"85cfg"*')
    """
    if len(word) == 1:
        return f'"{ord(word):x}g"*'
    return '"' + " ".join(list(bigrams(word))[:-1]) + '"'


def snippet(text: str, searched: Sequence[str], marks: tuple[str, str] = ("[", "]")) -> str:
    """A piece of the text with the first match of a searched word marked; the text's beginning if none is in it.

    A match is looked for in the text as it is printed; where folding changed its characters the mark covers what
    folds to the word.
    """
    flat = " ".join(text.split())
    start, end = _first_match(flat, searched)
    before, after = max(start - SNIPPET, 0), min(end + SNIPPET, len(flat))
    marked = f"{marks[0]}{flat[start:end]}{marks[1]}" if end > start else ""
    head = "…" if before else ""
    return f"{head}{flat[before:start]}{marked}{flat[end:after]}" + ("…" if after < len(flat) else "")


def _first_match(flat: str, searched: Sequence[str]) -> tuple[int, int]:
    """Where the first match begins and ends; (0, 0) if there is none."""
    whole = fold(flat)
    place, length = _first_place(whole, searched)
    if len(whole) == len(flat) and fold(flat[place : place + length]) == whole[place : place + length]:
        return place, place + length
    return _first_match_by_character(flat, searched)


def _first_place(folded: str, searched: Sequence[str]) -> tuple[int, int]:
    places = [(folded.find(word), len(word)) for word in searched]
    return min(((at, size) for at, size in places if at >= 0), default=(0, 0))


def _first_match_by_character(flat: str, searched: Sequence[str]) -> tuple[int, int]:
    folded = [fold(character) for character in flat]  # folding is by character except for combining marks
    place, length = _first_place("".join(folded), searched)
    starts = [0]
    for piece in folded:
        starts.append(starts[-1] + len(piece))
    start = _character_at(starts, place)
    return start, (_character_at(starts, place + length - 1) + 1 if length else start)


def _character_at(starts: Sequence[int], offset: int) -> int:
    """The index of the character whose folded form covers the offset."""
    return min(bisect_right(starts, offset) - 1, len(starts) - 2) if len(starts) > 1 else 0
