"""Alarms by a webhook."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from archive.model import Alarm
from crawler.fetch.addresses import networks
from crawler.health.deadline import within
from crawler.health.notify import DEADLINE, one_line, sentence
from crawler.health.safe_connection import connect

NO_TLS = "A token is not sent without TLS, but for a webhook in a network that is allowed."


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
        with within(DEADLINE) as deadline:

            def connected(address: tuple[str, int], *rest: object, **more: object) -> socket.socket:
                found = connect(address[0], address[1], DEADLINE, allowed)
                deadline.guard(found)
                return found

            connection = made(parts.hostname, port, timeout=DEADLINE)
            connection._create_connection = connected  # type: ignore[attr-defined]  # the library's own seam
            try:
                connection.connect()
                peer = ip_address(connection.sock.getpeername()[0].partition("%")[0])
                if self.token and not secure and not any(peer in network for network in allowed):
                    raise ValueError(NO_TLS)
                self._post(connection, parts, alarms)
            finally:
                connection.close()

    def _post(self, connection: HTTPConnection, parts: SplitResult, alarms: Sequence[Alarm]) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "jianbao"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, json.dumps(payload(alarms)).encode(), headers)
        answer = connection.getresponse()  # its body is nobody's business
        if not 200 <= answer.status < 300:
            raise ValueError(f"it answered {answer.status}")


def payload(alarms: Sequence[Alarm]) -> dict[str, object]:
    """What a webhook is sent; `text` is what chat services show."""
    return {
        "text": "\n".join(map(sentence, alarms)),
        "alarms": [
            {
                "source_id": alarm.source_id,
                "kind": alarm.kind,
                "state": "cleared" if alarm.cleared else "standing",
                "sentence": one_line(alarm.sentence),
                "raised": alarm.raised.isoformat(),
                "confirmed": alarm.confirmed.isoformat(),
                "cleared": alarm.cleared.isoformat() if alarm.cleared else None,
                "figures": dict(alarm.figures),
            }
            for alarm in alarms
        ],
    }
