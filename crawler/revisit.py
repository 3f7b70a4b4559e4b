"""When a known article is asked for again, to see edits and deletions, and when a page that failed is tried again.

The ladder is a clock: a source is looked at when it asks for one of its articles, whenever its lists are due. The
younger an article, the likelier an edit; a source's file may have rungs of its own. An article is as old as its
published day says, so that what a back-fill brings is not asked for as if it were new. One that is older than the last
rung is no longer asked for by itself, but for once if it never was; a person still can (`crawl --revisit all`,
`recrawl`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Ladder = tuple[tuple[timedelta, timedelta], ...]
"""Rungs: up to this age of an article, at most this often. None: articles are not asked for again."""

LADDER: Ladder = (
    (timedelta(hours=3), timedelta(minutes=30)),
    (timedelta(days=1), timedelta(hours=2)),
    (timedelta(days=7), timedelta(hours=12)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=365), timedelta(days=30)),
)

ALONG = 0.25
"""The part of its pause by which an article is asked for sooner where its source is looked at anyway: so articles are
asked for in groups. None is asked for later than its pause."""


FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=15), timedelta(days=30)
"""How long a page is left alone after it failed once, and at most, however often it has failed since."""


def due(
    counts_from: datetime,
    last_checked: datetime | None,
    now: datetime,
    ladder: Ladder = LADDER,
    along: float = 0.0,
    *,
    unasked: bool = False,
) -> bool:
    """Whether the ladder asks for an article again at `now`, or would have asked since it was checked.

    Its age counts from `counts_from`, and it is `unasked` as `archive.model.Page` has it. With `along` it is due that
    part of its pause sooner: for a look that is made anyway.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> due(noon, noon, noon + timedelta(minutes=20)), due(noon, noon, noon + timedelta(minutes=40))
    (False, True)
    >>> due(noon, noon, noon + timedelta(minutes=25), along=0.25)
    True
    >>> due(noon, noon, noon + timedelta(minutes=40), ladder=())
    False
    >>> due(noon, noon + timedelta(days=3650), noon + timedelta(hours=1))
    True
    """
    if last_checked is None:
        return True
    if last_checked > now:  # by a clock that was wrong: nothing is known of the time since
        return bool(ladder) and now - counts_from <= ladder[-1][0]
    found = _next(counts_from, last_checked, ladder, unasked=unasked)
    return found is not None and found[0] - along * found[1] <= now


def urgency(
    counts_from: datetime, last_checked: datetime | None, now: datetime, ladder: Ladder = LADDER
) -> tuple[int, datetime]:
    """What orders articles that are due: those on the youngest rung go first, on a rung those longest unasked.

    Where more fall due than fit into each look, all of a rung so have their turn. Of one that was checked by a clock
    that was ahead nothing is known of the time since.

    >>> from datetime import UTC
    >>> noon, hour = datetime(2026, 1, 1, 12, tzinfo=UTC), timedelta(hours=1)
    >>> [urgency(noon - hours * hour, noon, noon)[0] for hours in (1, 2, 20, 24 * 400)]
    [0, 0, 1, 5]
    >>> urgency(noon - hour, noon - hour, noon) < urgency(noon - 2 * hour, noon - hour / 2, noon)
    True
    """
    never = datetime.min.replace(tzinfo=UTC)
    unasked_since = never if last_checked is None or last_checked > now else last_checked
    return sum(now - counts_from > until for until, _ in ladder), unasked_since


def eased(ladder: Ladder, along: float) -> Ladder:
    """Rungs by which all may be due that is due when taken along; what is, `due` tells.

    >>> [str(pause) for _, pause in eased(LADDER, 0.25)][:2]
    ['0:22:30', '1:30:00']
    """
    return tuple((until, pause - along * pause) for until, pause in ladder)


def soonest(checks: Iterable[tuple[datetime, datetime, bool]], ladder: Ladder = LADDER) -> datetime | None:
    """When the ladder next asks for any of these articles, of which it is said what `next_check` takes; None: never."""
    moments = (next_check(since, checked, ladder, unasked=unasked) for since, checked, unasked in checks)
    return min((moment for moment in moments if moment is not None), default=None)


def next_check(
    counts_from: datetime, last_checked: datetime, ladder: Ladder = LADDER, *, unasked: bool = False
) -> datetime | None:
    """When the ladder asks for an article again that was checked last at a moment; None: never more.

    An article that nobody could ask for in time does not lose its turn by growing older than the rung. One that was
    older than the last rung when it was found, and is `unasked`, is asked for once, after that rung's pause: that it is
    gone must be seen one day.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> for minutes in (0, 170, 1435):
    ...     print(next_check(noon, noon + timedelta(minutes=minutes)) - noon)
    0:30:00
    4:50:00
    1 day, 11:55:00
    >>> old = noon + timedelta(days=5000)
    >>> print(next_check(noon, old), next_check(noon, old, unasked=True) - old)
    None 30 days, 0:00:00
    """
    found = _next(counts_from, last_checked, ladder, unasked=unasked)
    return found[0] if found else None


def _next(
    counts_from: datetime, last_checked: datetime, ladder: Ladder, *, unasked: bool
) -> tuple[datetime, timedelta] | None:
    """That moment, and the pause of its rung."""
    since = timedelta(0)
    for until, pause in ladder:
        moment = max(last_checked + pause, counts_from + since)
        if moment <= counts_from + until:
            return moment, pause
        since = until
    if unasked and ladder:
        last = ladder[-1][1]
        return last_checked + last, last
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
