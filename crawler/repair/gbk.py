"""Characters and the two bytes they have in GBK, the code in which the mirrors work."""

from __future__ import annotations

from functools import cache

from crawler.repair.tables import mirror_map, readings, simplified_of

LEADS = range(0x81, 0xFF)


@cache
def pair(char: str) -> bytes | None:
    """The two bytes of a character, or None if GBK does not hold it (or it is ASCII)."""
    try:
        code = char.encode("gbk")
    except UnicodeEncodeError:
        return None
    return code if len(code) == 2 else None


@cache
def char(lead: int, trail: int) -> str | None:
    """The character of two bytes, or None where GBK has none."""
    try:
        found = bytes((lead, trail)).decode("gbk")
    except UnicodeDecodeError:
        return None
    return found if len(found) == 1 else None


@cache
def with_lead(lead: int) -> tuple[str, ...]:
    """All characters that begin with this byte and can stand in a text the mirrors have converted.

    A character that their map would have turned into its Traditional form (双, 个) cannot.
    """
    converted = mirror_map()
    chars = (char(lead, trail) for trail in range(0x40, 0xFF))
    return tuple(found for found in chars if found and found not in converted)


@cache
def straddled(lead: int, reading: str) -> tuple[str, ...]:
    """The characters with this lead byte and reading that a mirror may have annotated: its Traditional forms first."""
    changed = simplified_of()
    read_so = [found for found in with_lead(lead) if reading in readings().get(found, ())]
    traditional = [found for found in read_so if found in changed]
    first = [found for found in traditional if readings()[found][0] == reading]
    return tuple(first or traditional or read_so)


def last_byte(char: str) -> int | None:
    """The byte in which a character ends in GBK, None for one that GBK does not hold."""
    if char < "\x80":
        return ord(char)
    code = pair(char)
    return code[1] if code else None


def is_changed(char: str) -> bool:
    """Whether Traditional → Simplified changes this character on a mirror page."""
    return char in simplified_of()
