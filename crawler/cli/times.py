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


def plain(value: object) -> str:
    """What JSON has no form for, for `json.dumps(default=plain)`: moments as ISO 8601 with their offset.

    >>> from datetime import UTC
    >>> plain(datetime(2026, 11, 3, 18, 30, tzinfo=UTC))
    '2026-11-03T18:30:00+00:00'
    """
    return value.isoformat() if isinstance(value, datetime) else str(value)
