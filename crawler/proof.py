"""What one crawl learns of the validators of its hosts, and whom it believes (see crawler.trust)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.model import Capture, Change, Page, Trust
from crawler import trust
from crawler.revisit import LADDER
from crawler.source import host_of
from crawler.visit import Visit

if TYPE_CHECKING:
    from crawler.crawl import SourceCrawl


class Proofs:
    """The trust in each host of one crawl, kept in the archive as it changes."""

    def __init__(self, crawl: SourceCrawl) -> None:
        self._crawl = crawl
        self._trust: dict[str, Trust] = {}
        self.doubted: set[str] = set()  # lists of which a 304 is being proved

    def begin(self) -> None:
        """Take in what the archive knows of the source's own hosts and of those that are visited by themselves."""
        hosts = {host_of(page.url) for page in self._crawl.held.values()} | set(self._crawl.source.all_hosts)
        self._trust = dict(self._crawl.archive.trust(sorted(hosts)))

    def of(self, url: str) -> Trust:
        """How far the host of an address is trusted."""
        host = host_of(url)
        if host not in self._trust:
            self._trust[host] = self._crawl.archive.trust((host,)).get(host) or Trust(host)
        return self._trust[host]

    def copy_to_name(self, page: Page | None, url: str) -> Page | None:
        """The copy whose validators may be sent: none where the host is not believed, or where it is time to look."""
        if page is None or not trust.are_believed(self.of(url)):
            return None
        ladder = self._crawl.order.ladder or LADDER
        if page.kind != "list" and trust.article_is_to_be_full(page, self._crawl.clock(), ladder):
            return None
        return page

    def is_doubted(self, visit: Visit, address: str) -> bool:
        """Whether a 304 to a list is to be proved now, by asking again in full."""
        page = self._crawl.held.get(address)
        if visit.kind != "list" or page is None or address in self.doubted:
            return False
        if not trust.list_is_to_be_proved(self.of(visit.url), page, self._crawl.clock()):
            return False
        self.doubted.add(address)
        return True

    def same(self, visit: Visit, address: str) -> None:
        """What we hold came again in full: a 304 that was doubted was true."""
        if address in self.doubted:
            self._keep(trust.proved(self.of(visit.url)))

    def asks(self, address: str, capture: Capture) -> bool:
        """Whether another content in an answer may be a lie, so that the texts have to be compared."""
        held = self._crawl.held.get(address)
        return held is not None and capture.status == 200 and (address in self.doubted or trust.repeats(held, capture))

    def other(self, visit: Visit, address: str, capture: Capture, *, meant: bool) -> None:
        """Another content came than we hold. `meant` says that it is another text, not a counter or an advert."""
        held = self._crawl.held.get(address)
        if held is None or capture.status != 200 or trust.changed_just_now(capture):
            return
        before = self.of(visit.url)
        if address in self.doubted:
            self._judge(before, visit, truth=not meant, why="said 304 of it though it had changed")
        elif trust.has_validator(held, capture):
            repeated = trust.repeats(held, capture)
            if repeated and meant:
                self._judge(before, visit, truth=False, why="repeated its validator over another text")
            elif meant:
                self._judge(before, visit, truth=True)

    def _judge(self, before: Trust, visit: Visit, *, truth: bool, why: str = "") -> None:
        if truth:
            self._keep(trust.proved(before))
            return
        self._keep(trust.lied(before, self._crawl.clock()))
        sentence = f"{visit.url}: the server {why}. No validators are sent to {before.host} until they prove true."
        self._crawl.tell(sentence)

    def _keep(self, after: Trust) -> None:
        if after != self._trust.get(after.host):
            self._trust[after.host] = after
            self._crawl.archive.keep_trust(after)


def is_another_text(changes: tuple[Change, ...]) -> bool:
    """Whether the articles of a page are not what they were."""
    return any(change.kind in ("changed", "gone", "restored", "new") for change in changes)
