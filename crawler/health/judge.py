"""From what the archive holds of a source to what is wrong with it."""

from __future__ import annotations

from crawler.health.history import History, Judgement, Kind
from crawler.health.silence import find_silence


def judge(history: History) -> Judgement:
    """What the run that just ended tells, beside all that came before it; nothing where there was no run."""
    finding, spoke, expected = find_silence(history)
    findings = [finding] if finding else []
    well: set[Kind] = {"silence"} if spoke else set()
    return Judgement(tuple(findings), frozenset(well), expected)
