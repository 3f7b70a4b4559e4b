"""What is remembered of a source's rhythm from look to look: a small value, kept as JSON in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

VERSION = 1


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was learnt of a source. At most 4 KB as JSON. Moments are seconds since 1970, UTC.

    Losing it costs some delay until the rhythm is learnt anew, and nothing else.
    """

    version: int = VERSION
    began: int | None = None  # the first look that succeeded
    asked: int | None = None  # the last look, whether it succeeded or not
    seen: int | None = None  # the last look that succeeded
    newest: int | None = None  # the last publication that is known of
    strikes: int = 0  # looks that failed since the last that succeeded
    failure: str | None = None  # the kind of the last of them
    rate: float = 0.0  # articles a day


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a source: at `at`, whether it failed and how, and what it showed that was not known before.

    `new` has one moment for each new article: when it was published as far as the page says, else `at`. They may be
    wrong in any way: a moment that does not lie between the last look and this one is taken to mean "some time in
    between". `failed` is a kind of failure (`crawler.visit.FailureKind`, or "http-4xx", "http-5xx", "challenge", …);
    articles that were found all the same may stand beside it. Moments are aware.
    """

    at: datetime
    new: tuple[datetime, ...] = ()
    failed: str | None = None


def first() -> Memory:
    """The memory of a source that was never looked at."""
    return Memory()


def to_json(memory: Memory) -> str:
    """The memory as it stands in the archive."""
    return msgspec.json.encode(memory).decode("ascii")


def recall(text: str | None) -> Memory:
    """The memory that stands in the archive; a fresh one where there is none, or none that this version can read.

    >>> recall(to_json(Memory(strikes=2))).strikes, recall("{}") == recall(None) == recall("[") == first()
    (2, True)
    """
    if not text:
        return first()
    try:
        memory = msgspec.json.decode(text, type=Memory)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return first()
    return memory if memory.version == VERSION else first()
