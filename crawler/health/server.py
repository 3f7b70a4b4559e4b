"""/metrics, /healthz and /readyz for whoever watches the daemon. Off unless asked for; nothing can be changed by it.

/healthz says that the process answers. /readyz answers 200 if every check holds, else 503; it names them.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

MOST_AT_ONCE = 8  # connections; further ones are closed at once
TIMEOUT = 5.0  # seconds for which a client may keep silent
LONGEST = 15.0  # seconds for it to ask and to take its answer, however it drips
PORT = 9477

Checks = Callable[[], Mapping[str, bool]]
"""What has to hold for the daemon to be ready, by name: archive reachable, worker alive, last tick fresh."""


class ListenError(ValueError):
    """The address to listen on is none, or is taken."""


class Server:
    """Answers in threads of its own until it is closed."""

    def __init__(self, listen: str, metrics: Callable[[], str], checks: Checks) -> None:
        """Listen on HOST:PORT, an address of this machine; of a bare port, on 127.0.0.1 alone. Raises ListenError."""
        host, port = address_of(listen)
        handler = type("Handler", (_Handler,), {"metrics": staticmethod(metrics), "checks": staticmethod(checks)})
        try:
            self._server = _Bounded((host, port), handler)
        except OSError as error:
            raise ListenError(f"{listen} cannot be listened on: {error.strerror or error}.") from error
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(TIMEOUT)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def address_of(listen: str) -> tuple[str, int]:
    """The address and port of HOST:PORT, [HOST]:PORT or PORT. Raises ListenError.

    >>> address_of("9477"), address_of("[::1]:80"), address_of("127.0.0.1:0")
    (('127.0.0.1', 9477), ('::1', 80), ('127.0.0.1', 0))
    """
    host, _, port = listen.rpartition(":")
    try:
        number = int(port)
        bare = str(ip_address(host.strip("[]"))) if host else "127.0.0.1"
    except ValueError as error:
        raise ListenError(f'"{listen}" is no address to listen on; it reads like 127.0.0.1:{PORT}.') from error
    if not 0 <= number <= 65535:
        raise ListenError(f"{number} is no port.")
    return bare, number


class _Bounded(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        patience = threading.Timer(LONGEST, _cut, (request,))
        patience.daemon = True
        patience.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            patience.cancel()
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own business."""


def _cut(request: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        request.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    metrics: Callable[[], str]
    checks: Checks
    timeout = TIMEOUT
    server_version, sys_version = "jianbao", ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/healthz":
            self._answer(200, "ok\n")
        elif path == "/readyz":
            held = dict(self.checks())
            ready = all(held.values())
            self._answer(200 if ready else 503, json.dumps({"ready": ready, "checks": held}) + "\n", "application/json")
        elif path == "/metrics":
            self._metrics()
        else:
            self._answer(404, "There are /metrics, /healthz and /readyz.\n")

    do_HEAD = do_GET  # noqa: N815

    def _metrics(self) -> None:
        try:
            text = self.metrics()
        except Exception as error:  # noqa: BLE001 - the archive may be anything just now, and the daemon goes on
            self._answer(503, f"The archive cannot be read just now: {type(error).__name__}.\n")
            return
        self._answer(200, text, "text/plain; version=0.0.4")

    def _answer(self, status: int, text: str, kind: str = "text/plain") -> None:
        body = text.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Scrapes every fifteen seconds are no news."""
