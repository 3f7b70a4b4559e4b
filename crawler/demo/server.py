"""One demo site on one port of 127.0.0.1: conditional requests, gzip, a 429 once, and a log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawler.demo.sites.site import Answer, Built, Site

FIRST_DAY = datetime(2026, 11, 4, tzinfo=UTC)  # Last-Modified of day one's pages
NOT_FOUND = Answer(b"<!DOCTYPE html><title>404 Not Found</title><h1>404 Not Found</h1>", status=404)
BUSY = Answer(b"<!DOCTYPE html><title>429 Too Many Requests</title><h1>Too Many Requests</h1>", status=429)
PATIENCE = 20.0  # seconds that a connection may stay silent


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the server saw it. `time` in seconds since 1970; `conditional`: it carried validators."""

    time: float
    site: str
    path: str
    status: int
    conditional: bool


class Server:
    """The port is taken at once, so that absolute links can be printed; serving begins with `start`."""

    def __init__(self, site: Site, note: Callable[[Request], None]) -> None:
        self.site = site
        self.built = Built({}, {})
        self._modified: dict[str, datetime] = {}
        self._busy = set(site.busy_once)
        self._lock = threading.Lock()
        self._note = note
        self._http = _HTTPServer(self)
        self.base = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name=site.id, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering and give the port back."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def show(self, built: Built, day: int) -> None:
        """From now on answer with this. A page whose bytes stay the same keeps its Last-Modified."""
        before, dates = self.built.answers, self._modified
        today = FIRST_DAY + timedelta(days=day - 1)
        self._modified = {
            path: dates[path] if before.get(path) == answer else today for path, answer in built.answers.items()
        }
        self.built = built

    def answer(self, path: str, etags: str | None, since: str | None) -> tuple[Answer, dict[str, str]]:
        """The answer to one request and its validators; status 304 where the client's copy is still good.

        If-None-Match is looked at alone where it is given (RFC 9110, 13.1.3).
        """
        if self._is_busy(path):
            return self._noted(path, BUSY, etags, since), {"Retry-After": "1"}
        found = self.built.answers.get(path)
        if found is None:
            return self._noted(path, NOT_FOUND, etags, since), {}
        modified = self._modified[path]
        headers = {"ETag": found.etag, "Last-Modified": format_datetime(modified, usegmt=True)}
        unchanged = found.etag in etags if etags else _not_after(modified, since)
        answer = Answer(b"", found.content_type, 304) if unchanged else found
        return self._noted(path, answer, etags, since), headers

    def _is_busy(self, path: str) -> bool:
        with self._lock:
            busy = path in self._busy
            self._busy.discard(path)
        return busy

    def _noted(self, path: str, answer: Answer, etags: str | None, since: str | None) -> Answer:
        self._note(Request(time.time(), self.site.id, path, answer.status, bool(etags or since)))
        return answer


def _not_after(modified: datetime, since: str | None) -> bool:
    if not since:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date at all, or one without a zone: the condition is ignored (RFC 9110)
        return False


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that keeps its connection open does not keep the demo from ending
    request_queue_size = 64

    def __init__(self, site: Server) -> None:
        self.site = site
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""
    timeout = PATIENCE
    server: _HTTPServer

    def do_GET(self) -> None:
        self._reply(send_body=True)

    def do_HEAD(self) -> None:
        self._reply(send_body=False)

    def _reply(self, *, send_body: bool) -> None:
        site = self.server.site
        etags, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        answer, headers = site.answer(self.path, etags, since)
        body = answer.body
        if site.site.compressed and body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = answer.gzipped()
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if send_body and answer.status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are noted by the server; nothing is printed."""
