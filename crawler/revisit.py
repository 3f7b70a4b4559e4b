"""When a known article is asked for again, to see edits and deletions, and when a page that failed is tried again.

The ladder is NewsDiffs' unless the source's file has its own: the younger an article, the likelier an edit. An article
that is older than the last rung is no longer asked for by itself; a person still can (`crawl --revisit all`,
`recrawl`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

Ladder = tuple[tuple[timedelta, timedelta], ...]
"""Rungs: up to this age of an article, at most this often. None: articles are not asked for again."""

LADDER: Ladder = (
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=3)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=365), timedelta(days=30)),
)


FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=15), timedelta(days=30)
"""How long a page is left alone after it failed once, and at most, however often it has failed since."""


def due(first_seen: datetime, last_checked: datetime | None, now: datetime, ladder: Ladder = LADDER) -> bool:
    """Whether the ladder asks for an article again at `now`, or would have asked since it was checked.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> due(noon, noon, noon + timedelta(minutes=10)), due(noon, noon, noon + timedelta(minutes=20))
    (False, True)
    >>> due(noon, noon, noon + timedelta(minutes=20), ladder=())
    False
    >>> due(noon, noon + timedelta(days=3650), noon + timedelta(hours=1))
    True
    """
    if last_checked is None:
        return True
    if last_checked > now:  # by a clock that was wrong: nothing is known of the time since
        return bool(ladder) and now - first_seen <= ladder[-1][0]
    moment = next_check(first_seen, last_checked, ladder)
    return moment is not None and moment <= now


def next_check(first_seen: datetime, last_checked: datetime, ladder: Ladder = LADDER) -> datetime | None:
    """When the ladder asks for an article again that was checked last at a moment; None: never more.

    An article that nobody could ask for in time does not lose its turn by growing older than the rung.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> for minutes in (0, 170, 1435):
    ...     print(next_check(noon, noon + timedelta(minutes=minutes)) - noon)
    0:15:00
    3:50:00
    1 day, 2:55:00
    """
    since = timedelta(0)
    for until, pause in ladder:
        moment = max(last_checked + pause, first_seen + since)
        if moment <= first_seen + until:
            return moment
        since = until
    return None


def rested(failures: int, last_checked: datetime | None, now: datetime) -> bool:
    """Whether a page that failed so often in a row may be tried again: each failure doubles the pause.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> [rested(failures, noon, noon + timedelta(hours=1)) for failures in (0, 1, 3, 4)]
    [True, True, True, False]
    """
    if not failures or last_checked is None or last_checked > now:
        return True
    return now - last_checked >= min(LONGEST_RETRY, FIRST_RETRY * (1 << min(failures - 1, _MOST_DOUBLINGS)))


_MOST_DOUBLINGS = 16
