"""What is remembered of a source's rhythm from look to look: a small value, kept as JSON in the archive."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import datetime

import msgspec

VERSION = 3
SLOT = 300  # seconds
SLOTS = 288  # of a day
UNITS = 64  # a count is kept as so many units, in two bytes
LARGEST = 0xFFFF  # units in a slot
EMPTY = bytes(2 * SLOTS)
AGES = (300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800, 153_600, 307_200)
"""Bounds, in seconds, of the classes of time since the last publication; the last class has no bound."""
CLASSES = len(AGES) + 1
WEEK = 7


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was learnt of a source. At most 4 KB as JSON. Moments are seconds since 1970, UTC.

    Losing it costs some delay until the rhythm is learnt anew, and nothing else.
    """

    version: int = VERSION
    asked: int | None = None  # the last look, whether it succeeded or not
    seen: int | None = None  # the last look that succeeded
    newest: int | None = None  # the last publication that is known of
    strikes: int = 0  # looks that failed since the last that succeeded
    failure: str | None = None  # the kind of the last of them
    dark: int | None = None  # of the strikes, those since when nobody at all was reached (crawler.watch.outage)
    working: bytes = EMPTY  # articles by slot on working days, older days weighing less: SLOTS counts of two bytes
    off: bytes = EMPTY  # the same on days off
    today: bytes = EMPTY  # articles by slot on the day of `seen`, until that day is over
    watched: float = 0.0  # the share of that day that was watched
    days: tuple[float, float] = (0.0, 0.0)  # the weights of all days in `working` and in `off`
    weekdays: tuple[tuple[float, float], ...] = ((0.0, 0.0),) * WEEK  # articles and weight of days, Monday first
    echoes: tuple[tuple[float, float], ...] = ((0.0, 0.0),) * CLASSES  # articles that came, and that were expected
    batch: float = 1.0  # articles that come together
    gap: float = 0.0  # seconds: the longest time without an article of late
    looks: tuple[int, ...] = (0,) * WEEK  # on the day of `asked`, on the day before it …
    resting: tuple[tuple[str, int, int], ...] = ()  # hosts: how often in vain, and until when (crawler.watch.resting)


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a source: at `at`, whether it failed and how, and what it showed that was not known before.

    `new` has one moment for each new article: when it was published as far as the page says, else `at`. They may be
    wrong in any way: a moment that does not lie between the last look and this one is taken to mean "some time in
    between". `failed` is a kind of failure (`crawler.visit.FailureKind`, or "http-4xx", "http-5xx", "challenge", …);
    articles that were found all the same may stand beside it. `began` is when the look began, if that is another
    moment: what was first seen in the course of the look tells no more than the look does. A midnight to the second is
    a day without a time. Moments are aware.
    """

    at: datetime
    new: tuple[datetime, ...] = ()
    failed: str | None = None
    began: datetime | None = None


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
    whole = all(len(slots) == len(EMPTY) for slots in (memory.working, memory.off, memory.today))
    fits = len(memory.weekdays) == len(memory.looks) == WEEK and len(memory.echoes) == CLASSES
    return memory if memory.version == VERSION and whole and fits else first()


def counts(slots: bytes) -> array[int]:
    """Kept counts, in units."""
    numbers = array("H")
    numbers.frombytes(slots)
    return numbers
