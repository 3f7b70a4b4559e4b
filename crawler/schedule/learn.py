"""A look at a source → what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from crawler.schedule.days import day_of, start_of
from crawler.schedule.fold import folded, so_far
from crawler.schedule.memory import LARGEST, SLOT, SLOTS, UNITS, WEEK, Memory, Seen, counts
from crawler.schedule.price import silent
from crawler.schedule.rhythm import age_class, day_rates

DAY = 86_400
SHANGHAI_AHEAD = 8 * 3600
HISTORY = 14 * DAY  # of the articles on the first list page, so far back tells something
LONGEST = 7 * DAY  # a longer time between two looks is taken for so long
MOST = 500  # articles of one look that count


def learn(memory: Memory, seen: Seen) -> Memory:
    """The memory after one more look.

    A clock that was set back by hours changes nothing but the looks and failures that are counted. One that was ahead
    by more than a day is forgotten: what was learnt stays, and watching begins anew.
    """
    at = int(seen.at.timestamp())
    if memory.asked is not None and memory.asked > at + DAY:
        memory = msgspec.structs.replace(memory, asked=at, seen=None, newest=None, looks=(0,) * WEEK)
    at = max(at, memory.asked or 0)
    memory = msgspec.structs.replace(memory, looks=_counted(memory, at))
    if seen.failed is not None and not seen.new:
        return msgspec.structs.replace(memory, asked=at, strikes=memory.strikes + 1, failure=seen.failed)
    moments = _told(seen, at)
    if memory.seen is None and memory.days == (0.0, 0.0):
        memory = _from_history(memory, at, moments)
    elif memory.seen is None:
        memory = msgspec.structs.replace(memory, seen=at)
    elif at > memory.seen:
        memory = _watched(memory, max(memory.seen, at - LONGEST), at, moments)
    strikes, failure = (memory.strikes + 1, seen.failed) if seen.failed is not None else (0, None)
    return msgspec.structs.replace(memory, asked=at, strikes=strikes, failure=failure)


def _told(seen: Seen, at: int) -> list[int]:
    """The moments of the new articles in order; `at` for those of which no time is known."""
    began = at if seen.began is None else min(int(seen.began.timestamp()), at)
    moments = [int(each.timestamp()) for each in seen.new]
    return sorted(at if each >= began or (each + SHANGHAI_AHEAD) % DAY == 0 else each for each in moments)


def _counted(memory: Memory, at: int) -> tuple[int, ...]:
    """The looks of the last days, one more on the day of `at`."""
    days = 0 if memory.asked is None else (day_of(at) - day_of(memory.asked)).days
    today, *before = ((0,) * days + memory.looks)[:WEEK] if days < WEEK else (0,) * WEEK
    return (min(today + 1, LARGEST), *before)


def _from_history(memory: Memory, at: int, moments: list[int]) -> Memory:
    """What the first list page tells of the days before: nothing but its dates, if it has any."""
    told = [each for each in moments if at - HISTORY <= each < at - SLOT]
    start = msgspec.structs.replace(memory, seen=at)
    if len(told) < 3 or len(told) < len(moments) / 2:
        return start
    return _watched(msgspec.structs.replace(start, seen=told[0], newest=told[0]), told[0], at, told[1:], echo=False)


def _watched(memory: Memory, since: int, at: int, moments: list[int], echo: bool = True) -> Memory:
    """The memory after a time in which the source was watched, and what came in it."""
    known = [each for each in moments if since < each < at]
    unknown = min(len(moments), MOST) - min(len(known), MOST)
    weight = min(1.0, MOST / len(known)) if known else 1.0
    placed = [(each, weight) for each in known] + _place(memory, since, at, unknown)
    if echo:
        memory = _echoed(memory, since, at, placed)
    if moments:
        newest = at if unknown else known[-1]
        gap = max(memory.gap * 0.98, newest - (memory.newest or newest))
        batch = memory.batch + 0.2 * (min(len(moments), MOST) - memory.batch)
        memory = msgspec.structs.replace(memory, newest=newest, gap=gap, batch=batch)
    quiet = not moments and silent(memory, at)
    day, last = day_of(since), day_of(at)
    while day <= last:
        begin = start_of(day)
        until = min(begin + DAY, at)
        part = max(0, until - max(begin, since)) / DAY
        own = [(moment, share) for moment, share in placed if begin <= moment < begin + DAY]
        memory = _today(memory, own, begin, 0.0 if quiet else part)
        if day < last:
            memory = folded(memory, day)
        day += timedelta(days=1)
    return msgspec.structs.replace(memory, seen=at)


def _place(memory: Memory, since: int, at: int, count: int) -> list[tuple[int, float]]:
    """Articles of which only the look is known that showed them, spread over the time before by the rhythm."""
    if count == 0:
        return []
    since = max(since, at - DAY)
    spans = list(_expected(memory, since, at))
    total = sum(articles for _, articles in spans)
    return [(max(begin, since + 1), count * articles / total) for begin, articles in spans]


def _expected(memory: Memory, since: int, at: int) -> Iterator[tuple[int, float]]:
    """Slot by slot, when it or the span begins and how many articles the time of day lets expect in it."""
    begin = since
    while begin < at:
        day = day_of(begin)
        midnight = start_of(day)
        rates, factor = day_rates(so_far(memory, day), day)
        until = min(at, midnight + DAY)
        while begin < until:
            slot = (begin - midnight) // SLOT
            end = min(midnight + (slot + 1) * SLOT, until)
            yield begin, rates[slot] * factor * (end - begin) / 60
            begin = end


def _today(memory: Memory, own: list[tuple[int, float]], begin: int, part: float) -> Memory:
    """What came on the day that begins there, and how much of it was watched, added to `today`."""
    if not own:
        return msgspec.structs.replace(memory, watched=min(1.0, memory.watched + part)) if part else memory
    numbers = counts(memory.today)
    for moment, share in own:
        slot = min((moment - begin) // SLOT, SLOTS - 1)
        numbers[slot] = min(LARGEST, numbers[slot] + round(share * UNITS))
    return msgspec.structs.replace(memory, today=numbers.tobytes(), watched=min(1.0, memory.watched + part))


def _echoed(memory: Memory, since: int, at: int, placed: list[tuple[int, float]]) -> Memory:
    """What came against what was to be expected, by the time since the last publication that was known."""
    if memory.newest is None:
        return memory
    newest = memory.newest
    echoes = [list(each) for each in memory.echoes]
    for moment, share in placed:
        echoes[age_class(moment - newest)][0] += share
    for begin, articles in _expected(memory, since, at):
        echoes[age_class(begin - newest)][1] += articles
    return msgspec.structs.replace(memory, echoes=tuple((came, expected) for came, expected in echoes))
