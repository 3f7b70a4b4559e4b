"""Servers that drip, hang, refuse or break off: a message ends within its bound, and what went wrong is said."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from histories import at
from test_notify import ALARM, HERE, mail_server
from test_outbox import Pigeon, told

from archive.model import Alarm
from archive.store import Archive
from crawler.health import mail, webhook
from crawler.health.mail import Mail
from crawler.health.notify import Notifier
from crawler.health.webhook import Webhook

BOUND = 0.6
LATE = 5.0  # seconds that a busy machine may take on top


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "DEADLINE", BOUND)
    monkeypatch.setattr(webhook, "DEADLINE", BOUND)


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one's own on 127.0.0.1: its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=_served, args=(serve, connection), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1]


def _served(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection, suppress(OSError):
        serve(connection)


def drips(before: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Says something, then a little for ever: no single step takes long."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(before)
        while True:
            connection.sendall(drop)
            sleep(0.05)

    return serve


def hangs(connection: socket.socket) -> None:
    """Never says anything."""
    sleep(30)


def hangs_up(connection: socket.socket) -> None:
    """Breaks off at once."""


SERVERS = {
    "hangs": hangs,
    "drips from the start": drips(b"", b"2"),
    "drips lines": drips(b"", b"220-x\r\n"),
    "drips headers": drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "drips answers to come": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "breaks off": hangs_up,
}
MESSENGERS: dict[str, Callable[[int], Mail | Webhook]] = {
    "e-mail": lambda port: Mail("127.0.0.1", port, "a@x.org", ("b@x.org",), plain=True),
    "e-mail with TLS": lambda port: Mail("127.0.0.1", port, "a@x.org", ("b@x.org",), implicit=True),
    "webhook": lambda port: Webhook(f"http://127.0.0.1:{port}/", HERE),
    "webhook with TLS": lambda port: Webhook(f"https://127.0.0.1:{port}/", HERE),
}


@pytest.mark.parametrize("way", MESSENGERS)
@pytest.mark.parametrize("trouble", SERVERS)
def test_a_message_ends_within_its_bound_whatever_the_server_does(way: str, trouble: str) -> None:
    """As a whole: a timeout of a single step is begun anew by every byte."""
    with server(SERVERS[trouble]) as port:
        began = monotonic()
        with pytest.raises(Exception) as caught:
            MESSENGERS[way](port).send([ALARM])
        assert monotonic() - began < BOUND + LATE
    assert str(caught.value)


@pytest.mark.parametrize("way", MESSENGERS)
def test_a_drip_is_told_as_what_it_is(way: str) -> None:
    """And not as whatever was read when it was cut off."""
    trouble = drips(b"", b"220-x\r\n") if "mail" in way else drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")
    if "TLS" in way:
        trouble = hangs
    with server(trouble) as port, pytest.raises(TimeoutError):
        MESSENGERS[way](port).send([ALARM])


def test_a_server_that_is_not_there_is_an_error_at_once() -> None:
    """Refused."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    for made in MESSENGERS.values():
        with pytest.raises(ConnectionRefusedError):
            made(port).send([ALARM])


def test_a_mail_server_that_greets_with_an_error_gets_nothing() -> None:
    """Not even our name."""
    heard: list[bytes] = []

    def refuses(connection: socket.socket) -> None:
        connection.sendall(b"554 go away\r\n")
        connection.settimeout(2)
        heard.append(connection.recv(1000))

    from smtplib import SMTPConnectError

    with server(refuses) as port, pytest.raises(SMTPConnectError, match="go away"):
        MESSENGERS["e-mail"](port).send([ALARM])
    assert not heard or not any(heard)


def test_a_mail_that_was_taken_is_not_sent_again_for_a_bad_farewell() -> None:
    """After 250 the server has it, whatever QUIT comes to."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"220 here\r\n")
        in_data = False
        for line in connection.makefile("rb"):
            if in_data:
                if line == b".\r\n":
                    in_data = False
                    connection.sendall(b"250 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                in_data = True
                connection.sendall(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                drips(b"500 ", b"x")(connection)
            else:
                connection.sendall(b"250 well\r\n")

    with server(serve) as port:
        MESSENGERS["e-mail"](port).send([ALARM])


@pytest.mark.parametrize(("bad", "good"), [("webhook", "e-mail"), ("e-mail", "webhook")])
def test_a_dripping_server_of_one_messenger_does_not_hold_up_the_other(tmp_path: Path, bad: str, good: str) -> None:
    """Each has a thread of its own, and the outbox knows which of them was told."""

    class Watched(Pigeon):
        when = 0.0

        def send(self, alarms: Sequence[Alarm]) -> None:
            real(port_of_the_good).send(alarms)
            self.when = monotonic()

    with server(drips(b"", b"2")) as port, mail_server() as (mail_port, _), _hook_port() as hook_port:
        real, port_of_the_good = MESSENGERS[good], mail_port if good == "e-mail" else hook_port
        watched = Watched(good)
        with Archive.open(tmp_path, write=True) as archive:
            told(archive, ALARM, at(1))
            began = monotonic()
            Notifier([MESSENGERS[bad](port), watched], clock=lambda: at(1)).finish(archive)
            (letter,) = archive.letters()
    assert letter.messenger == bad
    assert letter.why
    assert began < watched.when


@contextmanager
def _hook_port() -> Iterator[int]:
    from test_notify import hook

    with hook() as (url, _):
        yield int(url.rpartition(":")[2].partition("/")[0])
