"""Questions for what stands behind a page that a script fills: its list's endpoint, tried before it is believed."""

from __future__ import annotations

from dataclasses import replace

from crawler.discover import next_page
from crawler.probe.endpoints import Endpoint, Scripted, next_pages_of
from crawler.probe.findings import FoundList
from crawler.probe.inquiry import ENOUGH, Inquiry, Script, observed, resolved
from crawler.probe.look import Look
from crawler.probe.pager import Pager
from crawler.probe.shape import Shape
from crawler.reader import Task
from crawler.source import ListPage, host_of

FEW = 10  # articles of a page; one that shows more needs no script
MOST_TRIED = 4  # endpoints of a whole probe
MOST_FILES = 2  # script files


class Behind:
    """What was tried behind a site's pages; `found` counts the lists that came of it."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._tried: set[str] = set()
        self._files: set[str] = set()
        self.found = 0

    def page(self, url: str, seen: Look, name: str = "") -> Script[None]:
        """The endpoints that a page's scripts name: a known system's always, others where it shows few articles."""
        few = len(seen.articles) < FEW
        before = self.found
        yield from self._endpoints(url, seen.scripted, name, guess=few)
        if not few or self.found > before or len(seen.articles) >= ENOUGH:
            return
        for href in seen.scripted.files:
            file = resolved(url, href)
            if self.found > before or len(self._files) >= MOST_FILES or file is None or file in self._files:
                continue
            if host_of(file) not in (*self._inquiry.found.hosts, *self._inquiry.found.other_hosts):
                continue
            self._files.add(file)
            script = Task(b"", file, source=self._inquiry.source, probe=True, list_page=ListPage(url=file))
            _, answer = yield from self._inquiry.ask(file, f"a script of {url}", script)
            told = observed(answer, Scripted)
            if told is not None:
                addresses = told.addresses or seen.scripted.addresses
                yield from self._endpoints(url, replace(told, addresses=addresses), name, guess=True)

    def _endpoints(self, page: str, scripted: Scripted, name: str, *, guess: bool) -> Script[None]:
        """Try them in their order until one shows articles; of a known system, all of them."""
        for endpoint in scripted.endpoints:
            url = resolved(page, endpoint.href)
            if url is None or url in self._tried or not (endpoint.sure or guess) or not self._inquiry.reachable(url):
                continue
            if len(self._tried) >= MOST_TRIED:
                return
            self._tried.add(url)
            showed = yield from self._try(page, url, endpoint, scripted, name)
            if showed and not endpoint.sure:
                return

    def _try(self, page: str, url: str, endpoint: Endpoint, scripted: Scripted, name: str) -> Script[bool]:
        """Whether an endpoint shows articles; if so, it is one of the source's lists."""
        inquiry = self._inquiry
        why = f"{endpoint.why} of {page} may fill its list from there"
        if endpoint.kind == "html":
            inquiry.take_host(url)
            answer = yield from inquiry.data("html", url, why, f"{endpoint.why} fills the list of {page} from here.")
            count = len(inquiry.own(answer.links)) if answer is not None else 0
            if not count:
                inquiry.found.lists = [each for each in inquiry.found.lists if each.url != url]
                return False
            yield from self._goes_on(FoundList(url, "html", name, count), None)
            return True
        task = Task(b"", url, source=inquiry.source, probe=True, list_page=ListPage(url=url, kind="json"))
        _, answer = yield from inquiry.ask(url, why, replace(task, hints=scripted.addresses))
        shape = observed(answer, Shape)
        if shape is None or not shape.articles:
            return False
        inquiry.take_host(url)
        articles = [link for link in shape.articles if inquiry.reachable(link.url)]
        for link in articles:
            inquiry.take_host(link.url)
        if not inquiry.own(articles):
            return False
        seen = f"{endpoint.why[:1].upper()}{endpoint.why[1:]} of {page} names this endpoint."
        listed = FoundList(url, "json", name, len(articles), seen=seen, shape=replace(shape, articles=()))
        inquiry.note(listed)
        yield from self._goes_on(listed, shape)
        return True

    def _goes_on(self, listed: FoundList, shape: Shape | None) -> Script[None]:
        """Whether a further page shows other articles: asked of the first endpoint alone."""
        self.found += 1
        inquiry, going = self._inquiry, next_pages_of(listed.url)
        if going is None:
            return
        pager, proved = Pager(*going), False
        page = shape.page(listed.url) if shape else ListPage(url=listed.url)
        following = next_page(ListPage(url=listed.url, next_pages=pager.next_pages, first_number=pager.first_number), 1)
        if self.found == 1 and following is not None:
            before = set(inquiry.links)
            task = Task(b"", following, source=inquiry.source, list_page=page)
            _, answer = yield from inquiry.ask(following, "its second page", task)
            proved = answer is not None and bool({link.url for link in inquiry.own(answer.links)} - before)
        inquiry.found.lists = [
            replace(each, pager=pager, proved=proved) if each.url == listed.url else each
            for each in inquiry.found.lists
        ]
