"""A look at a source → what is remembered of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from crawler.schedule.days import day_of, start_of, usual, works
from crawler.schedule.memory import EMPTY, SLOT, SLOTS, UNITS, Memory, Seen, counts
from crawler.schedule.rhythm import age_class, day_rates

DAY = 86_400
KEEP = 0.92  # what a day's count weighs when the next day of its kind is over
KEEP_WEEK = 0.85  # the same from week to week, for the weekdays
KEEP_ECHO = 0.97
HISTORY = 14 * DAY  # of the articles on the first list page, so far back tells something
LONGEST = 7 * DAY  # a longer time between two looks is taken for so long
MOST = 500  # articles of one look that count
LARGEST = 0xFFFF


def learn(memory: Memory, seen: Seen) -> Memory:
    """The memory after one more look. A clock that was set back changes nothing but the failures that are counted."""
    at = max(int(seen.at.timestamp()), memory.asked or 0)
    if seen.failed is not None and not seen.new:
        return msgspec.structs.replace(memory, asked=at, strikes=memory.strikes + 1, failure=seen.failed)
    moments = sorted(int(each.timestamp()) for each in seen.new)
    if memory.seen is None:
        memory = _from_history(memory, at, moments)
    elif at > memory.seen:
        memory = _watched(memory, max(memory.seen, at - LONGEST), at, moments)
    strikes, failure = (memory.strikes + 1, seen.failed) if seen.failed is not None else (0, None)
    return msgspec.structs.replace(memory, asked=at, strikes=strikes, failure=failure)


def _from_history(memory: Memory, at: int, moments: list[int]) -> Memory:
    """What the first list page tells of the days before: nothing but its dates, if it has any."""
    told = [each for each in moments if at - HISTORY <= each < at - SLOT]
    start = msgspec.structs.replace(memory, seen=at)
    if len(told) < 3 or len(told) < len(moments) / 2:
        return start
    return _watched(msgspec.structs.replace(start, seen=told[0], newest=told[0]), told[0], at, told[1:], echo=False)


def _watched(memory: Memory, since: int, at: int, moments: list[int], echo: bool = True) -> Memory:
    """The memory after a time in which the source was watched, and what came in it."""
    known = [each for each in moments if since < each <= at]
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
    silent = not moments and memory.newest is not None and at - memory.newest > max(2 * memory.gap, 2 * DAY)
    day, last = day_of(since), day_of(at)
    while day <= last:
        begin = start_of(day)
        until = min(begin + DAY, at)
        part = max(0, until - max(begin, since)) / DAY
        own = [(moment, share) for moment, share in placed if begin <= moment < begin + DAY]
        memory = _today(memory, own, begin, 0.0 if silent else part)
        if day < last:
            memory = _over(memory, day)
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
        rates, factor = day_rates(memory, day)
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


def _over(memory: Memory, day: date) -> Memory:
    """The day is over: what came on it becomes part of the rhythm."""
    part = memory.watched
    if part <= 0 and memory.today == EMPTY:
        return memory
    came, working = counts(memory.today), works(day)
    part = max(part, 0.05)
    keep = KEEP**part
    old = counts(memory.working if working else memory.off)
    new = array("H", (min(LARGEST, int(was * keep) + now) for was, now in zip(old, came, strict=True))).tobytes()
    days = memory.days
    days = (days[0] * keep + part, days[1]) if working else (days[0], days[1] * keep + part)
    weekdays = list(memory.weekdays)
    if usual(day):
        articles, weight = weekdays[day.weekday()]
        keep = KEEP_WEEK**part
        weekdays[day.weekday()] = (round(articles * keep + sum(came) / UNITS, 2), round(weight * keep + part, 3))
    echoes = tuple((round(a * KEEP_ECHO, 2), round(b * KEEP_ECHO, 2)) for a, b in memory.echoes)
    return msgspec.structs.replace(
        memory,
        working=new if working else memory.working,
        off=memory.off if working else new,
        days=(round(days[0], 3), round(days[1], 3)),
        weekdays=tuple(weekdays),
        echoes=echoes,
        today=EMPTY,
        watched=0.0,
    )


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
