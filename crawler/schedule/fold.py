"""A day that is over becomes part of the rhythm; older days of its kind weigh less from then on."""

from __future__ import annotations

from array import array
from datetime import date

import msgspec

from crawler.schedule.days import usual, works
from crawler.schedule.memory import EMPTY, LARGEST, UNITS, Memory, counts

KEEP = 0.92  # what a day's count weighs when the next day of its kind is over
KEEP_WEEK = 0.85  # the same from week to week, for the weekdays
KEEP_ECHO = 0.95
YOUNG = 2.5  # days; a rhythm that is no older is read together with the day that is not over


def folded(memory: Memory, day: date) -> Memory:
    """The memory with what came on that day as part of the rhythm, as far as the day was watched."""
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


def so_far(memory: Memory, day: date) -> Memory:
    """The memory to plan with on that day: one that holds hardly a day yet makes use of the day itself."""
    return folded(memory, day) if sum(memory.days) < YOUNG else memory
