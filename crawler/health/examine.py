"""The look at a source's health that ends each of its runs: judged, raised, cleared, and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive.model import Alarm, Run
from archive.store import Archive
from archive.store.days import Records
from crawler.health.alarms import REPEAT, Alarms, to_tell, weigh
from crawler.health.arrivals import arrivals_of
from crawler.health.history import KINDS, MOST_DAYS, History, Judgement
from crawler.health.judge import CAUSES, judge
from crawler.health.silence import expected_in
from crawler.health.steady import status_of
from crawler.health.summary import summarise, to_text
from crawler.schedule.days import works

NEWS = timedelta(days=30)
"""A changed template that was noticed before that is none any more, whatever was told of it."""

PAST = 200  # alarms of a source among which one that told of it is looked for


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


def untold_change(records: Records, past: Sequence[Alarm], at: datetime) -> str:
    """What learning has noticed of a changed template and no look has weighed yet, a sentence; "" if there is nothing.

    It lasts as soon as it is noticed, before the look that ends the run, and learning tells each change once: after a
    kill in between a later look finds it here. `past` are the newest alarms of the source, those that are over too. One
    of a changed template that was seen since then has told it, and one of a cause that hides it has settled it.
    """
    change = records.template_change
    if change is None or at - change.noticed > NEWS:
        return ""
    accepted = records.accepted.get("template")
    if accepted is not None and accepted >= change.noticed:
        return ""
    settles = ("template", *CAUSES["template"])
    alarms = (*records.alarms, *past)
    return "" if any(each.kind in settles and each.confirmed >= change.noticed for each in alarms) else change.sentence


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look came to: the alarms, and those of them that people are to be told of now."""

    alarms: Alarms = field(default_factory=Alarms)
    tell: tuple[Alarm, ...] = ()


def examine(
    archive: Archive,
    run: Run,
    at: datetime,
    repeat: timedelta | None = REPEAT,
    *,
    judged: bool = True,
) -> Examined:
    """Look at the source of a run that has just been recorded. The archive is open for writing.

    `repeat` is after what time an alarm that still stands is told again. A run that was cut short proves nothing, nor
    does one while our own network is gone (`judged` is False): only the numbers are brought up to date.

    What is to be told is put into the outbox in the same transaction, where it stays until each messenger has taken it.
    """
    records = archive.records(run.source_id, at - timedelta(days=MOST_DAYS))
    change = untold_change(records, archive.past_alarms(run.source_id, PAST), at) if records.template_change else ""
    history = history_of(run.source_id, records, at, change)
    judgement = judge(history) if judged and run.state != "interrupted" else Judgement()
    alarms = weigh(run.source_id, judgement, records.alarms, at)
    tell = set(map(id, to_tell(alarms, at, repeat)))
    noted = [(replace(alarm, told=at) if id(alarm) in tell else alarm, id(alarm) in tell) for alarm in alarms.all]
    usual = expected_in(history, timedelta(days=1))
    summary = summarise(status_of(archive, run, at), records, history.arrivals, judgement, usual, at)
    written = archive.examined(run.source_id, run.id, at, [alarm for alarm, _ in noted], to_text(summary))
    raised, confirmed = len(alarms.raised), len(alarms.raised) + len(alarms.confirmed)
    return Examined(
        Alarms(written[:raised], written[raised:confirmed], written[confirmed:]),
        tuple(alarm for alarm, (_, told) in zip(written, noted, strict=True) if told),
    )
