"""When a source is looked at next: pure. What was seen goes in, the next moment comes out (docs/schedule.md).

>>> from datetime import UTC, datetime, timedelta
>>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
>>> memory = learn(first(), Seen(noon))
>>> next_due(memory, Terms(every=timedelta(hours=1)), noon).at.isoformat()
'2026-03-02T13:00:00+00:00'
"""

from __future__ import annotations

from crawler.schedule.backoff import pause
from crawler.schedule.due import next_due
from crawler.schedule.learn import learn
from crawler.schedule.memory import Memory, Seen, first, recall, to_json
from crawler.schedule.terms import Due, Terms, terms_of

__all__ = ["Due", "Memory", "Seen", "Terms", "first", "learn", "next_due", "pause", "recall", "terms_of", "to_json"]
