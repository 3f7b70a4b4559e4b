"""When a messenger is tried again, and when it is given up: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from archive.store.outbox import Letter

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Each pause is twice as long as the one before."""

GIVEN_UP_AFTER = timedelta(days=1)
"""Since a messenger was first to tell of an alarm. One that still stands is to be told again about then."""


def tried(letter: Letter, why: str, at: datetime) -> Letter:
    """The letter after one more try in vain."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(letter.tries, 10))
    given_up = at if at - letter.since >= GIVEN_UP_AFTER else None
    return replace(letter, tries=letter.tries + 1, why=why, due=at + pause, given_up=given_up)


def due(letters: Iterable[Letter], at: datetime) -> dict[str, list[Letter]]:
    """What each messenger is to tell of now, the longest waiting first."""
    found: dict[str, list[Letter]] = {}
    for each in letters:
        if each.given_up is None and (each.due <= at or each.asked > at):  # a clock that was ahead holds nothing back
            found.setdefault(each.messenger, []).append(each)
    return found
