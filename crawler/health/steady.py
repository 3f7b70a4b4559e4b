"""A look is added to how its source stood before it, in the place of counting everything anew.

Counting a source anew takes every page, capture and article of it and four hundred tallies. Two looks in three ask for
known articles alone, and most of those find nothing: adding up comes to the same. Of the others captures alone are
added up, which are most of a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from archive.model import Run
from archive.store import Archive, SourceStatus
from archive.tally import Tally, capped
from crawler.health.summary import Summary, from_text, to_text
from crawler.shanghai import SHANGHAI


@dataclass(frozen=True, slots=True)
class Before:
    """How a source stood as of the run before one, of the same day, and what that one has kept since."""

    made: datetime
    summary: Summary
    captures: int
    capture_bytes: int


def before(archive: Archive, run: Run, at: datetime) -> Before | None:
    """That; None where it is not known, or where captures are unread or lost: those are counted until they are not."""
    found = archive.before(run)
    if found is None:
        return None
    summary = from_text(found.summary)
    if summary.until != at.astimezone(SHANGHAI).date() or summary.unread or summary.lost:
        return None
    captures, length = summary.captures + found.captures, summary.capture_bytes + found.capture_bytes
    return Before(found.made, summary, captures, length)


def status_of(archive: Archive, run: Run, at: datetime) -> SourceStatus:
    """How its source stands in numbers; captures are counted anew once a day, and added up between."""
    known = before(archive, run, at)
    state = archive.status_of(run.source_id, captures=known is None)
    if known is None:
        return state
    return replace(state, captures=known.captures, capture_bytes=known.capture_bytes)


def went_on(archive: Archive, run: Run, tally: Tally, at: datetime) -> bool:
    """Add a run that has just been recorded to how its source stands; False, and nothing is written, if all has to be
    looked at: something happened, an alarm stands, or the numbers are not those of the run before, of the same day.

    What goes by time (the last 24 hours, what is missing) stays as of when it was counted. The archive is open for
    writing.
    """
    if not found_all_as_it_was(run) or archive.alarms(run.source_id):
        return False
    known = before(archive, run, at)
    if known is None or known.summary.failing:  # what failed may be well now
        return False
    archive.examined(run.source_id, run.id, known.made, (), to_text(with_run(known, run, tally)))
    return True


def found_all_as_it_was(run: Run) -> bool:
    """Whether everything that was asked for answered and is as it was."""
    counts = run.counts
    happened = counts.new + counts.changed + counts.gone + counts.restored + counts.quarantined + counts.problems
    return run.state == "finished" and counts.answered > 0 and not happened and not run.failures


def with_run(known: Before, run: Run, tally: Tally) -> Summary:
    """The numbers with those of one more run, in which nothing happened."""
    summary = known.summary
    return structs.replace(
        summary,
        captures=known.captures,
        capture_bytes=known.capture_bytes,
        last_success=run.finished,
        runs=summary.runs + 1,
        requests=summary.requests + run.counts.requests,
        bytes=summary.bytes + tally.bytes,
        read=summary.read + tally.read,
        encodings=_sum(summary.encodings, tally.encodings),
        repairs=_sum(summary.repairs, tally.repairs),
        lossy=summary.lossy + tally.lossy,
        revisits=_sum(summary.revisits, {"known": run.counts.known} if run.counts.known else {}),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return capped({key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)})
