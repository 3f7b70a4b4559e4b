"""When a messenger is tried again, when it is given up, and which letters nobody will ever send: pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from archive.store.outbox import EVERYBODY, Letter

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Each pause is twice as long as the one before."""

GIVEN_UP_AFTER = timedelta(days=1)
"""Since a messenger was last to tell of an alarm: telling it again begins the time anew, so that who tells again before
this is over goes on trying."""

FEWEST_TRIES = 5
"""Fewer give nothing up, whatever the time: nobody may have been there to try."""

KEPT = timedelta(days=7)
"""What nobody will send is kept so long: somebody who knows the messenger may come, or a person may look."""


def tried(letter: Letter, why: str, at: datetime) -> Letter:
    """The letter after one more try in vain, which came to its end then."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(letter.tries, 10))
    tries = letter.tries + 1
    over = at - max(letter.since, letter.asked) >= GIVEN_UP_AFTER and tries >= FEWEST_TRIES
    return replace(letter, tries=tries, why=why, due=at + pause, given_up=at if over else None)


def due(letters: Iterable[Letter], at: datetime, messengers: Collection[str]) -> dict[str, list[Letter]]:
    """What each of the messengers is to tell of now, the longest waiting first; EVERYBODY where a letter is not
    addressed yet. Letters to others are for who knows them."""
    known = {*messengers, EVERYBODY} if messengers else set()
    found: dict[str, list[Letter]] = {}
    for each in letters:
        is_due = each.due <= at or each.asked > at  # a clock that was ahead holds nothing back
        if each.messenger in known and each.given_up is None and is_due:
            found.setdefault(each.messenger, []).append(each)
    return found


def forsaken(letters: Iterable[Letter], at: datetime, messengers: Collection[str]) -> list[Letter]:
    """What nobody will send any more: letters to others for whom nobody has come, and those that were given up whose
    alarm is over, so that nothing tells it anew."""
    known = {*messengers, EVERYBODY} if messengers else set()
    return [
        each
        for each in letters
        if (each.given_up is not None and each.alarm.cleared is not None and at - each.given_up >= KEPT)
        or (each.messenger not in known and at - each.asked >= KEPT)
    ]
