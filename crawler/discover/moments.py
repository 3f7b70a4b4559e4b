"""The times that feeds, sitemaps and endpoints give, in the forms they come in."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.extract.stamps import compact, stamps
from crawler.shanghai import SHANGHAI

LONGEST = 100  # characters of a time
FIRST_SECOND, LAST_SECOND = 631_152_000, 4_102_444_800  # 1990 and 2100, in seconds since 1970
THOUSANDTHS = 1_000


def moment(value: object) -> datetime | None:
    """The moment, aware, or None. A time without a zone is one of Shanghai, as everything that the sites print.

    >>> moment("Tue, 23 May 2023 09:37:00 +0800") == moment("2023-05-23 09:37:00") == moment(1684805820000)
    True
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()[:LONGEST]
    if (since_1970 := _since_1970(text)) is not None:
        return since_1970
    try:
        found = parsedate_to_datetime(text)  # RFC 5322, as RSS has it
        return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass  # not in that form
    read = stamps(text) or compact(text)
    return read[0].moment if read else None


def _since_1970(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, as JavaScript's Date has them."""
    if not text.isascii() or not text.partition(".")[0].isdigit() or len(text) > 20 or len(text) in (8, 12, 14):
        return None
    try:
        number = float(text)
    except ValueError:  # a day with points: 2026.11.22
        return None
    seconds = number / THOUSANDTHS if number > LAST_SECOND else number
    return datetime.fromtimestamp(seconds, UTC) if FIRST_SECOND <= seconds <= LAST_SECOND else None
