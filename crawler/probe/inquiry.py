"""How a probe puts its questions: bounded in number and time, each said, the answers and what follows from them noted.

A question is a generator step: it yields a visit and is sent what came of it. So the parts of a probe read as what
they ask, one after the other, and never two at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

import msgspec

from archive.model import Capture, PageKind
from crawler.discover import Link
from crawler.discover.address import Base, absolute
from crawler.probe.findings import Findings, FoundList
from crawler.probe.look import Look
from crawler.probe.patterns import common_family, patterns
from crawler.reader import Answer, Task
from crawler.source import Articles, ListPage, Source, host_of, load_families
from crawler.source.model import ListKind
from crawler.visit import Failure, Outcome, Visit

T = TypeVar("T")
S = TypeVar("S")
Script = Generator[Visit, tuple[Outcome, Answer | None], T]
"""A part of a probe that comes to a T."""

MOST_REQUESTS = 24
MOST_SECONDS = 240.0  # after which nothing further is asked
MOST_HOSTS = 12  # of one source
ENOUGH = 3  # articles that make a page a list
PAPER = "epaper"  # the family of newspapers' editions
PROVINCES = (  # every province of China gives names below a label of its own
    "ah bj cq fj gd gs gx gz ha hb he hi hk hl hn jl js jx ln mo nm nx qh sc sd sh sn sx tj tw xj xz yn zj"
)
COMMON_SECOND = frozenset(
    (
        *(f"{kind}.cn" for kind in ("com", "gov", "org", "net", "edu", "ac", "mil", *PROVINCES.split())),
        *(f"{kind}.{place}" for place in ("hk", "tw", "mo") for kind in ("com", "gov", "org", "net", "edu")),
        *(f"{kind}.jp" for kind in ("co", "ne", "or", "go", "ac")),
        *("github.io", "gitee.io", "pages.dev", "vercel.app"),  # each name below them is somebody else's
    )
)
"""Domains below which names are given to anybody, so that two hosts below one are two sites; those met here."""


class Inquiry:
    """What is known of a site while it is asked."""

    def __init__(
        self,
        found: Findings,
        source: Source,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.found, self.source = found, source
        self.waiting: Task | None = None  # how what comes next is to be read
        self.links: dict[str, Link] = {}  # articles on the site's own hosts, from every list
        self.of_papers: set[str] = set()  # those of them that stand in a newspaper's edition
        self._say, self._clock, self._begun = say, clock, clock()

    # --- questions

    def ask(
        self, url: str, why: str, task: Task | None, kind: PageKind = "list"
    ) -> Script[tuple[Outcome | None, Answer | None]]:
        """One request. Nothing is asked any more, and nothing comes, where the probe has had its share."""
        if self.spent():
            return None, None
        self.waiting = task
        self.found.requests += 1
        self._say(f"asking for {url}: {why}")
        return (yield Visit(url, kind, self.found.url if kind == "article" else None))

    def spent(self) -> bool:
        """Whether the probe has had its share of requests or time; that is noted as a doubt."""
        seconds = self._clock() - self._begun
        if self.found.requests < MOST_REQUESTS and seconds < MOST_SECONDS:
            return False
        sentence = f"What further requests would have shown: asking ended after {self.found.requests} of them."
        if sentence not in self.found.doubts:
            self.found.doubts.append(sentence)
        return True

    def look(self, url: str, why: str) -> Script[Look | None]:
        """What a page shows; None if it cannot be had, which is noted."""
        outcome, answer = yield from self.ask(url, why, Task(b"", url, source=self.source, probe=True))
        seen = observed(answer, Look)
        if seen is None and outcome is not None:
            self._noted(outcome, answer)
        return seen

    def data(self, kind: ListKind, url: str, why: str, seen: str = "") -> Script[Answer | None]:
        """A list of that kind: its articles are noted, and it becomes one of the source's if it has any."""
        page = ListPage(url=url, kind=kind)
        _, answer = yield from self.ask(url, why, Task(b"", url, source=self.strict(), list_page=page))
        if answer is None or answer.stopped:
            return None
        articles = self.own(answer.links)
        if articles or answer.lists:
            self.note(FoundList(url, kind, articles=len(articles) or None, seen=seen))
        return answer

    # --- what is noted

    def own(self, links: Iterable[Link], *, of_paper: bool = False) -> tuple[Link, ...]:
        """The links that lie on the site, noted as its articles."""
        hosts = (*self.found.hosts, *self.found.other_hosts)
        own = tuple(link for link in links if host_of(link.url) in hosts)
        for link in own:
            self.links.setdefault(link.url, link)
            if of_paper:
                self.of_papers.add(link.url)
        return own

    def note(self, each: FoundList) -> None:
        """A list, unless it is known."""
        if all(each.url != known.url for known in self.found.lists):
            self.found.lists.append(each)

    def reachable(self, url: str) -> bool:
        """Whether the address lies on the site or on another host of its domain."""
        host = host_of(url)
        hosts = (*self.found.hosts, *self.found.other_hosts)
        return host in hosts or (domain(host) != "" and domain(host) == domain(self.found.hosts[0]))

    def take_host(self, url: str) -> None:
        """The host has lists or articles of its own."""
        host, known = host_of(url), (*self.found.hosts, *self.found.other_hosts)
        if host not in known and len(known) < MOST_HOSTS:
            self.found.other_hosts = (*self.found.other_hosts, host)
            self.source = msgspec.structs.replace(self.source, other_hosts=self.found.other_hosts)

    def settle_forms(self) -> None:
        """The family and the patterns of the articles seen so far; those of an edition are of a form of their own."""
        site = [url for url in self.links if url not in self.of_papers]
        papers = [url for url in self.links if url in self.of_papers]
        self.found.family = common_family(site or papers)
        self.found.patterns = () if self.found.family or len(site) < ENOUGH else patterns(site)
        known = load_families()[self.found.family].articles if self.found.family else ()
        if papers and site and (own := self.found.patterns or known):
            self.found.patterns = tuple(dict.fromkeys((*own, *(patterns(papers) or load_families()[PAPER].articles))))

    def strict(self) -> Source:
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
            self.found.why = outcome.kind if isinstance(outcome, Failure) else ""
        else:
            self.found.doubts.append(sentence)


def observed(answer: Answer | None, kind: type[S]) -> S | None:
    """What a reader saw, as the value it was before it went from one process to another."""
    if answer is None or answer.observation is None:
        return None
    return msgspec.convert(msgspec.to_builtins(answer.observation), kind, strict=False)


def resolved(base: str, href: str) -> str | None:
    """An address as a page writes it, in full; None if it is none."""
    return absolute(href, Base.of(base))


def domain(host: str) -> str:
    """The domain that a host belongs to, "" for an address; 例.com.cn has three labels."""
    labels = host.partition(":")[0].split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        return ""
    return ".".join(labels[-3 if ".".join(labels[-2:]) in COMMON_SECOND else -2 :])
