"""People are told of alarms: in the log, by e-mail, by a webhook. No failure of a messenger ever reaches a crawl.

Secrets (the mail server's password, the webhook's token) come from the environment alone, so that no configuration
file, no `config show` and no log holds one.
"""

from __future__ import annotations

import json
import logging
import os
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from queue import Empty, Full, Queue
from typing import Protocol
from urllib.parse import urlsplit

from archive.model import Alarm
from crawler.fetch.addresses import networks
from crawler.health.safe_connection import connect
from crawler.shanghai import SHANGHAI

TIMEOUT = 10.0  # seconds for each step of a message
MOST_WAITING = 64  # messages; what comes beyond is told in the log alone
LEAVE = 15.0  # seconds that the end of a process waits for messages on their way
NO_TLS = "A token is not sent without TLS, but for a webhook in a network that is allowed."
PASSWORD, TOKEN = "JIANBAO_MAIL_PASSWORD", "JIANBAO_WEBHOOK_TOKEN"

log = logging.getLogger("jianbao.alarm")


class Messenger(Protocol):
    """Takes a message to people. Raises OSError, ValueError, HTTPException or SMTPException where it cannot."""

    @property
    def name(self) -> str:
        """What it is, for the log."""
        ...

    def send(self, alarms: Sequence[Alarm]) -> None:
        """Tell of the alarms: those that stand, and those that are over (`cleared`)."""
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
    return _one_line(f"[{alarm.kind}] {alarm.source_id}: {over}{alarm.sentence} Since {since}.")


def _one_line(text: str) -> str:
    """Without control characters: what a page says can end up in a subject or a log."""
    return "".join(char if char.isprintable() else " " for char in text)


@dataclass(frozen=True, slots=True)
class Mail:
    """E-mail by SMTP: with TLS from the start (`smtps`, usually 465) or by STARTTLS (`smtp`, usually 587).

    `plain` allows a server without TLS, for one on the same machine. A password is never sent without TLS.
    """

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    implicit: bool = False
    plain: bool = False
    user: str = ""
    password: str = ""
    name: str = "e-mail"

    def send(self, alarms: Sequence[Alarm]) -> None:
        """One message for all of them."""
        context = ssl.create_default_context()
        if self.implicit:
            with smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context) as server:
                self._hand_over(server, alarms, secure=True)
            return
        with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
            if not self.plain:
                server.starttls(context=context)
            self._hand_over(server, alarms, secure=not self.plain)

    def _hand_over(self, server: smtplib.SMTP, alarms: Sequence[Alarm], *, secure: bool) -> None:
        if self.user and self.password:
            if not secure:
                raise ValueError("A password is not sent to a mail server without TLS.")
            server.login(self.user, self.password)
        server.send_message(self.message(alarms))

    def message(self, alarms: Sequence[Alarm]) -> EmailMessage:
        """The message. What a page says cannot become a header: the subject is one printable line."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(self.to)
        first = sentence(alarms[0])
        more = f" (and {len(alarms) - 1} more)" if len(alarms) > 1 else ""
        message["Subject"] = f"jianbao: {first[:150]}{more}"
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="jianbao.invalid")
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer, please
        message.set_content("\n".join(map(sentence, alarms)) + "\n\n`jianbao status SOURCE` tells more.\n")
        return message


@dataclass(frozen=True, slots=True)
class Webhook:
    """A POST of JSON: {"alarms": [{source_id, kind, state, sentence, raised, …}], "text": all as lines}.

    Its address is the installation's own word, so that private ones may be named by `allow` (networks); a name that
    resolves elsewhere is refused, and no redirect is followed. `token` goes into the header Authorization: Bearer.
    """

    url: str
    allow: tuple[str, ...] = ()
    token: str = ""
    name: str = "webhook"

    def send(self, alarms: Sequence[Alarm]) -> None:
        """One request for all of them."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("The webhook's address has to begin with https:// or http://.")
        secure = parts.scheme == "https"
        allowed = networks(self.allow)
        if self.token and not secure and not allowed:
            raise ValueError(NO_TLS)
        port = parts.port or (443 if secure else 80)
        made = HTTPSConnection if secure else HTTPConnection
        connection = made(parts.hostname, port, timeout=TIMEOUT)
        connection._create_connection = (  # type: ignore[attr-defined]  # the library's own seam
            lambda address, *rest, **more: connect(address[0], address[1], TIMEOUT, allowed)
        )
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "jianbao"}
            connection.connect()
            peer = ip_address(connection.sock.getpeername()[0].partition("%")[0])
            if self.token and not secure and not any(peer in network for network in allowed):
                raise ValueError(NO_TLS)
            if self.token:
                headers["Authorization"] = f"Bearer {self.token}"
            connection.request("POST", target, json.dumps(payload(alarms)).encode(), headers)
            answer = connection.getresponse()
            answer.read(1 << 16)
            if not 200 <= answer.status < 300:
                raise ValueError(f"it answered {answer.status}")
        finally:
            connection.close()


def payload(alarms: Sequence[Alarm]) -> dict[str, object]:
    """What a webhook is sent; `text` is what chat services show."""
    return {
        "text": "\n".join(map(sentence, alarms)),
        "alarms": [
            {
                "source_id": alarm.source_id,
                "kind": alarm.kind,
                "state": "cleared" if alarm.cleared else "standing",
                "sentence": _one_line(alarm.sentence),
                "raised": alarm.raised.isoformat(),
                "confirmed": alarm.confirmed.isoformat(),
                "cleared": alarm.cleared.isoformat() if alarm.cleared else None,
                "figures": dict(alarm.figures),
            }
            for alarm in alarms
        ],
    }


class Notifier:
    """Hands alarms to messengers in a thread of its own, so that none of them holds a crawl up."""

    def __init__(self, messengers: Sequence[Messenger], tell: Callable[[str], None] = lambda sentence: None) -> None:
        self._messengers, self._tell = tuple(messengers), tell
        self._waiting: Queue[tuple[Alarm, ...]] = Queue(MOST_WAITING)
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, alarms: Sequence[Alarm]) -> None:
        """Have people told; returns at once."""
        for alarm in alarms:
            log.log(logging.INFO if alarm.cleared else logging.WARNING, "%s", sentence(alarm))
            self._tell(sentence(alarm))
        if not alarms or not self._messengers:
            return
        try:
            self._waiting.put_nowait(tuple(alarms))
        except Full:
            log.error("Messages are waiting to be sent: these alarms are told here alone.")
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._deliver, name="notifier", daemon=True)
            self._thread.start()

    def _deliver(self) -> None:
        while not (self._closing.is_set() and self._waiting.empty()):
            try:
                alarms = self._waiting.get(timeout=0.2)
            except Empty:
                continue
            for messenger in self._messengers:
                try:
                    messenger.send(alarms)
                except (OSError, ValueError, HTTPException, smtplib.SMTPException) as error:
                    log.error("Alarms could not be told by %s: %s", messenger.name, _one_line(str(error)))
                except Exception as error:  # noqa: BLE001 - the supervisor of one message: the next one is to be sent
                    log.error("Telling by %s failed, which is our fault: %s", messenger.name, _one_line(repr(error)))

    def close(self) -> None:
        """Wait for what is on its way, a bounded time."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(LEAVE)

    def __enter__(self) -> Notifier:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def secret(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """A secret of the environment; "" if there is none."""
    return environ.get(name, "")
