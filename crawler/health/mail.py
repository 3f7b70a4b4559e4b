"""Alarms by e-mail."""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from archive.model import Alarm
from crawler.fetch.addresses import networks
from crawler.health.deadline import Deadline, within
from crawler.health.notify import DEADLINE, one_line, sentence
from crawler.health.safe_connection import connect

ANYWHERE = networks(("0.0.0.0/0", "::/0"))
"""A mail server is named by the installation's own settings, and often is a neighbour."""

log = logging.getLogger("jianbao.alarm")


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
        """One message for all of them. What goes wrong once the server has taken it is no failure."""
        context = ssl.create_default_context()
        with within(DEADLINE) as deadline:
            server = _Implicit(deadline, context) if self.implicit else _Plain(deadline)
            try:
                server.connect(self.host, self.port)
                if not self.implicit and not self.plain:
                    server.starttls(context=context)
                self._hand_over(server, alarms, secure=not self.plain or self.implicit)
                deadline.met = True
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
            finally:
                server.close()

    def _hand_over(self, server: smtplib.SMTP, alarms: Sequence[Alarm], *, secure: bool) -> None:
        if self.user and self.password:
            if not secure:
                raise ValueError("A password is not sent to a mail server without TLS.")
            server.login(self.user, self.password)
        if refused := server.send_message(self.message(alarms)):  # others got it: it is not sent again
            log.error("The mail server took an alarm, but not for %s.", one_line(", ".join(refused)))

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


class _Plain(smtplib.SMTP):
    """A session whose connection has a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(timeout=DEADLINE)
        self._deadline = deadline

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        """As smtplib has it; a certificate is held against the host's name."""
        self._host = host
        code, words = super().connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        return code, words

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # the library's own seam
        made = connect(host, port, timeout, ANYWHERE)
        self._deadline.guard(made)
        return made


class _Implicit(_Plain):
    """The same with TLS from the first byte."""

    def __init__(self, deadline: Deadline, context: ssl.SSLContext) -> None:
        super().__init__(deadline)
        self._context = context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)
