"""What every request passes on its way to the network, hop by hop: guard, robots.txt (permission.py), retry, redirect.

Scrapy's own middlewares are all off (see settings.py); of them only the one for proxies is kept.
A request carries its terms in `meta`: `politeness` (of its source), `robots` (whether robots.txt binds it), `cap`
(bytes) and `cut` (whether a body beyond the cap is cut there or refused).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetch.addresses import WRITTEN, literal, may_ask, networks, written
from crawler.fetch.budget import TROUBLE_STATUS
from crawler.fetch.errors import Interrupted, RefusedError, UnreachableError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.fetch.handler import Answer
    from crawler.fetch.running import RunningJob
    from crawler.fetch.spider import FetchSpider

REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})
LONGEST_URL = 4_096


def host_of(request: Request) -> str:
    """The host whose budget the request uses, the name of its download slot."""
    return urlparse_cached(request).hostname or ""


def spider_of(crawler: Crawler) -> FetchSpider:
    """The one spider of the crawl, which holds what its middlewares share."""
    return cast("FetchSpider", crawler.spider)


def ending(spider: FetchSpider, request: Request) -> bool:
    """Whether the call or the request's own job is to end."""
    job: RunningJob = request.meta["job"]
    return spider.stopping or job.over


class Guard:
    """Stops what must not be asked at all, and puts the host's budget into force."""

    def __init__(self, spider: FetchSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        """As Scrapy makes it."""
        return cls(spider_of(crawler))

    def process_request(self, request: Request) -> None:
        """Raise Interrupted or RefusedError, or let it pass."""
        if ending(self._spider, request):
            raise Interrupted
        parts = urlparse_cached(request)
        if parts.scheme not in ("http", "https"):
            raise RefusedError("refused-address", f"only http and https are asked: {request.url[:200]}")
        if len(request.url) > LONGEST_URL:
            raise RefusedError("other", f"the address is {len(request.url)} characters long")
        if not WRITTEN.fullmatch(request.url):
            raise RefusedError("other", f"this is no address: {request.url[:200]!a}")
        try:
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise RefusedError("refused-address", f"the address has no valid port: {request.url[:200]}") from error
        if not host:
            raise RefusedError("refused-address", f"the address names no host: {request.url[:200]}")
        politeness = request.meta["politeness"]
        address = literal(host)
        if address is not None and not may_ask(address, networks(politeness.allow_addresses)):
            raise RefusedError("refused-address", f"{host} is not a public address; allow_addresses can permit it")
        strikes = self._spider.budget.strikes(host)
        if strikes >= self._spider.options.patience:
            message = f"{host} was in trouble {strikes} times in a row and is left alone for now"
            raise RefusedError("other", message, of_host=True)
        self._spider.budget.claim(host, request.meta["job"].source.id, politeness)


class Retry:
    """Asks again, a bounded number of times. The pause before it is the budget's, made when the answer came."""

    def __init__(self, spider: FetchSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Retry:
        """As Scrapy makes it."""
        return cls(spider_of(crawler))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """A trouble status is asked for again; the last response stands as it is."""
        return (self._again(request) if response.status in TROUBLE_STATUS else None) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """What could not be reached is asked again; not so a certificate, which will not be better for it.

        Nor what took all its time: three times that is long, and a later crawl asks again.
        """
        if not isinstance(exception, UnreachableError) or exception.kind in ("tls", "timeout"):
            return None
        return self._again(request)

    def _again(self, request: Request) -> Request | None:
        times = request.meta.get("retried", 0)
        options = self._spider.options
        if times >= options.retries or ending(self._spider, request):
            return None
        if self._spider.budget.strikes(host_of(request)) >= options.patience:
            return None
        return request.replace(meta=request.meta | {"retried": times + 1}, priority=request.priority - 1)


class Redirect:
    """Follows a Location, a bounded number of hops; every hop is a request of its own that passes guard and robots."""

    def __init__(self, spider: FetchSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Redirect:
        """As Scrapy makes it."""
        return cls(spider_of(crawler))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The next hop, or the response if it is no redirect. RefusedError("redirect") after too many hops."""
        location = cast("Answer", response).header("location")
        if response.status not in REDIRECT_STATUS or not location:
            return response
        if self._spider.stopping:
            raise Interrupted  # the engine takes no request any more
        hops = request.meta.get("hops", 0) + 1
        if hops > self._spider.options.redirects:
            raise RefusedError(
                "redirect", f"more than {self._spider.options.redirects} redirects, the last to {location[:200]}"
            )
        try:
            # A header is read as ISO-8859-1 (RFC 9110, 5.5); what servers send in it is UTF-8, or the page's encoding.
            target = urljoin(request.url, written(location.encode("latin-1")))
            meta: dict[str, Any] = request.meta | {"hops": hops, "retried": 0}
            if "_scheme_proxy" in meta:  # chosen by the environment for this hop's address; choose anew
                meta.pop("proxy", None)
            following = request.replace(url=target, meta=meta, priority=request.priority + 1)
        except ValueError as error:
            raise RefusedError("redirect", f"redirected to something that is no address: {location[:200]}") from error
        following.headers.pop(b"Proxy-Authorization", None)
        return following
