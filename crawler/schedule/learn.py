"""A look at a source → what is remembered of it."""

from __future__ import annotations

import msgspec

from crawler.schedule.memory import Memory, Seen

_KEEP = 7 * 86_400.0  # seconds after which what was learnt weighs about a third


def learn(memory: Memory, seen: Seen) -> Memory:
    """The memory after one more look. A clock that was set back changes nothing but the failures that are counted."""
    at = max(int(seen.at.timestamp()), memory.asked or 0)
    if seen.failed is not None:
        return msgspec.structs.replace(memory, asked=at, strikes=memory.strikes + 1, failure=seen.failed)
    since = memory.seen
    rate = memory.rate
    if since is not None and at > since:
        span = at - since
        keep = _KEEP / (_KEEP + span)
        rate = rate * keep + (len(seen.new) * 86_400 / span) * (1 - keep)
    began = at if memory.began is None else memory.began
    return msgspec.structs.replace(
        memory, began=began, asked=at, seen=at, newest=at, strikes=0, failure=None, rate=rate
    )
