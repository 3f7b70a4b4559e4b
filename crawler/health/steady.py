"""A look that found everything as it was: added to how its source stands, in the place of counting everything anew.

Two looks in three ask for known articles alone, and most of those find nothing. Counting a source anew takes every
page, capture and article of it and four hundred tallies, and comes to the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import structs

from archive.model import Run
from archive.store import Archive
from archive.store.days import Before
from archive.tally import Tally, capped
from crawler.health.summary import Summary, from_text, to_text
from crawler.shanghai import SHANGHAI


def went_on(archive: Archive, run: Run, tally: Tally, at: datetime) -> bool:
    """Add a run that has just been recorded to how its source stands; False, and nothing is written, if all has to be
    looked at: something happened, an alarm stands, or the numbers are not those of the run before, of the same day.

    What goes by time (the last 24 hours, what is missing) stays as of when it was counted. The archive is open for
    writing.
    """
    if not found_all_as_it_was(run) or archive.alarms(run.source_id):
        return False
    before = archive.before(run)
    if before is None:
        return False
    summary = from_text(before.summary)
    if summary.failing or summary.until != at.astimezone(SHANGHAI).date():  # what failed may be well now
        return False
    archive.examined(run.source_id, run.id, before.made, (), to_text(with_run(summary, run, tally, before)))
    return True


def found_all_as_it_was(run: Run) -> bool:
    """Whether everything that was asked for answered and is as it was."""
    counts = run.counts
    happened = counts.new + counts.changed + counts.gone + counts.restored + counts.quarantined + counts.problems
    return run.state == "finished" and counts.answered > 0 and not happened and not run.failures


def with_run(summary: Summary, run: Run, tally: Tally, kept: Before) -> Summary:
    """The numbers with those of one more run, in which nothing happened."""
    return structs.replace(
        summary,
        captures=summary.captures + kept.captures,
        capture_bytes=summary.capture_bytes + kept.capture_bytes,
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
