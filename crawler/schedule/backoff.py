"""How long a source is left alone after it failed: by the kind of the failure, longer each time, never for ever.

What heals by itself in minutes (a name server, a connection, a busy server) is tried again soon; what needs a person,
there or here (a certificate, a challenge page, a robots.txt that forbids), is not.
"""

from __future__ import annotations

from datetime import timedelta

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PAUSES: dict[str, tuple[timedelta, timedelta]] = {  # kind: the first pause, and the longest
    "dns": (5 * _MINUTE, 12 * _HOUR),
    "connection": (5 * _MINUTE, 12 * _HOUR),
    "timeout": (10 * _MINUTE, 12 * _HOUR),
    "http-5xx": (10 * _MINUTE, 12 * _HOUR),
    "robots-unavailable": (10 * _MINUTE, 12 * _HOUR),
    "http-429": (30 * _MINUTE, _DAY),
    "http-4xx": (_HOUR, _DAY),
    "tls": (_HOUR, _DAY),
    "challenge": (2 * _HOUR, 2 * _DAY),
    "robots": (6 * _HOUR, 2 * _DAY),
    "template": (_HOUR, _DAY),
    "refused-address": (6 * _HOUR, 2 * _DAY),
}
OTHERS = (15 * _MINUTE, _DAY)  # of kinds that the table does not name
_MOST_DOUBLINGS = 16


def pause(kind: str, strikes: int) -> timedelta:
    """How long to leave a source alone that failed so many times in a row: twice as long each time.

    >>> [str(pause("dns", strikes)) for strikes in (1, 2, 3, 99)]
    ['0:05:00', '0:10:00', '0:20:00', '12:00:00']
    """
    shortest, longest = PAUSES.get(kind, OTHERS)
    doublings = min(max(strikes, 1) - 1, _MOST_DOUBLINGS)
    return min(longest, shortest * (1 << doublings))
