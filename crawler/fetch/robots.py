"""robots.txt → what it allows (RFC 9309), by protego. Pure.

Protego takes more for granted than the RFC: a group for "ji" speaks to "jianbao", one for "jianbao/1.0" does not, lines
end where Unicode has one end, and each rule is kept once for every group that it stands in (10,000 groups of 10,000
rules are a small file). So the names of the groups are settled before: ours, everybody's, others'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: what a crawler must read at least; we read no more

NAME = re.compile(r"[ \t]*user[- ]?agent[ \t]*:[ \t]*([^#\r\n]*)", re.I)
TOKEN = re.compile(r"[A-Za-z_-]+")  # RFC 9309, 2.2.1: what a product's name is made of; what follows is its version
NO_LINE_ENDS = str.maketrans(dict.fromkeys("\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", " "))
OURS, OTHERS = "us", "others"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin for one product. None: there are none."""

    file: Protego | None

    def allows(self, url: str) -> bool:
        """Whether the address may be asked."""
        return self.file is None or self.file.can_fetch(url, OURS)

    def delay(self) -> float | None:
        """The Crawl-delay in seconds, or None."""
        return None if self.file is None else self.file.crawl_delay(OURS)


ALL = Rules(None)


def product(user_agent: str) -> str:
    """The product token of a user agent (RFC 9309, 2.2.1).

    >>> product("jianbao/0.1 (+https://example.org)")
    'jianbao'
    """
    return user_agent.strip().split("/")[0].split(" ")[0] or "*"


def parse(body: bytes, user_agent: str) -> Rules:
    """Read a robots.txt for the product that `user_agent` names first; of a longer one, the whole lines that fit.

    >>> parse(b"User-agent: Jianbao/2.0\\nDisallow: /a", "jianbao/0.1").allows("http://example.org/a")
    False
    """
    if len(body) >= MOST_BYTES:
        body = body[:MOST_BYTES].rpartition(b"\n")[0]
    text = body.decode("utf-8-sig", errors="replace").translate(NO_LINE_ENDS)
    ours = product(user_agent).lower()
    return Rules(Protego.parse("\n".join(_settled(line, ours) for line in text.splitlines())))


def _settled(line: str, ours: str) -> str:
    """A line that names a group, with "us", "*" or "others" for its name; any other line as it is."""
    match = NAME.match(line)
    if match is None:
        return line
    if match[1].strip().startswith("*"):
        return "User-agent: *"
    token = TOKEN.match(match[1].strip())
    return f"User-agent: {OURS if token and token[0].lower() == ours else OTHERS}"
