"""How sources fare: what their health is judged by, alarms, and who is still to be told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from archive.model import Alarm, Run
from archive.store import alarms, days, outbox, status, summed
from archive.store.days import Records
from archive.store.handle.base import Handle
from archive.store.outbox import Letter
from archive.store.status import Captures, SourceStatus
from archive.store.summed import Since


class Judging(Handle):
    """How sources fare: what their health is judged by, alarms, and who is still to be told of them."""

    def records(self, source_id: str, since: datetime) -> Records:
        """What a source's health is judged by: how its articles came and what its runs saw since then."""
        return days.records(self._connection, source_id, since)

    def since(self, run: Run) -> Since | None:
        """How its source was summed up as of the run before, and what this one has kept; None where that does not
        hold any more.
        """
        return summed.since(self._connection, run)

    def status_with(self, source_id: str, captures: Captures) -> SourceStatus:
        """How one source stands, in numbers; those of its captures are known. Counting them takes the longest."""
        return status.of_source(self._connection, source_id, captures=captures)

    def examined(
        self, source_id: str, run_id: int, at: datetime, alarms_now: Sequence[Alarm], summary: str
    ) -> tuple[Alarm, ...]:
        """Remember what the look at a source's health after a run came to: alarms that are new or have changed, and
        how the source stands, as JSON. Those that are `told` now are put into the outbox. Gives the alarms as written.
        """

        def write() -> tuple[Alarm, ...]:
            summed.summarise(self._connection, source_id, run_id, at, summary)
            written = alarms.write(self._connection, alarms_now)
            outbox.post(self._connection, [each for each in written if each.told == at], at)
            return written

        return self._at_once(write)

    def alarmed(self, changed: Sequence[Alarm]) -> tuple[Alarm, ...]:
        """Raise alarms, or bring them up to date; gives them as written."""
        return self._at_once(lambda: alarms.write(self._connection, changed))

    def letters(self, messengers: Sequence[str] | None = None) -> tuple[Letter, ...]:
        """What people were not told of yet; to everybody, or once it is for writing, to each of those messengers."""
        if messengers is not None:
            self._at_once(lambda: outbox.address(self._connection, messengers))
        return outbox.letters(self._connection)

    def sent(self, taken: Sequence[Letter], kept: Sequence[Letter]) -> None:
        """Remember which letters messengers have taken, and which were tried in vain."""

        def write() -> None:
            outbox.taken(self._connection, taken)
            outbox.keep(self._connection, kept)

        self._at_once(write)

    def alarms(self, source: str | None = None) -> tuple[Alarm, ...]:
        """The alarms that stand, oldest first."""
        return alarms.standing(self._connection, source)

    def past_alarms(self, source: str | None = None, limit: int = 100) -> tuple[Alarm, ...]:
        """The newest alarms, those that were cleared too, newest first."""
        return alarms.newest(self._connection, source, limit)
