"""A look is added to how its source stood before it, in the place of counting everything anew.

Counting a source anew takes every page, capture and article of it and four hundred tallies. Two looks in three ask for
known articles alone, and most of those find nothing: adding up comes to the same. Of the others captures alone are
added up, which are most of a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from archive.model import Run
from archive.store import Archive, SourceStatus
from archive.store.status import Captures
from archive.tally import Tally, capped
from crawler.health.summary import Summary, from_text, to_text
from crawler.shanghai import SHANGHAI


@dataclass(frozen=True, slots=True)
class AddedUp:
    """How a source stood as of the run before one, of the same day, and the numbers of its captures as of this one."""

    made: datetime
    summary: Summary
    captures: Captures


def added_up(archive: Archive, run: Run, at: datetime) -> AddedUp | None:
    """That; None where all is to be counted anew.

    So it is where captures are unread or lost, until they are not, and where some were kept outside of a run.
    """
    found = archive.since(run)
    if found is None or found.unread:
        return None
    summary = from_text(found.summary)
    captures = summary.captures + found.captures
    if summary.until != at.astimezone(SHANGHAI).date() or summary.lost or captures != found.captures_in_all:
        return None
    # Whoever marks captures as lost outdates the summary: none were since.
    numbers = Captures(captures, summary.capture_bytes + found.capture_bytes, unread=0, lost=0)
    return AddedUp(found.made, summary, numbers)


def status_of(archive: Archive, run: Run, at: datetime) -> SourceStatus:
    """How its source stands in numbers; captures are counted anew once a day, and added up between."""
    known = added_up(archive, run, at)
    return archive.status_of(run.source_id) if known is None else archive.status_with(run.source_id, known.captures)


def went_on(archive: Archive, run: Run, tally: Tally, at: datetime) -> bool:
    """Add a run that has just been recorded to how its source stands; False, and nothing is written, if all has to be
    looked at: something happened, an alarm stands, or the numbers of the run before, of the same day, hold no more.

    What goes by time (the last 24 hours, what is missing) stays as of when it was counted. The archive is open for
    writing.
    """
    if not found_all_as_it_was(run) or archive.alarms(run.source_id):
        return False
    known = added_up(archive, run, at)
    if known is None or known.summary.failing:  # what failed may be well now
        return False
    archive.examined(run.source_id, run.id, known.made, (), to_text(with_run(known, run, tally)))
    return True


def found_all_as_it_was(run: Run) -> bool:
    """Whether everything that was asked for answered and is as it was."""
    counts = run.counts
    happened = counts.new + counts.changed + counts.gone + counts.restored + counts.quarantined + counts.problems
    return run.state == "finished" and counts.answered > 0 and not happened and not run.failures


def with_run(known: AddedUp, run: Run, tally: Tally) -> Summary:
    """The numbers with those of one more run, in which nothing happened."""
    summary, counts = known.summary, run.counts
    return structs.replace(
        summary,
        captures=known.captures.captures,
        capture_bytes=known.captures.capture_bytes,
        unread=known.captures.unread,
        lost=known.captures.lost,
        last_success=run.finished if counts.known or counts.not_modified else summary.last_success,
        runs=summary.runs + 1,
        requests=summary.requests + counts.requests,
        bytes=summary.bytes + tally.bytes,
        read=summary.read + tally.read,
        encodings=_sum(summary.encodings, tally.encodings),
        repairs=_sum(summary.repairs, tally.repairs),
        lossy=summary.lossy + tally.lossy,
        revisits=_sum(summary.revisits, {"known": counts.known} if counts.known else {}),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return capped({key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)})
