"""From what one look found to what is raised, told again and cleared: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.model import Alarm
from crawler.health.history import Judgement

REPEAT = timedelta(days=1)
"""An alarm that still stands is told again so long after it was told last."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """What a look changed. `raised` are new, `cleared` are over, `confirmed` stand on; all are to be written."""

    raised: tuple[Alarm, ...] = ()
    confirmed: tuple[Alarm, ...] = ()
    cleared: tuple[Alarm, ...] = ()

    @property
    def all(self) -> tuple[Alarm, ...]:
        """Every alarm that is not as it was written."""
        return (*self.raised, *self.confirmed, *self.cleared)

    @property
    def standing(self) -> tuple[Alarm, ...]:
        """Those that stand now."""
        return (*self.confirmed, *self.raised)


def weigh(source_id: str, judgement: Judgement, standing: Sequence[Alarm], at: datetime) -> Alarms:
    """One alarm of each kind at most: raised once, confirmed as long as it is seen, cleared when the cause is gone.

    One that this look tells nothing of stands on as it was. A cleared alarm that comes back is a new one.
    """
    found = {each.kind: each for each in judgement.findings}
    raised = [
        Alarm(source_id, kind, at, at, finding.sentence, dict(finding.figures))
        for kind, finding in found.items()
        if kind not in {alarm.kind for alarm in standing}
    ]
    confirmed, cleared = [], []
    for alarm in standing:
        finding = next((each for each in judgement.findings if each.kind == alarm.kind), None)
        if finding is not None:
            confirmed.append(replace(alarm, confirmed=at, sentence=finding.sentence, figures=dict(finding.figures)))
        elif alarm.kind in judgement.well:
            cleared.append(replace(alarm, cleared=at))
        else:
            confirmed.append(alarm)
    return Alarms(tuple(raised), tuple(confirmed), tuple(cleared))


def to_tell(alarms: Alarms, at: datetime, repeat: timedelta | None = REPEAT) -> tuple[Alarm, ...]:
    """The alarms that people are to be told of now: new ones, those told too long ago (`repeat`; None: never again),
    and those that are over and were told."""
    due = [
        alarm for alarm in alarms.confirmed if alarm.told is None or (repeat is not None and at - alarm.told >= repeat)
    ]
    return (*alarms.raised, *due, *(alarm for alarm in alarms.cleared if alarm.told is not None))
