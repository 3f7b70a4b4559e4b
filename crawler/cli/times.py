"""Times as commands tell them to a person: as on the wall in Shanghai, where the sources are."""

from __future__ import annotations

from datetime import datetime

from crawler.shanghai import SHANGHAI

ZONE = "Shanghai time"


def moment(when: datetime | None) -> str:
    """A time to the minute, "–" for none; whoever prints it names the zone beside it or below.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 3, 18, 30, tzinfo=UTC))
    '2026-11-04 02:30'
    """
    return when.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if when else "–"
