"""People are told by e-mail and webhook, and no failure of a messenger reaches a crawl."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from histories import at

from archive.model import Alarm
from crawler.health.mail import Mail
from crawler.health.messengers import notifier, repeat_after
from crawler.health.webhook import Webhook
from crawler.settings import Settings, SettingsError, load_settings

ALARM = Alarm("tibet-cn", "silence", at(1), at(1), "Silent for 9 hours.\r\nBcc: x@example.org", {"expected": 12})
HERE = ("127.0.0.1",)


class Hook(BaseHTTPRequestHandler):
    """Takes what is posted."""

    def do_POST(self) -> None:
        """Keep headers and body."""
        took: list[tuple[Any, bytes]] = self.server.took  # type: ignore[attr-defined]
        took.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silently."""


@contextmanager
def hook(status: int = 204) -> Iterator[tuple[str, list[tuple[Any, bytes]]]]:
    """A webhook on this machine: its address, and what it took."""
    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        server.took, server.status = [], status  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook?room=1", server.took  # type: ignore[attr-defined]
        server.shutdown()


def test_a_webhook_is_sent_all_alarms_as_json() -> None:
    """Lines for a chat, values for a machine, the token in a header."""
    with hook() as (url, took):
        Webhook(url, HERE, "secret").send([ALARM, replace(ALARM, cleared=at(2))])
    headers, body = took[0]
    told = json.loads(body)
    assert headers["Authorization"] == "Bearer secret"
    assert [each["state"] for each in told["alarms"]] == ["standing", "cleared"]
    assert told["alarms"][0]["figures"] == {"expected": 12}
    assert len(told["text"].splitlines()) == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::ffff:10.0.0.1]:1/"])
def test_a_webhook_in_a_private_network_has_to_be_allowed(url: str) -> None:
    """Names are checked by what they resolve to, at the moment of the connection."""
    with pytest.raises(PermissionError, match="not a public address"):
        Webhook(url).send([ALARM])


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_success_is_an_error_and_no_redirect_is_followed(status: int) -> None:
    """It is said which."""
    with hook(status) as (url, took), pytest.raises(ValueError, match=str(status)):
        Webhook(url, HERE).send([ALARM])
    assert len(took) == 1


def test_secrets_are_not_sent_in_the_clear() -> None:
    """Neither a token nor a password."""
    with pytest.raises(ValueError, match="without TLS"):
        Webhook("http://example.org/", (), "secret").send([ALARM])


def test_a_token_goes_in_the_clear_to_allowed_networks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """That some network is allowed says nothing of where a public name leads."""
    with hook() as (url, took):
        port = int(url.rpartition(":")[2].partition("/")[0])
        monkeypatch.setattr(
            "crawler.health.webhook.connect", lambda *address: socket.create_connection(("127.0.0.1", port), 10)
        )
        with pytest.raises(ValueError, match="without TLS"):
            Webhook("http://example.org/", ("10.0.0.0/8",), "secret").send([ALARM])
        Webhook("http://example.org/", ("10.0.0.0/8", "127.0.0.0/8"), "secret").send([ALARM])
    assert [headers["Authorization"] for headers, _ in took] == ["Bearer secret"]


class Smtp(socketserver.StreamRequestHandler):
    """A mail server that takes every message, without TLS."""

    def handle(self) -> None:
        """Speak just enough of RFC 5321."""
        said: list[bytes] = self.server.said  # type: ignore[attr-defined]
        self.wfile.write(b"220 here\r\n")
        in_data = False
        for line in self.rfile:
            said.append(line)
            if in_data:
                if line == b".\r\n":
                    in_data = False
                    self.wfile.write(b"250 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                in_data = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"STARTTLS"):
                self.wfile.write(b"502 no\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 well\r\n")


@contextmanager
def mail_server() -> Iterator[tuple[int, list[bytes]]]:
    """Its port, and the lines that it was told."""
    with socketserver.TCPServer(("127.0.0.1", 0), Smtp) as server:
        server.said = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1], server.said  # type: ignore[attr-defined]
        server.shutdown()


def test_a_mail_names_the_alarms_and_what_a_page_says_is_no_header() -> None:
    """The subject is one line; the addressees are those of the settings alone."""
    with mail_server() as (port, said):
        Mail("127.0.0.1", port, "jianbao@example.org", ("a@example.org", "b@example.org"), plain=True).send([ALARM])
    heads = b"".join(said).partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc:" not in heads
    assert [line for line in said if line.upper().startswith(b"RCPT")] == [
        b"rcpt TO:<a@example.org>\r\n",
        b"rcpt TO:<b@example.org>\r\n",
    ]
    assert b"tibet-cn" in heads


def test_a_mail_server_without_tls_gets_nothing_unless_that_is_allowed() -> None:
    """STARTTLS that is refused ends it before anything is said."""
    from smtplib import SMTPException

    with mail_server() as (port, said), pytest.raises(SMTPException):
        Mail("127.0.0.1", port, "a@example.org", ("b@example.org",), user="u", password="secret").send([ALARM])
    assert not any(line.upper().startswith((b"MAIL", b"AUTH", b"DATA")) for line in said)
    with mail_server() as (port, said), pytest.raises(ValueError, match="without TLS"):
        Mail("127.0.0.1", port, "a@x.org", ("b@x.org",), plain=True, user="u", password="secret").send([ALARM])
    assert b"secret" not in b"".join(said)


def test_the_settings_say_who_is_told_and_the_environment_holds_the_secrets() -> None:
    """Passwords stand in no file."""
    settings = Settings(
        alarm_mail="a@example.org, b@example.org",
        alarm_mail_server="smtps://me@mail.example.org",
        alarm_webhook="https://example.org/hook",
        alarm_repeat_hours=0,
    )
    made = notifier(settings, environ={"JIANBAO_MAIL_PASSWORD": "p", "JIANBAO_WEBHOOK_TOKEN": "t"})
    assert made._messengers == {
        "e-mail": Mail(
            "mail.example.org", 465, "a@example.org", ("a@example.org", "b@example.org"), True, False, "me", "p"
        ),
        "webhook": Webhook("https://example.org/hook", (), "t"),
    }
    assert repeat_after(settings) is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ALARM_MAIL_SERVER", "smtp://u:p@h", "may hold no password"),
        ("ALARM_MAIL_SERVER", "http://h", "reads like"),
        ("ALARM_MAIL_SERVER", "smtp://h:99999", "its host or port is none"),
        ("ALARM_WEBHOOK", "https://h:x/secret", "its host or port is none"),
        ("ALARM_WEBHOOK", "https://[h", "its host or port is none"),
        ("ALARM_MAIL", "nobody", "no e-mail address"),
        ("ALARM_MAIL", "a@example.org", "needs"),
        ("ALARM_WEBHOOK", "ftp://h", "https://"),
        ("ALARM_WEBHOOK_ALLOW", "10.0.0.0/99", "no network"),
        ("LOG_FORMAT", "xml", "text"),
    ],
)
def test_settings_that_would_lose_an_alarm_are_refused_at_the_start(name: str, value: str, told: str) -> None:
    """Not when the first alarm comes."""
    with pytest.raises(SettingsError, match=told):
        load_settings(None, {f"JIANBAO_{name}": value})
