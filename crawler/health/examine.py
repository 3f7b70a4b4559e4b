"""The look at a source's health that ends each of its runs: judged, raised, cleared, and remembered."""

from __future__ import annotations

from datetime import datetime, timedelta

from archive.model import Run
from archive.store import Archive
from archive.store.days import Records
from crawler.health.alarms import Alarms, weigh
from crawler.health.arrivals import arrivals_of
from crawler.health.history import KINDS, MOST_DAYS, History, Judgement
from crawler.health.judge import judge
from crawler.health.silence import expected_in
from crawler.health.summary import summarise, to_text
from crawler.schedule.days import works

DAY = timedelta(days=1)


def history_of(source_id: str, records: Records, now: datetime, template_change: str = "") -> History:
    """What the source is judged by."""
    return History(
        source_id,
        now,
        records.watched_since or now,
        arrivals_of(records.came, records.looks),
        records.looks,
        records.runs,
        {alarm.kind: alarm.raised for alarm in records.alarms if alarm.kind in KINDS},
        {kind: moment for kind, moment in records.accepted.items() if kind in KINDS},
        template_change,
        lambda day: not works(day),
    )


def examine(archive: Archive, run: Run, at: datetime, template_change: str = "") -> Alarms:
    """Look at the source of a run that has just been recorded. The archive is open for writing.

    `template_change` is what learning told of the run's pages, a sentence. A run that was interrupted proves nothing:
    only the numbers are brought up to date.
    """
    records = archive.records(run.source_id, at - timedelta(days=MOST_DAYS))
    history = history_of(run.source_id, records, at, template_change)
    judgement = judge(history) if run.state != "interrupted" else Judgement()
    alarms = weigh(run.source_id, judgement, records.alarms, at)
    summary = summarise(
        archive.status_of(run.source_id), records, history.arrivals, judgement, expected_in(history, DAY), at
    )
    written = archive.examined(run.source_id, run.id, at, alarms.all, to_text(summary))
    raised = tuple(alarm for alarm in written if alarm.raised == at and alarm.cleared is None)
    return Alarms(raised, alarms.confirmed, alarms.cleared)
