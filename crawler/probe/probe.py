"""Looks at an unknown site with few requests, one after the other, and says what it asks for and why.

The order of questions: the page that was named; robots.txt for its sitemaps; a feed; what a script fills the page from;
up to three sections; the second page of the best list; a newspaper's edition; sitemaps; two articles as samples. Every
answer decides what is asked next, so the whole is one generator: it yields a visit and is sent its outcome. robots.txt
is obeyed by the fetcher, as ever. What is written into the source's file was tried: it showed articles.
"""

from __future__ import annotations

import re
import time as clocks
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from urllib.parse import urljoin, urlsplit

from archive.model import Capture
from crawler.discover import Link, next_page
from crawler.extract.dates import url_day
from crawler.probe.behind import Behind
from crawler.probe.editions import editions
from crawler.probe.findings import Findings, FoundList, rhythm
from crawler.probe.inquiry import ENOUGH, Inquiry, Script, domain
from crawler.probe.look import Look, Section
from crawler.probe.maps import feed, robots, sitemaps
from crawler.reader import Reader, Task
from crawler.shanghai import SHANGHAI
from crawler.source import Articles, ListPage, Politeness, Source, host_of
from crawler.visit import Outcome, Visit

MOST_SECTIONS = 3
SAMPLES = 2
LEAST_OF_A_SUBDOMAIN = 3
_OUTLET = re.compile(r"(?:[网網报報社厅廳局委府]|在线|在線|之窗|新闻|新聞|杂志|雜誌|频道|門戶|门户|资讯中心)$")


class Probe:
    """The conversation with a fetcher (`crawler.visit.Crawl`) about one site; `found` is what came of it."""

    def __init__(
        self,
        url: str,
        reader: Reader,
        now: datetime,
        *,
        allow_addresses: tuple[str, ...] = (),
        say: Callable[[str], None] = lambda sentence: None,
        clock: Callable[[], float] = clocks.monotonic,
    ) -> None:
        home = urljoin(url, "/")
        host = host_of(url)
        self.found = Findings(url=url, home=home, hosts=(host,))
        self.source = Source(
            id="probe",
            name=host,
            home=home,
            hosts=(host,),
            articles=Articles(foreign=True),
            politeness=Politeness(allow_addresses=allow_addresses),
        )
        self._reader, self._now = reader, now
        self._inquiry = Inquiry(self.found, self.source, say, clock)
        self._script = self._questions()

    def first(self) -> Iterable[Visit]:
        """The page that was named."""
        return [next(self._script)]

    async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Read what came, and ask the next question."""
        answer, waiting = None, self._inquiry.waiting
        if isinstance(outcome, Capture) and outcome.status == 200 and waiting is not None:
            came = replace(waiting, body=outcome.content, url=outcome.url, content_type=outcome.content_type)
            answer = await self._reader.read(came)
        try:
            return [self._script.send((outcome, answer))]
        except StopIteration:
            self._conclude()
            return []

    # --- the questions

    def _questions(self) -> Script[None]:
        inquiry, found = self._inquiry, self.found
        front = yield from inquiry.look(found.url, "the page that was named")
        if front is None:
            found.unreachable = found.unreachable or f"{found.url} cannot be read."
            return
        found.title, found.encoding = _name(front.title), front.encoding
        self._hosts(front.articles)
        named = yield from robots(inquiry)
        yield from feed(inquiry, front.feeds)
        sections = self._sections(front.sections, front.articles)
        inquiry.note(FoundList(found.url, "html", articles=len(inquiry.own(front.articles)), pager=front.pager))
        behind = Behind(inquiry)
        yield from behind.page(found.url, front)
        looks = [front]
        for section in sections[:MOST_SECTIONS]:
            if seen := (yield from self._section(section, behind)):
                looks.append(seen)
        for section in sections[MOST_SECTIONS:]:
            found.lists.append(FoundList(section.url, "html", section.name))
        inquiry.settle_forms()
        yield from self._second_page()
        yield from editions(inquiry, looks)
        inquiry.settle_forms()
        yield from sitemaps(inquiry, named)
        inquiry.settle_forms()
        yield from self._samples()

    def _section(self, section: Section, behind: Behind) -> Script[Look | None]:
        """A section: a list if it shows articles by itself, or what a script fills it from."""
        seen = yield from self._inquiry.look(section.url, f"the section {section.name}")
        if seen is None:
            return None
        articles = self._inquiry.own(seen.articles)
        if len(articles) >= ENOUGH:
            self._inquiry.note(FoundList(section.url, "html", section.name, len(articles), seen.pager))
        yield from behind.page(section.url, seen, section.name)
        return seen

    def _second_page(self) -> Script[None]:
        """Whether the best list goes on as its links say, or as its family does."""
        lists = [each for each in self.found.lists if each.kind == "html" and each.articles and not each.proved]
        best = max(lists, key=lambda each: (each.pager is not None, each.articles), default=None)
        if best is None or best.pager is None:
            return
        page = ListPage(url=best.url, next_pages=best.pager.next_pages, first_number=best.pager.first_number)
        url = next_page(page, 1)
        if url is None:
            return
        before = set(self._inquiry.links)
        seen = yield from self._inquiry.look(url, f"whether {best.url} goes on there")
        proved = seen is not None and bool({link.url for link in self._inquiry.own(seen.articles)} - before)
        if not proved:
            self.found.doubts.append(f"Whether {best.url} goes on: its second page, {url}, showed no other articles.")
        self.found.lists = [
            replace(each, proved=proved) if each.pager == best.pager else each for each in self.found.lists
        ]

    def _samples(self) -> Script[None]:
        """Two articles, read as any crawl would read them."""
        for link in list(self._inquiry.links.values())[:SAMPLES]:
            task = Task(b"", link.url, source=self._inquiry.strict())
            outcome, answer = yield from self._inquiry.ask(link.url, "a sample article", task, "article")
            if outcome is None:
                return
            if answer is None:
                self.found.samples.append(f"{link.url}: could not be had")
                continue
            first = answer.reading.articles[0] if answer.reading.articles else None
            words = "no article" if first is None else f"{first.published or 'no date'}, {len(first.text)} characters"
            self.found.samples.append(f"{link.url}: {words}")
            if first is None:
                why = answer.reading.evidence.verdict
                self.found.doubts.append(
                    f"Whether {link.url} is an article: it is read as {answer.reading.verdict} ({why})"
                )
            elif first.published is None:
                self.found.doubts.append(f"Where {link.url} has its date.")

    # --- what follows from the answers

    def _hosts(self, links: Iterable[Link]) -> None:
        """The site's other names, and its subdomains with articles, as far as the front page links to them."""
        host = self.found.hosts[0]
        twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        counts = Counter(host_of(link.url) for link in links)
        if counts[twin]:
            self.found.hosts = (host, twin)
        own = domain(host)
        self.found.other_hosts = tuple(
            other
            for other, count in counts.most_common(10)
            if count >= LEAST_OF_A_SUBDOMAIN and other not in self.found.hosts and domain(other) == own != ""
        )

    def _sections(self, sections: Iterable[Section], links: Sequence[Link]) -> list[Section]:
        """Those under whose folder the front page shows articles first, then the others, in page order."""
        folders = Counter(folder for link in links for folder in _folders(link.url))
        scored = [(folders[section.url.partition("?")[0].rpartition("/")[0] + "/"], section) for section in sections]
        return [section for score, section in sorted(scored, key=lambda each: -each[0])]

    def _conclude(self) -> None:
        in_use = {host_of(url) for url in (*self._inquiry.links, *(each.url for each in self.found.lists))}
        self.found.other_hosts = tuple(each for each in self.found.other_hosts if each in in_use)
        moments = [moment for link in self._inquiry.links.values() if (moment := _moment(link)) is not None]
        self.found.rhythm = rhythm(moments, self._now)
        if not any(each.kind == "feed" for each in self.found.lists):
            self.found.doubts.append("Whether there is a feed: the page names none that could be read.")
        if not any(each.kind == "sitemap" for each in self.found.lists):
            self.found.doubts.append("Whether there is a sitemap: none was found that shows articles.")


def _moment(link: Link) -> datetime | None:
    if moment := link.published or link.modified:
        return moment
    day = url_day(link.url)
    return datetime.combine(day, time(), SHANGHAI) if day else None


def _name(title: str) -> str:
    """The site's name from a title such as "首页_北原新闻网" or "北原新闻网-北原州委机关报"."""
    parts = [part.strip() for part in re.split(r"[_|｜—–\-]+", title) if part.strip()]
    parts = [part for part in parts if not re.fullmatch(r"首页|主页|网站首页|Home", part, re.IGNORECASE)]
    outlets = [part for part in parts if _OUTLET.search(part)]
    return next(iter(outlets or parts), "")


def _folders(url: str) -> list[str]:
    """Every folder that an address lies in, below the site's."""
    parts = urlsplit(url)
    segments = parts.path.split("/")[1:-1]
    return [f"{parts.scheme}://{parts.netloc}/{'/'.join(segments[:depth])}/" for depth in range(1, len(segments) + 1)]
