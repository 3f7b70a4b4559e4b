"""What a file holds, handed out to readers that work at once, and of one article's pages in the file's order.

A copy of a page that is recorded before an older one makes that one change nothing (archive.decide): the versions
that an archive ends up with would depend on which reader was the faster one.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Generic, Protocol, TypeVar

from crawler.imports.page import BadFile


class Item(Protocol):
    """What waits for its turn."""

    @property
    def article(self) -> str:
        """The same for what must not be in hand at once; "" for what waits for none."""

    @property
    def size(self) -> int:
        """The bytes that it holds."""


T = TypeVar("T", bound=Item)

MOST_AHEAD = 64 << 20
"""Bytes of items that were read and wait for their turn; the next one may go beyond it."""

MOST_WAITING = 1_000
"""How many of them."""

FURTHER = re.compile(r"[_-]\d{1,3}(?=\.\w{1,8}(?:\?|\Z))|(?<=[?&])p(?:age\w{0,8}|n|g)?=\d{1,3}&?", re.IGNORECASE)
"""What tells page 2 of an article from its page 1, in most addresses."""


def article_of(canonical: str) -> str:
    """The same for the pages of one article, and seldom for those of others: these wait for each other in vain.

    >>> article_of("http://a.cn/t20230523_7421774_2.html") == article_of("http://a.cn/t20230523_7421774.html")
    True
    """
    return FURTHER.sub("", canonical).rstrip("?&")


class Turns(Generic[T]):
    """Items one after the other. One whose article is in hand waits until that is done; those behind it do not."""

    def __init__(self, found: Iterator[T]) -> None:
        self._found = found
        self._in_hand: dict[str, deque[T]] = {}  # by article: what waits behind the one that is in hand
        self._ready: deque[T] = deque()  # their turn has come
        self._waiting = self._ahead = 0  # how many wait or are ready, and their bytes
        self._ended = False
        self._freed = asyncio.Event()
        self.bad: BadFile | None = None
        """Why it ended before its end; what was read before is handed out all the same."""

    async def next(self) -> T | None:
        """The next one, which is in hand until it is `done`; None at the end."""
        while True:
            if self._ready:
                return self._handed(self._ready.popleft())
            if not self._ended and self._waiting < MOST_WAITING and self._ahead < MOST_AHEAD:
                each = self._read()
                if each is not None and self._is_free(each):
                    return each
            elif self._ended and not self._waiting:
                self._freed.set()  # nobody waits for what does not come
                return None
            else:
                self._freed.clear()
                await self._freed.wait()

    def done(self, each: T) -> None:
        """The item is recorded: the next one of its article may be."""
        behind = self._in_hand.get(each.article)
        if behind:
            self._ready.append(behind.popleft())
        elif behind is not None:
            del self._in_hand[each.article]
        self._freed.set()

    def _read(self) -> T | None:
        try:
            each = next(self._found, None)
        except BadFile as error:
            self.bad, each = error, None
        self._ended = each is None
        return each

    def _is_free(self, each: T) -> bool:
        """Whether it can be handed out at once; else it waits."""
        article = each.article
        if article and article in self._in_hand:
            self._in_hand[article].append(each)
            self._waiting += 1
            self._ahead += each.size
            return False
        if article:
            self._in_hand[article] = deque()
        return True

    def _handed(self, each: T) -> T:
        self._waiting -= 1
        self._ahead -= each.size
        return each


async def in_turn(found: Iterator[T], take: Callable[[T], Awaitable[None]], at_once: int) -> None:
    """Take every item, so many at once. Raises BadFile, when the rest is taken, where their end is not to be had."""
    turns = Turns(found)

    async def work() -> None:
        while (each := await turns.next()) is not None:
            await take(each)
            turns.done(each)
            await asyncio.sleep(0)  # else Ctrl-C would wait for the end of a file that needs no reading

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
    except ExceptionGroup as failed:  # of items that were taken side by side; the first one is told
        raise failed.exceptions[0] from None
    if turns.bad:
        raise turns.bad
