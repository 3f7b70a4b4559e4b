"""When a source's articles came: what is known of the moment at which each could first be seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from crawler.shanghai import SHANGHAI

_LONG = timedelta(hours=12)
_TIMES = 4  # the usual pause between two looks


def arrivals_of(found: Iterable[tuple[datetime, datetime]], looks: Sequence[datetime]) -> tuple[datetime, ...]:
    """The moments at which articles came, oldest first, from (published, found) and the moments of looks, in order.

    What was found at a look came after the look before it. The page's own time is believed if it lies between the two
    and is more than a day alone: a list that is put on line at noon shows morning's times, which nobody could see then.
    """
    return tuple(sorted(_arrival(published, seen, looks) for published, seen in found))


def _arrival(published: datetime, seen: datetime, looks: Sequence[datetime]) -> datetime:
    there = bisect_right(looks, seen)  # the look that found it is the one before this place
    if there < 2 or not looks[there - 2] < published <= seen:
        return seen
    at = published.astimezone(SHANGHAI)
    return seen if (at.hour, at.minute, at.second) == (0, 0, 0) else published


def blind(looks: Sequence[datetime]) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches in which nobody looked for so long that a quiet source proves nothing."""
    if len(looks) < 3:
        return ()
    pauses = sorted(second - first for first, second in pairwise(looks))
    longest = max(_LONG, _TIMES * pauses[len(pauses) // 2])
    return tuple((first, second) for first, second in pairwise(looks) if second - first > longest)
