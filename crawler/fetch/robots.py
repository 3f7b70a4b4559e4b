"""robots.txt → what it allows (RFC 9309), by protego. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: what a crawler must read at least; we read no more


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin. None: there are none."""

    file: Protego | None

    def allows(self, url: str, user_agent: str) -> bool:
        """Whether the address may be asked by the product that `user_agent` names first."""
        return self.file is None or self.file.can_fetch(url, product(user_agent))

    def delay(self, user_agent: str) -> float | None:
        """The Crawl-delay in seconds, or None."""
        delay = None if self.file is None else self.file.crawl_delay(product(user_agent))
        return delay if delay is not None and delay >= 0 else None


ALL = Rules(None)


def product(user_agent: str) -> str:
    """The product token of a user agent (RFC 9309, 2.2.1).

    >>> product("jianbao/0.1 (+https://example.org)")
    'jianbao'
    """
    return user_agent.strip().split("/")[0].split(" ")[0] or "*"


def parse(body: bytes) -> Rules:
    """Read a robots.txt; of one that is longer than MOST_BYTES, the whole lines that fit."""
    if len(body) >= MOST_BYTES:
        body = body[:MOST_BYTES].rpartition(b"\n")[0]
    return Rules(Protego.parse(body.decode("utf-8-sig", errors="replace").replace("\x00", "")))
