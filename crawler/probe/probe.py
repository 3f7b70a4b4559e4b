"""Looks at an unknown site with few requests, one after the other, and says what it asks for.

The order of questions: the page that was named; robots.txt for its sitemaps; a feed; up to three sections; the second
page of the best list; a sitemap; two articles as samples. Every answer decides what is asked next, so the whole is one
generator: it yields a visit and is sent its outcome. robots.txt is obeyed by the fetcher, as ever.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from urllib.parse import urljoin, urlsplit

import msgspec

from archive.model import Capture
from crawler.discover import Link, next_page
from crawler.extract.dates import url_day
from crawler.probe.findings import Findings, FoundList, rhythm
from crawler.probe.look import Look, Section
from crawler.probe.patterns import common_family, patterns
from crawler.reader import Answer, Reader, Task
from crawler.shanghai import SHANGHAI
from crawler.source import Articles, ListPage, Politeness, Source, host_of, load_families
from crawler.source.model import ListKind
from crawler.visit import Failure, Outcome, Visit

MOST_SECTIONS = 3
MOST_SITEMAPS = 2
SAMPLES = 2
ENOUGH = 3  # articles that make a page a list
LEAST_OF_A_SUBDOMAIN = 3
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_OUTLET = re.compile(r"(?:[网網报報社厅廳局委府]|在线|在線|之窗|新闻|新聞|杂志|雜誌|频道|門戶|门户|资讯中心)$")
_COMMON_SECOND = ("com.cn", "gov.cn", "org.cn", "net.cn", "edu.cn", "ac.cn")

Script = Generator[Visit, tuple[Outcome, Answer | None], None]


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
        self._reader, self._now, self._say = reader, now, say
        self._links: dict[str, Link] = {}  # articles on the site's own host, from every list
        self._script = self._questions()
        self._waiting: Task | None = None

    def first(self) -> Iterable[Visit]:
        """The page that was named."""
        return [self._asked(next(self._script))]

    async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Read what came, and ask the next question."""
        answer = None
        if isinstance(outcome, Capture) and outcome.status == 200 and self._waiting is not None:
            came = replace(self._waiting, body=outcome.content, url=outcome.url, content_type=outcome.content_type)
            answer = await self._reader.read(came)
        try:
            return [self._asked(self._script.send((outcome, answer)))]
        except StopIteration:
            self._conclude()
            return []

    def _asked(self, visit: Visit) -> Visit:
        self.found.requests += 1
        self._say(f"asking for {visit.url}")
        return visit

    # --- the questions

    def _questions(self) -> Script:
        front = yield from self._look(self.found.url)
        if front is None:
            self.found.unreachable = self.found.unreachable or f"{self.found.url} cannot be read."
            return
        self.found.title, self.found.encoding = _name(front.title), front.encoding
        self._hosts(front.articles)
        sitemaps = yield from self._robots()
        for feed in front.feeds[:1]:
            yield from self._data("feed", feed)
        sections = self._sections(front.sections, front.articles)
        self._list(FoundList(self.found.url, "html", articles=len(self._own(front.articles)), pager=front.pager))
        for section in sections[:MOST_SECTIONS]:
            seen = yield from self._look(section.url)
            articles = self._own(seen.articles) if seen else ()
            if seen and len(articles) >= ENOUGH:
                self._list(FoundList(section.url, "html", section.name, len(articles), seen.pager))
        for section in sections[MOST_SECTIONS:]:
            self.found.lists.append(FoundList(section.url, "html", section.name))
        self._forms()
        yield from self._second_page()
        if not self.found.usable or not any(each.kind == "feed" for each in self.found.lists):
            yield from self._sitemaps(sitemaps)
        self._forms()
        yield from self._samples()

    def _look(self, url: str) -> Generator[Visit, tuple[Outcome, Answer | None], Look | None]:
        """What a page shows; None if it cannot be had, which is noted."""
        self._waiting = Task(b"", url, source=self.source, probe=True)
        outcome, answer = yield Visit(url, "list")
        if answer is None or answer.observation is None:
            self._noted(outcome, answer)
            return None
        return msgspec.convert(msgspec.to_builtins(answer.observation), Look, strict=False)

    def _robots(self) -> Generator[Visit, tuple[Outcome, Answer | None], list[str]]:
        """The sitemaps that robots.txt names, on the site's own host."""
        self._waiting = None
        outcome, _ = yield Visit(urljoin(self.found.home, "/robots.txt"), "list")
        if not isinstance(outcome, Capture) or outcome.status != 200:
            return []
        named = _SITEMAP_LINE.findall(outcome.content[:200_000].decode("utf-8", "replace"))
        return [url for url in dict.fromkeys(named) if self.source.owns(url)]

    def _data(self, kind: ListKind, url: str) -> Generator[Visit, tuple[Outcome, Answer | None], Answer | None]:
        """A feed or a sitemap: its articles are noted, and it becomes a list if it has any."""
        page = ListPage(url=url, kind=kind)
        self._waiting = Task(b"", url, source=self._strict(), list_page=page)
        _, answer = yield Visit(url, "list")
        if answer is None or answer.stopped:
            return None
        articles = self._own(answer.links)
        if articles or answer.lists:
            self._list(FoundList(url, kind, articles=len(articles) or None))
        return answer

    def _sitemaps(self, named: Sequence[str]) -> Script:
        """The sitemaps that robots.txt names, else the usual one; of an index one of its sitemaps is looked at."""
        for url in named[:MOST_SITEMAPS] or [urljoin(self.found.home, "/sitemap.xml")]:
            answer = yield from self._data("sitemap", url)
            if answer is None or answer.links or not answer.lists:
                continue
            inside = yield from self._data("sitemap", answer.lists[0].url)
            found = [each for each in self.found.lists if each.url in (url, answer.lists[0].url)]
            self.found.lists = [each for each in self.found.lists if each not in found]
            if inside is not None and inside.links:
                self.found.lists.append(FoundList(url, "sitemap", articles=len(self._own(inside.links))))

    def _second_page(self) -> Script:
        """Whether the best list goes on as its links say, or as its family does."""
        lists = [each for each in self.found.lists if each.kind == "html" and each.articles]
        best = max(lists, key=lambda each: (each.pager is not None, each.articles), default=None)
        if best is None or best.pager is None:
            return
        page = ListPage(url=best.url, next_pages=best.pager.next_pages, first_number=best.pager.first_number)
        url = next_page(page, 1)
        if url is None:
            return
        before = set(self._links)
        seen = yield from self._look(url)
        proved = seen is not None and bool({link.url for link in self._own(seen.articles)} - before)
        if not proved:
            self.found.doubts.append(f"Whether {best.url} goes on: its second page, {url}, showed no other articles.")
        self.found.lists = [
            replace(each, proved=proved) if each.pager == best.pager else each for each in self.found.lists
        ]

    def _samples(self) -> Script:
        """Two articles, read as any crawl would read them."""
        for link in list(self._links.values())[:SAMPLES]:
            self._waiting = Task(b"", link.url, source=self._strict())
            _, answer = yield Visit(link.url, "article", self.found.url)
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

    def _own(self, links: Iterable[Link]) -> tuple[Link, ...]:
        """The links that lie on the site, noted as its articles."""
        hosts = (*self.found.hosts, *self.found.other_hosts)
        own = tuple(link for link in links if host_of(link.url) in hosts)
        for link in own:
            self._links.setdefault(link.url, link)
        return own

    def _list(self, each: FoundList) -> None:
        if all(each.url != known.url for known in self.found.lists):
            self.found.lists.append(each)

    def _hosts(self, links: Iterable[Link]) -> None:
        """The site's other names, and its subdomains with articles, as far as the front page links to them."""
        host = self.found.hosts[0]
        twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        counts = Counter(host_of(link.url) for link in links)
        if counts[twin]:
            self.found.hosts = (host, twin)
        domain = _domain(host)
        self.found.other_hosts = tuple(
            other
            for other, count in counts.most_common(10)
            if count >= LEAST_OF_A_SUBDOMAIN and other not in self.found.hosts and _domain(other) == domain != ""
        )

    def _sections(self, sections: Iterable[Section], links: Sequence[Link]) -> list[Section]:
        """Those under whose folder the front page shows articles first, then the others, in page order."""
        folders = Counter(folder for link in links for folder in _folders(link.url))
        scored = [(folders[section.url.partition("?")[0].rpartition("/")[0] + "/"], section) for section in sections]
        return [section for score, section in sorted(scored, key=lambda each: -each[0])]

    def _forms(self) -> None:
        """The family and the patterns of the articles seen so far."""
        urls = list(self._links)
        self.found.family = common_family(urls)
        self.found.patterns = () if self.found.family or len(urls) < ENOUGH else patterns(urls)

    def _strict(self) -> Source:
        """The source as it stands now."""
        return msgspec.structs.replace(
            self.source,
            hosts=self.found.hosts,
            other_hosts=self.found.other_hosts,
            articles=Articles(patterns=self.found.patterns),
            family=self.found.family,
            profile=load_families()[self.found.family] if self.found.family else None,
        )

    def _noted(self, outcome: Outcome, answer: Answer | None) -> None:
        """A page that could not be looked at; the first one is why nothing is known."""
        match outcome:
            case Failure():
                sentence = outcome.message
            case Capture() if outcome.status != 200:
                sentence = f"{outcome.url} answered {outcome.status}."
            case _:
                sentence = f"{self.found.url}: {answer.stopped if answer else 'nothing came.'}"
        if not self.found.unreachable and not self.found.title and not self.found.lists:
            self.found.unreachable = sentence
        else:
            self.found.doubts.append(sentence)

    def _conclude(self) -> None:
        moments = [moment for link in self._links.values() if (moment := _moment(link)) is not None]
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


def _domain(host: str) -> str:
    """The domain that a host belongs to, "" for an address; 例.com.cn has three labels."""
    labels = host.partition(":")[0].split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        return ""
    return ".".join(labels[-3 if ".".join(labels[-2:]) in _COMMON_SECOND else -2 :])


def _folders(url: str) -> list[str]:
    """Every folder that an address lies in, below the site's."""
    parts = urlsplit(url)
    segments = parts.path.split("/")[1:-1]
    return [f"{parts.scheme}://{parts.netloc}/{'/'.join(segments[:depth])}/" for depth in range(1, len(segments) + 1)]
