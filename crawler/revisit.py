"""When a known article is asked for again, to see edits and deletions.

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


def due(first_seen: datetime, last_checked: datetime | None, now: datetime, ladder: Ladder = LADDER) -> bool:
    """Whether the ladder asks for an article again at `now`.

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
    pause = next((pause for until, pause in ladder if now - first_seen <= until), None)
    ahead = last_checked > now  # by a clock that was wrong: nothing is known of the time since
    return pause is not None and (ahead or now - last_checked >= pause)
