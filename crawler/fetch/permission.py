"""Asks each origin's robots.txt before anything else of it, once in its lifetime for all processes (RFC 9309).

Who visits a robots.txt itself, for the sitemaps that it names, is given the file that was asked for just now.
"""

from __future__ import annotations

import asyncio
import time
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetch.coding import BrokenCodingError
from crawler.fetch.errors import FetchError, Interrupted, RefusedError, UnreachableError
from crawler.fetch.handler import Answer
from crawler.fetch.middlewares import ending, host_of, spider_of
from crawler.fetch.robots import ALL, MOST_BYTES, Rules, parse

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_ORIGINS = 2_000  # robots.txt files kept at a time
MOST_ANSWERS = 16  # of them as they came: for whoever looks at a site's robots.txt right after its first page


class Robots:
    """The middleware that lets pass what the rules allow."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider = spider_of(crawler)
        self._known: dict[str, _Known] = {}
        self._answers: dict[str, Answer] = {}  # the latest ones, by their addresses

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Answer | None:
        """Raise RefusedError, or the error that kept the robots.txt away, or let it pass.

        A robots.txt needs nobody's leave (RFC 9309, 2.2.2), and is answered by the file itself where we have it.
        """
        if not request.meta["robots"]:
            return None
        parts = urlparse_cached(request)
        rules = await self._rules(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", request)
        if ending(self._spider, request):  # meanwhile
            raise Interrupted
        if isinstance(rules, FetchError):
            raise rules
        its_own = parts.path == "/robots.txt" and not parts.query
        if its_own and (known := self._answers.get(request.url)) is not None:
            answer = copy(known)
            answer.request = request
            return answer
        if not its_own and not rules.allows(request.url):
            raise RefusedError("robots", f"{parts.hostname}'s robots.txt forbids {parts.path or '/'}")
        self._spider.budget.crawl_delay(host_of(request), rules.delay())
        return None

    async def _rules(self, origin: str, request: Request) -> Rules | FetchError:
        known = self._known.get(origin)
        if known is None or known.stale():
            if len(self._known) >= MOST_ORIGINS:
                del self._known[next(iter(self._known))]
            known = self._known[origin] = self._from_file(origin) or _Known(
                asyncio.ensure_future(self._ask(origin, request))
            )
        try:
            return await known.rules(self._spider.options.robots_lifetime, self._spider.options.unreachable_lifetime)
        except Interrupted:  # the job that asked for it ended early; another asks anew
            if ending(self._spider, request):
                raise
            return await self._rules(origin, request)

    def _from_file(self, origin: str) -> _Known | None:
        """What another process was told, while it is good."""
        file, options = self._spider.budget.file, self._spider.options
        kept = file.rules(origin)
        if kept is None:
            return None
        at, body = kept
        age = file.now() - at
        if not 0 <= age < options.robots_lifetime:
            if body is not None:  # what it asked for holds until the host says otherwise: while it is asked anew, too
                was = parse(body, options.user_agent).delay()
                self._spider.budget.crawl_delay(urlsplit(origin).hostname or "", was)
            return None
        answer = Answer(f"{origin}/robots.txt", 404 if body is None else 200, body=body or b"")
        answer.fetched_at = datetime.fromtimestamp(at, UTC)
        self._keep(answer.url, answer)
        read: asyncio.Future[Rules | FetchError] = asyncio.get_running_loop().create_future()
        read.set_result(ALL if body is None else parse(body, options.user_agent))
        return _Known(read, time.monotonic() + options.robots_lifetime - age)

    def _keep(self, url: str, answer: Answer) -> None:
        if len(self._answers) >= MOST_ANSWERS:
            del self._answers[next(iter(self._answers))]
        self._answers[url] = answer

    async def _ask(self, origin: str, request: Request) -> Rules | FetchError:
        """The rules of one origin; an error where the file cannot be had, which forbids everything (2.3.1.4).

        Such an error is the host's: nothing is learnt about any of its pages. A host that is to be left alone for now
        has not been asked: RefusedError("paused") is raised and not remembered.
        """
        meta = {"job": request.meta["job"], "politeness": request.meta["politeness"]}
        meta |= {"robots": False, "cap": MOST_BYTES, "cut": True}
        headers = {key: request.headers[key] for key in (b"User-Agent", b"Accept-Encoding") if key in request.headers}
        asked = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, dont_filter=True, meta=meta, headers=headers)
        try:
            answer = cast(Answer, await self._crawler.engine.download_async(asked))
            if answer.status == 429 or answer.status >= 500:
                message = f"{origin}/robots.txt answers {answer.status}: until it can be had, we stay away"
                return RefusedError("robots-unavailable", message, of_host=True)
            self._keep(asked.url, answer)
            # 4xx: no rules (2.3.1.3); so is whatever else is no success, such as a redirect that leads nowhere.
            body = answer.content(MOST_BYTES, cut=True) if 200 <= answer.status < 300 else None
        except RefusedError as error:
            if error.kind == "paused":
                raise
            if error.kind != "redirect":
                return RefusedError(error.kind, f"{error.message} (asked for robots.txt)", of_host=True)
            body = None  # more than five hops: the file is as good as missing (2.3.1.2)
        except UnreachableError as error:
            message = f"{error.message} (asked for robots.txt, without which we stay away)"
            return RefusedError(error.kind, message, of_host=True)
        except (FetchError, BrokenCodingError) as error:
            message = f"{origin}/robots.txt cannot be read: {error}"
            return RefusedError("robots-unavailable", message, of_host=True)
        file = self._spider.budget.file
        file.keep_rules(origin, file.now(), body)
        return ALL if body is None else parse(body, self._spider.options.user_agent)


@dataclass(slots=True)
class _Known:
    """The rules of one origin, or the question for them that is still under way, and until when they hold."""

    asked: asyncio.Future[Rules | FetchError]
    until: float | None = None

    def stale(self) -> bool:
        return (self.until is not None and time.monotonic() > self.until) or (
            self.asked.done() and (self.asked.cancelled() or self.asked.exception() is not None)
        )

    async def rules(self, lifetime: float, unreachable_lifetime: float) -> Rules | FetchError:
        rules = await asyncio.shield(self.asked)
        if self.until is None:
            self.until = time.monotonic() + (unreachable_lifetime if isinstance(rules, FetchError) else lifetime)
        return rules
