"""The download handler: one request over aiohttp, with every guard that needs the connection itself.

Scrapy's handlers cannot be kept. They decompress or count only what is on the wire, look names up without a question,
know one TLS policy for all, time out on silence only in part, and lose the order and spelling of the headers.
This one asks Scrapy's documented protocol for download handlers and gives back an `Answer`: the bytes as sent.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import yarl
from multidict import CIMultiDict
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from archive.model import Headers
from crawler.fetch.addresses import networks
from crawler.fetch.coding import undo
from crawler.fetch.errors import Interrupted, RefusedError, UnreachableError, UnusableError
from crawler.fetch.middlewares import host_of, spider_of
from crawler.fetch.resolver import RefusedAddressError, Resolver
from crawler.fetch.tls import context
from crawler.source import Politeness

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.fetch.running import RunningJob

LONGEST_LINE = 16 * 1024  # of the status line and of one header
MOST_HEADERS = 200
TO_PROXY = "Proxy-Authorization"
NAMES_KEPT = 60  # seconds that a resolved name is kept


class Answer(Response):
    """A response as it came over the wire: `body` is as sent, headers are in their order and spelling."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason = ""
        self.sent: Headers = ()
        self.received: Headers = ()
        self.fetched_at: datetime | None = None
        self.peer: str | None = None
        self.sent_at = 0.0  # seconds since 1970

    def header(self, name: str) -> str:
        """The first header of that lower-case name, or ""."""
        return next((value for key, value in self.received if key.lower() == name), "")

    def content(self, cap: int, *, cut: bool = False) -> bytes:
        """The body with its Content-Encoding undone. Raises TooLargeError or BrokenCodingError."""
        codings = ", ".join(value for key, value in self.received if key.lower() == "content-encoding")
        return undo(self.body, codings, cap, cut=cut)


class _Response(aiohttp.ClientResponse):
    """Notes who answers, and since when we wait: a short answer has given its connection back before one can ask."""

    peer: str | None = None
    sent_at = 0.0  # by the monotonic clock

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """As aiohttp starts to read an answer."""
        name = connection.transport.get_extra_info("peername") if connection.transport else None
        self.peer = str(name[0]) if name else None
        self.sent_at = time.monotonic()
        return await super().start(connection)


class WireHandler:
    """Scrapy's download handler for http and https."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._spider = spider_of(crawler)
        self._sessions: dict[tuple[Any, ...], aiohttp.ClientSession] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WireHandler:
        """As Scrapy makes it."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The whole answer to one request, within its time and size. Raises a FetchError.

        What it means for the host's budget is noted here and not in a middleware: Scrapy sends the next request of the
        host as soon as this returns.
        """
        host, tries, budget = host_of(request), request.meta.get("retried", 0) + 1, self._spider.budget
        await self._spider.room(request.meta["job"])
        booked = await budget.turn(request, host)
        self._spider.report(request).requests += 1
        try:
            answer = await self._guarded(request)
        except UnreachableError:
            budget.unreached(host, booked, tries)
            raise
        except BaseException:
            budget.over(host, booked)
            raise
        retry_after, date = answer.header("retry-after"), answer.header("date")
        budget.answered(host, booked, answer.sent_at, answer.status, retry_after, tries, date)
        return answer

    async def _guarded(self, request: Request) -> Answer:
        """The answer, or what went wrong as a FetchError."""
        politeness: Politeness = request.meta["politeness"]
        job: RunningJob = request.meta["job"]
        try:
            async with asyncio.timeout(politeness.timeout) as patience:
                job.on_wire.add(patience)
                try:
                    return await self._ask(request, politeness)
                finally:
                    job.on_wire.discard(patience)
        except TimeoutError as error:
            if job.job.stopped.is_set() or job.error is not None:
                raise Interrupted from error
            raise UnreachableError("timeout", f"{_host(request)} took more than {politeness.timeout:g} s") from error
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.os_error, RefusedAddressError):
                raise RefusedError(
                    "refused-address", f"{error.os_error}; allow_addresses can permit it", of_host=True
                ) from error
            message = f"the name {_host(request)} cannot be resolved ({error.os_error})"
            raise UnreachableError("dns", message, of_host=True) from error
        except (aiohttp.ClientSSLError, ssl.SSLError, aiohttp.ServerFingerprintMismatch) as error:
            message = f"no secure connection with {_host(request)}: {_shown(error)}"
            raise UnreachableError("tls", message, of_host=isinstance(error, aiohttp.ClientConnectorError)) from error
        except aiohttp.ClientHttpProxyError as error:
            message = f"the proxy answers {error.status} {error.message[:100]}"
            raise UnreachableError("connection", message, of_host=True) from error
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise RefusedError("other", f"this is no address that can be asked: {request.url[:200]}") from error
        except aiohttp.ClientConnectorError as error:
            message = f"no connection with {_host(request)} ({_shown(error)})"
            raise UnreachableError("connection", message, of_host=True) from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError) as error:
            raise UnreachableError("connection", f"{_host(request)} broke the connection ({_shown(error)})") from error
        except (aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError, ValueError, OSError) as error:
            raise UnusableError(
                "other", f"{_host(request)} answers something that is no HTTP ({_shown(error)})"
            ) from error

    async def _ask(self, request: Request, politeness: Politeness) -> Answer:
        proxy: str | None = request.meta.get("proxy")
        headers = CIMultiDict(
            (key.decode("latin-1"), value.decode("latin-1"))
            for key, values in request.headers.items()
            for value in values
        )
        # Inside a tunnel the proxy's password is none of the server's business; it goes with the CONNECT.
        tunnelled = {TO_PROXY: headers.pop(TO_PROXY)} if TO_PROXY in headers and request.url[:6] == "https:" else None
        async with self._session(politeness, proxied=proxy is not None).get(
            yarl.URL(request.url.partition("#")[0], encoded=True),
            headers=headers,
            allow_redirects=False,
            proxy=proxy,
            proxy_headers=tunnelled,
        ) as response:
            body, flags = await _body(response, request.meta["cap"], cut=request.meta["cut"])
            answer = Answer(url=request.url, status=response.status, body=body, request=request, flags=flags)
            answer.reason = response.reason or ""
            answer.sent = tuple((key, value) for key, value in response.request_info.headers.items() if key != TO_PROXY)
            answer.received = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.raw_headers)
            answer.fetched_at = self._spider.options.now()
            answer.peer = None if proxy else cast("_Response", response).peer
            since = time.monotonic() - cast("_Response", response).sent_at
            answer.sent_at = self._spider.budget.file.now() - since
            return answer

    def _session(self, politeness: Politeness, *, proxied: bool) -> aiohttp.ClientSession:
        """The session for one way of asking; connections are never shared between ways with other guards."""
        allowed = () if proxied else politeness.allow_addresses
        key = (proxied, politeness.verify_certificates, politeness.legacy_tls, allowed)
        if key not in self._sessions:
            # Behind a proxy only the proxy's own name is resolved here, and it may well be private.
            resolver = Resolver(None if proxied else networks(allowed))
            session = self._sessions[key] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,  # how much is under way is the budget's business
                    resolver=resolver,
                    ssl=context(politeness.verify_certificates, politeness.legacy_tls),
                    ttl_dns_cache=NAMES_KEPT,
                ),
                timeout=aiohttp.ClientTimeout(total=None),  # the whole request is timed in download_request
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                response_class=_Response,
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
                max_headers=MOST_HEADERS,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
            # When a connection breaks, aiohttp asks again by itself, at once and uncounted; no option stops it.
            session._retry_connection = False
        return self._sessions[key]

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()


async def _body(response: aiohttp.ClientResponse, cap: int, *, cut: bool) -> tuple[bytes, list[str]]:
    """The body as sent. Beyond `cap` it is cut, or refused by its announced length or by what has come."""
    announced = response.content_length or 0
    if announced > cap and not cut:
        raise UnusableError("too-large", f"the server announces {announced:,} bytes; {cap:,} are taken at most")
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > cap:
            response.close()
            if cut:
                return bytes(body[:cap]), ["cut"]
            raise UnusableError("too-large", f"the server sends more than {cap:,} bytes")
    return bytes(body), []


def _host(request: Request) -> str:
    return urlparse_cached(request).netloc.rpartition("@")[2]


def _shown(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:300]
