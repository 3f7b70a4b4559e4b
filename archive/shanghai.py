"""The one time zone of China: published times and days are of it wherever nothing else is said."""

from __future__ import annotations

from datetime import timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
