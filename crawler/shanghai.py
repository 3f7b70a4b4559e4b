"""The time of the sources: one zone, +08:00 all year, since 1991. Their days are days there."""

from __future__ import annotations

from datetime import timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
