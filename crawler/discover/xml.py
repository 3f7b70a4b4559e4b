"""What is refused of an XML document before any parser sees it. Pure.

Entities are declared in a document type, and a document type can only stand before the first element (XML 1.0, 2.8).
No feed and no sitemap needs one; the bombs (billion laughs, quadratic blow-up) and the readers of files and addresses
(external entities, external DTDs) all do. One that declares nothing, such as RSS 0.91's, is taken out; any other is
refused. The parsers are told to resolve nothing all the same.
"""

from __future__ import annotations

import re

LONGEST_PROLOG = 20_000  # characters before the first element
_EMPTY_TYPE = re.compile(r"<!DOCTYPE[^<>\[\]]{0,500}>", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


class HostileXmlError(ValueError):
    """A document that no list needs to be; the message is a sentence."""


def without_prolog(text: str) -> str:
    """The document from its first element on, without what XML allows no character to be. Raises HostileXmlError."""
    at = 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == "\ufeff"):
            at += 1
        if at > LONGEST_PROLOG:
            raise HostileXmlError("What stands before its first element is too long for a list.")
        if text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _after(text, "-->", at)
        elif text.startswith("<!", at):
            empty = _EMPTY_TYPE.match(text, at)
            if empty is None:
                raise HostileXmlError("It declares a document type of its own, which may hold entities: refused.")
            at = empty.end()
        else:
            return _CONTROLS.sub("", _DECLARATION.sub("", text[at:]) if "<?xml" in text[at:] else text[at:])


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    if found < 0:
        raise HostileXmlError("What stands before its first element never ends.")
    return found + len(end)
