"""The outbox, on both databases: what waits, what was taken, what was tried in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive_cases import Place, both_databases

from archive.model import Alarm

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALARM = Alarm("news", "silence", NOON, NOON, "Silent for 9 hours.", told=NOON)


@both_databases
def test_a_letter_is_addressed_kept_with_its_tries_and_gone_once_it_was_taken(kind: str, tmp_path: Path) -> None:
    """What is told anew while it waits keeps its tries; what was given up begins anew."""
    with Place(tmp_path, kind).open(write=True) as archive:
        (alarm,) = archive.examined("news", 1, NOON, [ALARM, replace(ALARM, kind="template", told=None)], "{}")[:1]
        (everybody,) = archive.letters()
        assert (everybody.messenger, everybody.alarm, everybody.due) == ("", alarm, NOON)
        assert archive.letters(()) == (everybody,)
        one, other = archive.letters(("one", "other"))
        assert [one.messenger, other.messenger] == ["one", "other"]
        archive.sent([other], [replace(one, tries=3, why="\x00no\nway", due=NOON + HOUR)])
        archive.examined("news", 2, NOON + HOUR, [replace(alarm, told=NOON + HOUR)], "{}")
        waiting, fresh = archive.letters(("one", "other"))
        assert (waiting.tries, waiting.since, waiting.asked) == (3, NOON, NOON + HOUR)
        assert (fresh.messenger, fresh.tries, fresh.since) == ("other", 0, NOON + HOUR)
        archive.sent([], [replace(waiting, given_up=NOON + HOUR)])
        archive.examined("news", 3, NOON + 2 * HOUR, [replace(alarm, told=NOON + 2 * HOUR)], "{}")
        anew = next(each for each in archive.letters(("one", "other")) if each.messenger == "one")
        assert (anew.tries, anew.why, anew.given_up, anew.since) == (0, "", None, NOON + 2 * HOUR)


@both_databases
def test_a_letter_that_is_newer_than_what_was_taken_stays(kind: str, tmp_path: Path) -> None:
    """The alarm was over while its message was on its way."""
    with Place(tmp_path, kind).open(write=True) as archive:
        (alarm,) = archive.examined("news", 1, NOON, [ALARM], "{}")
        (letter,) = archive.letters(("one",))
        archive.examined("news", 2, NOON + HOUR, [replace(alarm, told=NOON + HOUR, cleared=NOON + HOUR)], "{}")
        archive.letters(("one",))
        archive.sent([letter], [])
        (left,) = archive.letters()
        assert (left.alarm.cleared, left.since, left.tries) == (NOON + HOUR, NOON + HOUR, 0)
        archive.sent([left], [])
        assert archive.letters() == ()
