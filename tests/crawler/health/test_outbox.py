"""What is to be told stands in the outbox until each messenger has taken it, whatever fails or is killed in between."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from histories import at
from test_notify import HERE, hook

from archive.model import Alarm, Watch
from archive.store import Archive
from archive.store.outbox import EVERYBODY
from crawler.cli import main
from crawler.health.examine import Examined
from crawler.health.letters import FIRST_PAUSE, GIVEN_UP_AFTER, KEPT, LONGEST_PAUSE, due
from crawler.health.notify import MOST_SAID, Notifier
from crawler.health.webhook import Webhook
from crawler.lab import OPENS, Clock, LabWeb, Month, sites
from crawler.watch import Ended, Told
from crawler.watch.told import Report

ALARM = Alarm("news", "silence", at(1), at(1), "Silent for 9 hours.", {"expected": 12})


class Pigeon:
    """A messenger that keeps what it took, and fails for as long as it is told to."""

    def __init__(self, name: str = "pigeon", fails: Exception | None = None) -> None:
        self.name, self.fails = name, fails
        self.asked = 0
        self.took: list[list[str]] = []

    def send(self, alarms: Sequence[Alarm]) -> None:
        """Take it, or not."""
        self.asked += 1
        if self.fails:
            raise self.fails
        self.took.append(["over" if each.cleared else "stands" for each in alarms])


class Hanging(Pigeon):
    """A messenger that comes to no end until it is let go."""

    def __init__(self) -> None:
        super().__init__("hanging")
        self.go = threading.Event()

    def send(self, alarms: Sequence[Alarm]) -> None:
        """Wait."""
        self.go.wait(30)
        super().send(alarms)


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("jianbao"), "propagate", True)


def told(archive: Archive, alarm: Alarm, now: datetime) -> Alarm:
    """The alarm is to be told now, as a look at the end of a run has it."""
    (written,) = archive.examined("news", 1, now, [replace(alarm, told=now)], "{}")
    return written


def notifier(now: datetime, *messengers: Pigeon) -> Notifier:
    """One that knows these messengers alone, at a moment."""
    return Notifier(messengers, clock=lambda: now)


def test_an_alarm_is_told_once_by_each_messenger_and_the_outbox_is_empty_then(tmp_path: Path) -> None:
    """However often it is looked at."""
    one, other = Pigeon("one"), Pigeon("other")
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notify = notifier(at(1), one, other)
        for _ in range(3):
            notify.finish(archive)
        assert archive.letters() == ()
    assert one.took == other.took == [["stands"]]


def test_a_messenger_that_fails_is_tried_again_in_later_runs_ever_more_seldom(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And the other one is not told twice."""
    broken, sound = Pigeon("broken", OSError("lost over\r\nthe mountains")), Pigeon("sound")
    tries = []
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        for minute in range(240):
            before = broken.asked
            notifier(at(1, minute / 60), broken, sound).finish(archive)
            if broken.asked > before:
                tries.append(minute)
        broken.fails = None
        notifier(at(1, 5), broken, sound).finish(archive)
        assert archive.letters() == ()
    assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert sound.took == broken.took == [["stands"]]
    assert "could not be told by broken: lost over  the mountains" in caplog.text


def test_a_messenger_that_fails_for_a_day_is_given_up_loudly(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In the log and by `jianbao alarms`; when the alarm is told anew, it is tried anew."""
    broken = Pigeon("broken", OSError("no way"))
    with Archive.open(tmp_path, write=True) as archive:
        alarm = told(archive, ALARM, at(1))
        hours = int(GIVEN_UP_AFTER / LONGEST_PAUSE) + 8
        for hour in range(hours):
            notifier(at(1, hour), broken).finish(archive)
        (letter,) = archive.letters()
        assert letter.given_up == at(2)
        assert broken.asked == letter.tries == 25
    done = CliRunner().invoke(main, ["alarms", "--data", str(tmp_path)])
    assert "not told by broken (no way), tried 25 times, given up" in done.stderr
    shown = json.loads(CliRunner().invoke(main, ["alarms", "--data", str(tmp_path), "--json"]).stdout)
    assert shown[0]["untold"][0]["tries"] == 25
    (critical,) = [each for each in caplog.records if each.levelno == logging.CRITICAL]
    assert "GIVEN UP" in critical.getMessage()
    assert "Silent for 9 hours" in critical.getMessage()
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, alarm, at(3))
        broken.fails = None
        notifier(at(3), broken).finish(archive)
        assert (broken.took, archive.letters()) == ([["stands"]], ())


def test_an_alarm_that_is_told_again_is_tried_for_another_day(tmp_path: Path) -> None:
    """Or it would be given up within the hour, and not be tried until it is told the next time."""
    broken = Pigeon("broken", OSError("no way"))
    with Archive.open(tmp_path, write=True) as archive:
        alarm = told(archive, ALARM, at(1))
        for hour in range(48):
            if hour == 24:
                told(archive, alarm, at(2))
            notifier(at(1, hour), broken).finish(archive)
        (letter,) = archive.letters()
        assert (letter.given_up, letter.since, broken.asked) == (None, at(1), 48)
        notifier(at(3), broken).finish(archive)
        (letter,) = archive.letters()
        assert letter.given_up == at(3)


def test_an_alarm_that_is_told_again_while_its_last_try_fails_is_not_given_up(tmp_path: Path) -> None:
    """The letter that comes back is older than what is to be told."""
    with Archive.open(tmp_path, write=True) as archive:
        alarm = told(archive, ALARM, at(1))
        notifier(at(1), Pigeon(fails=OSError("x"))).finish(archive)
        (letter,) = archive.letters()
        told(archive, alarm, at(2))
        archive.letters(("pigeon",))
        archive.sent([], [replace(letter, tries=25, given_up=at(2))])
        (letter,) = archive.letters()
        assert (letter.tries, letter.given_up) == (25, None)


def test_what_fails_after_the_archive_was_closed_failed_then_and_not_when_that_is_heard(tmp_path: Path) -> None:
    """A daemon whose sources are looked at once a day hears of it a day later, and gives nothing up for that."""
    slow = Hanging()
    slow.fails = OSError("down")
    now = at(1)
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notify = Notifier([slow], clock=lambda: now)
        notify.finish(archive, 0.1)
        slow.go.set()
        (thread,) = [each for each in threading.enumerate() if each.name == "telling by hanging"]
        thread.join(10)
        now = at(2, 1)
        notify.post(archive)
        (letter,) = archive.letters()
        assert (letter.tries, letter.given_up, letter.due) == (1, None, at(1) + FIRST_PAUSE)
        notify.finish(archive)
        (letter,) = archive.letters()
        assert (letter.tries, letter.given_up, letter.due) == (2, None, at(2, 1) + 2 * FIRST_PAUSE)


@pytest.mark.parametrize("fails", [None, OSError("lost")])
def test_a_message_that_comes_to_its_end_after_it_counted_as_failed_is_not_taken_for_the_next_one(
    tmp_path: Path, fails: OSError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other is sent by that messenger until then; each letter goes with its own message."""
    monkeypatch.setattr("crawler.health.notify.LEAVE", 0.2)
    slow = Hanging()
    slow.fails = fails
    with Archive.open(tmp_path, write=True) as archive:
        first = told(archive, ALARM, at(1))
        notify = notifier(at(1, 1), slow)
        notify.finish(archive, 0.2)
        (letter,) = archive.letters()
        assert (letter.tries, letter.why) == (1, "nothing came of it in 0 s")
        second = told(archive, replace(ALARM, kind="template"), at(1))
        notify.post(archive)
        (thread,) = [each for each in threading.enumerate() if each.name == "telling by hanging"]
        slow.go.set()
        thread.join(10)
        assert slow.asked == 1
        slow.go.clear()
        notify.post(archive)
        left = {each.alarm.id: each.tries for each in archive.letters()}
        assert left == ({first.id: 1, second.id: 0} if fails else {second.id: 0})
        slow.fails = OSError("lost, too")
        slow.go.set()
        notify.finish(archive, 10)
        left = {each.alarm.id: each.tries for each in archive.letters()}
        assert left == ({first.id: 1, second.id: 1} if fails else {second.id: 1})


def test_what_a_server_says_is_kept_in_part(tmp_path: Path) -> None:
    """It is written for each of a hundred letters, and into the log."""
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notifier(at(1), Pigeon("one", OSError("x" * 65_000)), Pigeon("other", KeyError("x" * 65_000))).finish(archive)
        assert [len(each.why) <= MOST_SAID + 30 for each in archive.letters()] == [True, True]


def test_what_is_over_before_a_messenger_could_be_reached_is_told_as_over(tmp_path: Path) -> None:
    """Once: the newest state is what counts."""
    pigeon = Pigeon(fails=OSError("ill"))
    with Archive.open(tmp_path, write=True) as archive:
        alarm = told(archive, ALARM, at(1))
        notifier(at(1), pigeon).finish(archive)
        told(archive, replace(alarm, cleared=at(1, 2)), at(1, 2))
        pigeon.fails = None
        notifier(at(1, 3), pigeon).finish(archive)
        assert archive.letters() == ()
    assert pigeon.took == [["over"]]


def test_what_is_over_while_a_message_is_on_its_way_is_told_after_it(tmp_path: Path) -> None:
    """The letter that comes back does not take the newer one with it."""
    slow = Hanging()
    with Archive.open(tmp_path, write=True) as archive:
        alarm = told(archive, ALARM, at(1))
        notify = notifier(at(1, 3), slow)
        notify.post(archive)
        told(archive, replace(alarm, cleared=at(1, 2)), at(1, 2))
        slow.go.set()
        notify.finish(archive)
        assert archive.letters() == ()
    assert slow.took == [["stands"], ["over"]]


def test_one_that_hangs_holds_up_neither_the_others_nor_the_crawl_nor_the_end(tmp_path: Path) -> None:
    """Who has the archive never waits for a message, but at the end, a bounded time; nothing is lost by that."""
    slow, sound = Hanging(), Pigeon()
    with Archive.open(tmp_path, write=True) as archive:
        notify = notifier(at(1), slow, sound)
        told(archive, ALARM, at(1))
        notify.post(archive)
        notify.finish(archive, 0.5)
        assert sound.took == [["stands"]]
        assert [each.messenger for each in archive.letters()] == ["hanging"]
        slow.go.set()
        notify.finish(archive)
        assert archive.letters() == ()


def test_an_archive_that_another_waits_for_is_not_held_for_a_message(tmp_path: Path) -> None:
    """The letter waits for the next run."""

    class Wanted:
        is_wanted = True

        def __init__(self, archive: Archive) -> None:
            self.letters, self.sent = archive.letters, archive.sent

    slow = Hanging()
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        began = datetime.now()
        notifier(at(1), slow).finish(Wanted(archive))
        assert datetime.now() - began < timedelta(seconds=5)
        slow.go.set()


def test_a_fault_of_ours_in_one_message_is_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It ends no process and no other message."""
    pigeon = Pigeon(fails=KeyError("x"))
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notifier(at(1), pigeon).finish(archive)
        assert "our fault" in caplog.text
        pigeon.fails = None
        notifier(at(1, 1), pigeon).finish(archive)
    assert pigeon.took == [["stands"]]


@pytest.mark.parametrize("others", [(), ("mail",)])
def test_a_process_leaves_the_letters_of_messengers_alone_that_it_has_no_settings_for(
    tmp_path: Path, others: tuple[str, ...]
) -> None:
    """A shell that does not have the service's environment. Who knows the messenger tries on as if nothing had been."""
    broken = Pigeon("webhook", OSError("down"))
    known = [Pigeon(name) for name in others]
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notifier(at(1), broken, *known).finish(archive)
        (waiting,) = archive.letters()
        for hour in range(1, 4):
            notifier(at(1, hour), *known).finish(archive)
        assert archive.letters() == (waiting,)
        broken.fails = None
        notifier(at(1, 4), broken).finish(archive)
        assert archive.letters() == ()
    assert broken.took == [["stands"]]
    assert [each.took for each in known] == [[["stands"]]] * len(known)


def test_what_is_raised_where_no_messenger_is_known_waits_for_who_knows_one(tmp_path: Path) -> None:
    """And starts no process meanwhile that could do nothing about it."""
    pigeon = Pigeon()
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notifier(at(1)).finish(archive)
        assert due(archive.letters(), at(1), ()) == {}
        assert list(due(archive.letters(), at(1), ("pigeon",))) == [EVERYBODY]
        notifier(at(1, 2), pigeon).finish(archive)
        assert archive.letters() == ()
    assert pigeon.took == [["stands"]]


@pytest.mark.parametrize(("first", "level"), [("gone", "WARNING"), (None, "INFO")])
def test_letters_that_nobody_comes_for_are_let_go_after_a_week_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, first: str | None, level: str
) -> None:
    """The messenger was taken out of the settings, or there never was one."""
    caplog.set_level(logging.INFO, "jianbao.alarm")
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        notifier(at(1), *([Pigeon(first, OSError("x"))] if first else [])).finish(archive)
        notifier(at(1) + KEPT - timedelta(minutes=1)).finish(archive)
        assert len(archive.letters()) == 1
        notifier(at(1) + KEPT).finish(archive)
        assert archive.letters() == ()
    (said,) = [each for each in caplog.records if "let go" in each.getMessage()]
    assert said.levelname == level
    assert "Silent for 9 hours" in said.getMessage()


def test_what_was_given_up_and_is_over_is_let_go_after_a_week_and_what_stands_is_not(tmp_path: Path) -> None:
    """Nothing tells it anew; `jianbao alarms` would show it for ever."""
    broken = Pigeon("broken", OSError("no way"))
    with Archive.open(tmp_path, write=True) as archive:
        alarm = told(archive, ALARM, at(1))
        notifier(at(1), broken).finish(archive)
        archive.sent([], [replace(each, given_up=at(2)) for each in archive.letters()])
        notifier(at(2) + 2 * KEPT, broken).finish(archive)
        assert len(archive.letters()) == 1
        archive.alarmed([replace(alarm, cleared=at(3), accepted=True)])
        notifier(at(2) + KEPT - timedelta(minutes=1), broken).finish(archive)
        assert len(archive.letters()) == 1
        notifier(at(2) + KEPT, broken).finish(archive)
        assert archive.letters() == ()
    assert broken.asked == 1


def test_nothing_to_tell_starts_no_thread(tmp_path: Path) -> None:
    """And writes nothing."""
    before = threading.active_count()
    with Archive.open(tmp_path, write=True) as archive:
        notifier(at(1), Pigeon()).post(archive)
    assert threading.active_count() == before


KILLED = """
import os, signal, sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from archive.model import Alarm, Watch
from archive.store import Archive
now = datetime.now(timezone.utc)
with Archive.open(Path(sys.argv[1]), write=True) as archive:
    archive.enrol([Watch(sys.argv[2], now + timedelta(minutes=30), "")])
    archive.examined("news", 1, now, [Alarm("news", "silence", now, now, "Silent for 9 hours.", told=now)], "{}")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    """A configuration with one source, which is looked at every hour, and a data folder: as options."""
    (site,) = sites(1, 1, Month(OPENS, 1))
    LabWeb([site], Clock(OPENS)).write_config(tmp_path / "config")
    return ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "data")]


def test_after_a_kill_between_raising_and_sending_the_next_run_sends(
    tmp_path: Path, where: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although no source is due in it, and once only."""
    killed = [sys.executable, "-c", KILLED, str(tmp_path / "data"), "lab-001"]
    assert subprocess.run(killed, check=False, cwd=Path.cwd()).returncode == -signal.SIGKILL
    with hook() as (url, took):
        monkeypatch.setenv("JIANBAO_ALARM_WEBHOOK", url)
        monkeypatch.setenv("JIANBAO_ALARM_WEBHOOK_ALLOW", HERE[0])
        for _ in range(2):
            done = CliRunner().invoke(main, ["run-due", *where])
            assert (done.exit_code, "Nothing is due" in done.stderr) == (0, True)
    (sent,) = took
    assert json.loads(sent[1])["alarms"][0]["sentence"] == "Silent for 9 hours."


def test_run_due_sends_as_each_look_ends_and_not_after_all_of_them(
    where: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round may take hours."""
    with hook() as (url, took):

        def a_round(archive: Archive, *terms: object, told: Told, **more: object) -> Report:
            now = datetime.now(UTC)
            (alarm,) = archive.examined("lab-001", 1, now, [replace(ALARM, told=now)], "{}")
            told.ended(Ended("lab-001", Watch("lab-001", now, ""), None, examined=Examined(tell=(alarm,))))
            assert any(took or Event().wait(0.02) for _ in range(1000)), "nothing was sent while the round went on"
            return Report(ended=1)

        monkeypatch.setattr("crawler.watch.run_due_once", a_round)
        monkeypatch.setenv("JIANBAO_ALARM_WEBHOOK", url)
        monkeypatch.setenv("JIANBAO_ALARM_WEBHOOK_ALLOW", HERE[0])
        done = CliRunner().invoke(main, ["run-due", *where], catch_exceptions=False)
    assert done.exit_code == 0
    assert len(took) == 1


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_webhook_that_answers_otherwise_is_tried_again(tmp_path: Path, status: int) -> None:
    """Over a real connection."""
    with Archive.open(tmp_path, write=True) as archive:
        told(archive, ALARM, at(1))
        with hook(status) as (url, took):
            Notifier([Webhook(url, HERE)], clock=lambda: at(1)).finish(archive)
        (letter,) = archive.letters()
        assert (len(took), letter.tries, letter.why) == (1, 1, f"it answered {status}")
        with hook() as (url, took):
            Notifier([Webhook(url, HERE)], clock=lambda: at(1, 1)).finish(archive)
        assert (len(took), archive.letters()) == (1, ())
