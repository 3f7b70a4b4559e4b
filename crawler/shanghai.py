"""The time of the sources: one zone, +08:00 all year, since 1991. Their days are days there."""

from __future__ import annotations

from datetime import datetime

from archive.shanghai import SHANGHAI as SHANGHAI  # the crawler asks for it here, beside its words


def in_words(moment: datetime) -> str:
    """A moment to the minute, as a sentence tells it.

    >>> from datetime import UTC
    >>> in_words(datetime(2026, 11, 3, 18, 30, tzinfo=UTC))
    '2026-11-04 02:30 (Shanghai)'
    """
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M} (Shanghai)"
