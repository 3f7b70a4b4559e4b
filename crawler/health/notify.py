"""People are told of alarms: in the log, by e-mail, by a webhook. No failure of a messenger ever reaches a crawl.

What is to be told stands in the archive's outbox, where it was put with the alarm itself, until a messenger has taken
it: at least once, whatever is killed in between. Each message is a thread of its own, one for each messenger at a time,
so that none waits for another; what became of it is remembered by the thread that has the archive.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from queue import Empty, Queue
from smtplib import SMTPException
from time import monotonic
from typing import Protocol

from archive.model import Alarm
from archive.store.outbox import EVERYBODY, Letter
from crawler.health.letters import KEPT, due, forsaken, tried
from crawler.shanghai import SHANGHAI

DEADLINE = 20.0  # seconds for a whole message
LEAVE = DEADLINE + 2.0  # seconds that the end of a command waits for messages on their way
MOMENT = 3.0  # seconds that a daemon waits, which goes on, and an interrupted command, which somebody waits for
MOST_AT_ONCE = 100  # alarms in a message; the others come in the next
MOST_SAID = 300  # characters of what went wrong: a server says as much as it likes
PASSWORD, TOKEN = "JIANBAO_MAIL_PASSWORD", "JIANBAO_WEBHOOK_TOKEN"

log = logging.getLogger("jianbao.alarm")


class Messenger(Protocol):
    """Takes a message to people. Raises OSError, ValueError, HTTPException or SMTPException where it cannot."""

    @property
    def name(self) -> str:
        """What it is, for the log and the outbox."""
        ...

    def send(self, alarms: Sequence[Alarm]) -> None:
        """Tell of the alarms: those that stand, and those that are over (`cleared`)."""
        ...


class Outbox(Protocol):
    """Where letters wait: an archive that is open for writing."""

    @property
    def is_wanted(self) -> bool:
        """Whether another process waits for it."""
        ...

    def letters(self, messengers: Sequence[str] | None = None) -> tuple[Letter, ...]:
        """See archive.store.Archive."""
        ...

    def sent(self, taken: Sequence[Letter], kept: Sequence[Letter]) -> None:
        """See archive.store.Archive."""
        ...


def sentence(alarm: Alarm) -> str:
    """An alarm as a line.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 2, 4, tzinfo=UTC)
    >>> sentence(Alarm("tibet-cn", "silence", noon, noon, "Silent for 9 hours."))
    '[silence] tibet-cn: Silent for 9 hours. Since 2026-03-02 12:00.'
    """
    since = alarm.raised.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    over = "Over: " if alarm.cleared else ""
    return one_line(f"[{alarm.kind}] {alarm.source_id}: {over}{alarm.sentence} Since {since}.")


def one_line(text: str) -> str:
    """Without control characters: what a page or a server says can end up in a subject or a log."""
    return "".join(char if char.isprintable() else " " for char in text)


@dataclass(slots=True)
class _Message:
    """Letters under way. Its thread may be held up for longer than any deadline; then it counts as failed meanwhile."""

    letters: Sequence[Letter]
    began: float = field(default_factory=monotonic)
    counted: bool = False  # as a try in vain, although it goes on


class Notifier:
    """Hands letters to messengers. To be used by one thread, the one that has the archive."""

    def __init__(
        self,
        messengers: Sequence[Messenger],
        tell: Callable[[str], None] = lambda sentence: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._messengers = {each.name: each for each in messengers}
        self._tell, self._clock = tell, clock
        self._under_way: dict[str, _Message] = {}  # by messenger, until its thread has come to its end
        self._back: Queue[tuple[str, str, datetime]] = Queue()  # a messenger, what was wrong, if anything, and when

    @property
    def names(self) -> frozenset[str]:
        """Of the messengers that it knows."""
        return frozenset(self._messengers)

    def __call__(self, alarms: Sequence[Alarm]) -> None:
        """Write alarms to the log."""
        for alarm in alarms:
            log.log(logging.INFO if alarm.cleared else logging.WARNING, "%s", sentence(alarm))
            self._tell(sentence(alarm))

    def post(self, outbox: Outbox) -> None:
        """Remember what became of messages, and send what is due; returns at once."""
        self._remember(outbox)
        self._count_as_failed(outbox, LEAVE)
        waiting = outbox.letters()
        if self._messengers and any(each.messenger == EVERYBODY for each in waiting):
            waiting = outbox.letters(tuple(self._messengers))
        self._let_go(outbox, waiting)
        for name, letters in due(waiting, self._clock(), self._messengers).items():
            if name not in self._under_way:
                self._send(self._messengers[name], letters[:MOST_AT_ONCE])

    def finish(self, outbox: Outbox, seconds: float = LEAVE) -> None:
        """Send what is due and wait for it, so many seconds at most, and not while another waits for the archive."""
        ends = monotonic() + seconds
        self.post(outbox)
        while self._is_waited_for() and monotonic() < ends and not outbox.is_wanted:
            if self._remember(outbox, wait=0.1):
                self.post(outbox)
        if monotonic() >= ends and seconds >= LEAVE:
            self._count_as_failed(outbox, 0.0)

    def _is_waited_for(self) -> bool:
        return any(not each.counted for each in self._under_way.values())

    def _send(self, messenger: Messenger, letters: Sequence[Letter]) -> None:
        self._under_way[messenger.name] = _Message(letters)
        alarms = [each.alarm for each in letters]

        def tell() -> None:
            why = _sent(messenger, alarms)
            self._back.put((messenger.name, why, self._clock()))

        threading.Thread(target=tell, name=f"telling by {messenger.name}", daemon=True).start()

    def _count_as_failed(self, outbox: Outbox, after: float) -> None:
        """Messages that hold on to something that no deadline can end, such as a name, for so many seconds.

        Nothing more is sent by that messenger until its thread has come to its end.
        """
        for name, message in self._under_way.items():
            seconds = monotonic() - message.began
            if not message.counted and seconds >= after:
                message.counted = True
                outbox.sent([], self._failed(name, message, f"nothing came of it in {seconds:.0f} s", self._clock()))

    def _failed(self, name: str, message: _Message, why: str, at: datetime) -> list[Letter]:
        failed = [tried(each, why, at) for each in message.letters]
        _complain(name, why, failed)
        return failed

    def _let_go(self, outbox: Outbox, waiting: Sequence[Letter]) -> None:
        """Throw away what nobody will send any more, and say so."""
        gone = forsaken(waiting, self._clock(), self._messengers)
        for each in gone:
            by = each.messenger or "anybody, as no messenger is set"
            known = logging.WARNING if each.messenger else logging.INFO
            log.log(known, "Not told by %s, and let go after %d days: %s", by, KEPT.days, sentence(each.alarm))
        if gone:
            outbox.sent(gone, [])

    def _remember(self, outbox: Outbox, wait: float = 0.0) -> bool:
        """Remember what became of messages that came to their end; whether there were any."""
        taken: list[Letter] = []
        kept: list[Letter] = []
        any_came = False
        while True:
            try:
                name, why, at = self._back.get(timeout=wait) if wait else self._back.get_nowait()
            except Empty:
                break
            wait, any_came = 0.0, True
            message = self._under_way.pop(name)
            if not why:
                taken += message.letters
            elif not message.counted:
                kept += self._failed(name, message, why, at)
        if taken or kept:
            outbox.sent(taken, kept)
        return any_came


def _sent(messenger: Messenger, alarms: Sequence[Alarm]) -> str:
    """What went wrong, a sentence's end; "" if the messenger has taken it."""
    try:
        messenger.send(alarms)
    except (OSError, ValueError, HTTPException, SMTPException) as error:
        return one_line(str(error)[:MOST_SAID]) or type(error).__name__
    except Exception as error:  # noqa: BLE001 - the supervisor of one message: the next one is to be sent
        return f"this is our fault: {one_line(repr(error)[:MOST_SAID])}"
    return ""


def _complain(name: str, why: str, letters: Sequence[Letter]) -> None:
    given_up = [each for each in letters if each.given_up]
    if again := [each.due for each in letters if not each.given_up]:
        soon = min(again).astimezone(SHANGHAI).strftime("%H:%M")
        log.error("Alarms could not be told by %s: %s. Tried again from %s on.", name, why, soon)
    for each in given_up:
        said = "GIVEN UP after %d tries: this could not be told by %s (%s): %s"
        log.critical(said, each.tries, name, why, sentence(each.alarm))


def secret(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """A secret of the environment; "" if there is none."""
    return environ.get(name, "")
