"""One look at a page, at the speed of memory: which kinds of damage it can hold at all. A clean page costs no more.

Four fifths of a page are ASCII, in which nothing but a mirror's brackets is ever damaged; of the rest nearly all are
Han characters and Chinese marks. What is left, letters above all, is told by the first bytes of its UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass

SIGNS = (*range(0x01, 0x09), 0x0B, *range(0x0E, 0x20))  # the controls that mirrors strew in
_ASCII = bytes({*range(0x80)} - {*SIGNS})
_LETTERS = bytes(range(0xC3, 0xD2))  # the first bytes of Latin, Greek and Cyrillic letters in UTF-8
_MARKED_TWICE = b"\xe1"  # and of Latin letters with two marks, of which pinyin has ḿ
_UNTOLD = bytes({*range(0x100)} - {*_LETTERS, *_MARKED_TWICE, *SIGNS})
_ENDS = b"<>\t\n\r"  # where a stretch of text ends: at a bracket of a tag, a tab, a line's end
_ONE_END = bytes.maketrans(_ENDS, b"<" * len(_ENDS))
_INNER = bytes({*range(0x80)} - {*_ENDS})


@dataclass(frozen=True, slots=True)
class Glance:
    """What one look at a text shows.

    `utf8` is the text; `wide` are its characters beyond ASCII and its controls (a twentieth of a page's characters),
    `telling` the first bytes of the letters among them, and the controls: nothing on most pages.
    """

    utf8: bytes
    wide: str
    telling: bytes

    @property
    def letters(self) -> int:
        """How many Latin letters with marks, Greek and Cyrillic letters the text holds; a Chinese page has none."""
        return len(self.telling) - len(self.telling.translate(None, _LETTERS))

    def stretches(self) -> str:
        """The characters beyond ASCII with a `<` for each place at which a stretch of text ends."""
        return self.utf8.translate(_ONE_END, _INNER).decode("utf-8", "surrogatepass")

    def pieces(self) -> list[bytes]:
        """The text cut at these places, each of which is one sign long, in UTF-8."""
        return self.utf8.translate(_ONE_END).split(b"<")


def glance(text: str) -> Glance:
    """Look at a text once.

    >>> seen = glance("<p class=text>à la carte 点菜\\x07</p>")
    >>> seen.wide, seen.telling, seen.letters, seen.stretches()
    ('à点菜\\x07', b'\\xc3\\x07', 1, '<<à点菜<<')
    """
    utf8 = text.encode("utf-8", "surrogatepass")
    wide = utf8.translate(None, _ASCII)
    return Glance(utf8, wide.decode("utf-8", "surrogatepass"), wide.translate(None, _UNTOLD))
