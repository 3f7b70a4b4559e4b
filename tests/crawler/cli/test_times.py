"""Moments stand in one form in what commands print as JSON."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crawler.cli.times import plain


def test_a_moment_in_json_is_iso_8601_with_its_offset_and_nothing_else_is_touched() -> None:
    """As `status` has it, to be read by any reader of JSON."""
    moment = datetime(2026, 11, 4, 2, 30, tzinfo=timezone(timedelta(hours=8)))
    told = json.loads(json.dumps({"at": moment, "where": Path("data")}, default=plain))
    assert told == {"at": "2026-11-04T02:30:00+08:00", "where": "data"}
    assert datetime.fromisoformat(told["at"]) == moment
