"""The parts of a page that are language. Scripts and styles are left out before anything is guessed or counted.

The page is cut at `<`, which is part of no character in any encoding but UTF-16 and UTF-32; a piece begins with its
tag's name. That is no parser and need not be one: what a script holds behind a `<` of its own counts as language.
"""

from __future__ import annotations

import re
from typing import TypeVar

_Text = TypeVar("_Text", str, bytes)

SAMPLE = 4 * 1024  # bytes of language that a guess is made from
_MOST_PIECES = 60_000  # the rest of a page with more tags is one piece; no real page has half as many
_BEYOND = re.compile(rb"[\x80-\xff]")
_NO_LANGUAGE = ("script", "style", "!--")


def beyond_ascii(page: _Text) -> list[_Text]:
    """The pieces that hold more than ASCII."""
    if isinstance(page, str):
        return [piece for piece in page.split("<", _MOST_PIECES) if not piece.isascii()]
    return [piece for piece in page.split(b"<", _MOST_PIECES) if not piece.isascii()]


def language_pieces(page: _Text) -> list[_Text]:
    """Those of them that are no script, style or comment."""
    return [piece for piece in beyond_ascii(page) if not _tag(piece).startswith(_NO_LANGUAGE)]


def sample(body: bytes) -> bytes:
    """Pieces of language from all over the page: at most SAMPLE bytes and a piece; scripts if there is nothing else."""
    pieces = [_from_first(piece) for piece in language_pieces(body) or beyond_ascii(body)]
    total = sum(map(len, pieces))
    if total > SAMPLE:
        pieces = pieces[:: -(-total // SAMPLE)]
    taken: list[bytes] = []
    size = 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size > SAMPLE:
            break
    return b"<".join(taken)


def _tag(piece: str | bytes) -> str:
    """The first letters of a piece, in lower case."""
    return (piece[:6] if isinstance(piece, str) else piece[:6].decode("latin-1")).lower()


def _from_first(piece: bytes) -> bytes:
    """A long piece from its first byte beyond ASCII on."""
    if len(piece) <= SAMPLE:
        return piece
    first = _BEYOND.search(piece)
    start = first.start() if first else 0
    return piece[start : start + SAMPLE]
