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
_CODE = ("script", "style", "!--")  # the first letters of a piece that is no language
_CODE_BYTES = tuple(tag.encode() for tag in _CODE)
_TELLING = max(map(len, _CODE))
_USUAL_ASCII = bytes((0x09, 0x0A, 0x0D, *range(0x20, 0x7F)))


def beyond_ascii(page: _Text) -> list[_Text]:
    """The pieces that hold more than ASCII."""
    if isinstance(page, str):
        return [piece for piece in page.split("<", _MOST_PIECES) if not piece.isascii()]
    return [piece for piece in page.split(b"<", _MOST_PIECES) if not piece.isascii()]


def language_pieces(text: str) -> list[str]:
    """Those of them that are no script, style or comment."""
    return [piece for piece in beyond_ascii(text) if not piece[:_TELLING].lower().startswith(_CODE)]


def without_ascii(text: str) -> str:
    """The characters beyond ASCII, and the controls that no text holds."""
    return text.encode("utf-8", "surrogatepass").translate(None, _USUAL_ASCII).decode("utf-8", "surrogatepass")


def sample(body: bytes) -> bytes:
    """Pieces of language from all over the page: at most SAMPLE bytes and a piece; scripts if there is nothing else."""
    beyond = beyond_ascii(body)
    language = [piece for piece in beyond if not piece[:_TELLING].lower().startswith(_CODE_BYTES)]
    pieces = [piece if len(piece) <= SAMPLE else _from_first(piece) for piece in language or beyond]
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


def _from_first(piece: bytes) -> bytes:
    """A long piece from its first byte beyond ASCII on."""
    first = _BEYOND.search(piece)
    start = first.start() if first else 0
    return piece[start : start + SAMPLE]
