"""The row of a source that is given back after a look, whatever came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from archive.model import Watch


def given_back(watch: Watch, started: datetime, ended: datetime, due: datetime, reason: str, **changed: Any) -> Watch:
    """Nobody's, due then for that reason, and no worker died at it; `changed` are the fields that a look changes."""
    return replace(
        watch,
        due=due,
        reason=reason,
        lease_owner=None,
        lease_until=None,
        last_started=started,
        last_ended=ended,
        deaths=0,
        **changed,
    )
