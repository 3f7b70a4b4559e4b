"""The words between the crawl and its reading processes, over a pair of Unix sockets.

crawl → worker   length, then a pickled task: it comes from us. What many pages share is pickled within it, once
worker → crawl   at its start its process id; for each task ACCEPTED once it is there whole, then length and a Reply
                 as JSON: what comes from a process that has read a hostile page is data and never code
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from crawler.reader.task import Answer, Task

if TYPE_CHECKING:
    from crawler.learn.learnt import Learnt
    from crawler.source import Source

LENGTH = struct.Struct("!Q")
ACCEPTED = b"+"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker says about one page: its answer, or that the memory did not suffice, or what went wrong with us.

    `last`: the worker ends itself behind this reply.
    """

    answer: Answer | None = None
    fault: str = ""
    last: bool = False


class Shared:
    """What many pages share, their source and what was learnt of it, pickled once each."""

    MOST = 64

    def __init__(self) -> None:
        self._pickled: dict[tuple[int, int], tuple[Task, bytes]] = {}  # a task is kept, so that the ids stay taken

    def of(self, task: Task) -> bytes:
        """The source and the profile of a task."""
        key = id(task.source), id(task.learnt)
        if key not in self._pickled:
            if len(self._pickled) >= self.MOST:
                self._pickled.clear()
            pickled = pickle.dumps((task.source, task.learnt), pickle.HIGHEST_PROTOCOL)
            self._pickled[key] = (replace(task, body=b""), pickled)
        return self._pickled[key][1]


def task_to_bytes(task: Task, shared: Shared) -> bytes:
    """The message that asks for a page."""
    own = replace(task, source=None, learnt=None)
    return _framed(pickle.dumps((own, shared.of(task)), pickle.HIGHEST_PROTOCOL))


def task_from_bytes(message: bytes | bytearray) -> Task:
    """The task of a message's body."""
    own, shared = pickle.loads(message)  # noqa: S301 - written by task_to_bytes, in the process that started this one
    source, learnt = _shared(shared)
    assert isinstance(own, Task)
    return replace(own, source=source, learnt=learnt)


@lru_cache(maxsize=Shared.MOST)
def _shared(pickled: bytes) -> tuple[Source | None, Learnt | None]:
    source, learnt = pickle.loads(pickled)  # noqa: S301 - as above
    return source, learnt


def reply_to_bytes(reply: Reply) -> bytes:
    """The message that answers."""
    return _framed(msgspec.json.encode(reply))


_decoder = msgspec.json.Decoder(Reply)


def reply_from_bytes(message: bytes | bytearray) -> Reply:
    """The reply of a message's body."""
    return _decoder.decode(message)


def _framed(body: bytes) -> bytes:
    return LENGTH.pack(len(body)) + body
