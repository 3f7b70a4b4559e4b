"""Encodings that are ASCII on the wire and switch by escapes: HZ (`~{…~}`) and ISO-2022."""

from __future__ import annotations

from crawler.decode.labels import ENCODINGS
from crawler.decode.plausibility import POOR, mean, weights
from crawler.decode.readers import LOST, read

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"~{", "hz-gb-2312"),
    (b"\x1b$)C", "iso-2022-kr"),
    (b"\x1b$)A", "iso-2022-cn"),
    (b"\x1b$", "iso-2022-jp"),
)


def escape_encoding(body: bytes) -> str | None:
    """The encoding of an ASCII body that switches by escapes; None where there is none or no language comes of it.

    >>> escape_encoding("西藏的发展".encode("hz")), escape_encoding(b"awk '~{print}'")
    ('hz-gb-2312', None)
    """
    for sign, name in _SIGNS:
        if sign in body:
            start = max(0, body.find(sign) - 1024) if name == "hz-gb-2312" else 0
            text = read(body[start : start + 16 * 1024], name)
            beyond_ascii = sum(character > "\x7f" for character in text)
            if beyond_ascii and text.count(LOST) * 20 < beyond_ascii:
                return name if mean(text, weights(ENCODINGS[name].language)) > POOR else None
    return None
