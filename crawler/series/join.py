"""The pages of one article → one article. Pure.

Blocks are put together in the order of the pages. What a later page repeats of the first (the headline, a lead) or
every page prints at its foot stands once. A page that shows nothing but what stood before (a server that does not know
the number answers with page 1) adds nothing, and one that shows all of it takes the place of what stood before. A
paragraph that the end of a page cut in two is put together again where it ends in the middle of a sentence and the next
page begins without indentation.

The facts are those of page 1; credits that it does not give are taken from the last page that does (责编 often stands
at the end alone), other facts from the first. Whatever is left out is on record, and so is a page that is missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from archive.model import Article, Block, Image
from crawler.evidence import Dropped, Evidence, Found, OnPage
from crawler.extract.body import MARKS, SENTENCE_END
from crawler.reading import Reading

_TOP = 3  # blocks of the first page that later pages may repeat at their top
_LONG = 40  # characters of a paragraph under which it is never taken for one that was cut
_MOST_IMAGES = 200
_CUT = re.compile(r"[\u4e00-\u9fff\dA-Za-z%％，、,（(“《—]$")
_GO_ON = re.compile(
    r"[（(【\[]?\s*(?:紧?[接续]上[页頁文]|上接第?\d*[页頁版]|未完[，,]?\s*(?:待续|见?下一?[页頁]|请看下一?[页頁])?|待续|下[页頁]续"
    r"|转下[页頁]|第\s*[\d一二三四五六七八九十]{1,3}\s*[页頁])\s*[）)】\]]?"
)  # （接上页）（未完待续）第2页
_LINK_AT_END = re.compile(
    r"(?<=[。！？!?…”’」）)])\s?[\[【（(]?(?:下一?[页頁]|后一[页頁]|余下全文|剩余全文)\s?[>＞»]{0,3}[\]】）)]?$"
)  # …请看后面的内容。下一页>>
_PAGE_MARK = re.compile(r"\s*[（(【\[]?\s*(?:第\s*)?(\d{1,3}|[一二三四五六七八九十]{1,3})\s*[页頁]?\s*[）)】\]]\s*$")


@dataclass(frozen=True, slots=True)
class OnePage:
    """One page of an article as it was read; id and digest are its capture's, "" where there is none."""

    url: str
    reading: Reading
    capture_id: str = ""
    content_digest: str = ""

    @property
    def article(self) -> Article | None:
        """What it holds. A last page with hardly a line on it is judged no article and holds its text all the same."""
        found = self.reading.articles
        if not found and self.reading.verdict in ("list", "other", "empty"):
            found = self.reading.doubtful
        return found[0] if found and found[0].blocks else None


def join(first: OnePage, further: Sequence[OnePage], missing: Sequence[tuple[str, str]] = ()) -> Reading:
    """The reading of page 1 with the text of all pages in its article. `missing`: addresses and why they are not there.

    Page 1 has to hold exactly one article. Without further and missing pages its reading comes back as it is.
    """
    if not further and not missing:
        return first.reading
    head = first.article
    assert head is not None
    joined = _Joined(head)
    for number, page in enumerate(further, 2):
        joined.add(number, page)
    joined.end()
    lacking = [*missing, *joined.empty]
    read = [page for page in further if page.article is not None]
    article = replace(
        _with_facts(head, read, joined.fields),
        title=_title(head, read),
        blocks=tuple(joined.blocks),
        images=tuple(joined.images[:_MOST_IMAGES]),
        pages=len(joined.pages) + len(lacking),
        evidence={**head.evidence, "parts": [_rests_on(page) for page in read]},
    )
    evidence = first.reading.evidence
    return replace(
        first.reading,
        verdict="article",
        articles=(article,),
        evidence=replace(
            evidence,
            dropped=(*evidence.dropped, *joined.dropped),
            lossy=(*evidence.lossy, *(f"the further page {url} is missing: {why}" for url, why in lacking)),
            fields={**evidence.fields, **joined.fields},
            pages=tuple(OnPage(number, page.url, page.reading.evidence) for number, page in enumerate(further, 2)),
        ),
    )


def _rests_on(page: OnePage) -> dict[str, Any]:
    return {"url": page.url, "capture_id": page.capture_id, "content_digest": page.content_digest}


@dataclass(slots=True)
class _Joined:
    """What was put together so far."""

    head: Article
    pages: list[tuple[int, list[Block], bool]] = field(default_factory=list)  # number, blocks, whether set in
    plain: list[list[str]] = field(default_factory=list)  # of each page its blocks as they are compared
    shown: set[str] = field(default_factory=set)  # all of these: an article of fifty pages is compared in one go
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    fields: dict[str, Found] = field(default_factory=dict)
    empty: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._take(1, list(self.head.blocks), [_plain(block) for block in self.head.blocks], indented=True)
        self.images += self.head.images

    def add(self, number: int, page: OnePage) -> None:
        """Take in the next page."""
        article = page.article
        if article is None:
            self.empty.append((page.url, page.reading.evidence.verdict or page.reading.verdict))
            return
        known = {image.url for image in self.images}
        self.images += [image for image in article.images if image.url not in known]
        plain = [_plain(block) for block in article.blocks]
        texts = set(plain)
        if texts <= self.shown:
            if texts:
                self._drop(number, "shows nothing but what stands on the pages before it", article.blocks)
            return
        if self.shown <= texts:
            for earlier, blocks, _ in self.pages:
                self._drop(earlier, f"stands on page {number} as well, which shows all of it", blocks)
            self.pages, self.plain, self.shown = [], [], set()
            self._take(number, list(article.blocks), plain, indented=True)
            return
        top = self._top(number, article, plain)
        self._take(number, list(article.blocks[top:]), plain[top:], indented=page.reading.indented)

    def _take(self, number: int, blocks: list[Block], plain: list[str], *, indented: bool) -> None:
        self.pages.append((number, blocks, indented))
        self.plain.append(plain)
        self.shown.update(plain)

    def _top(self, number: int, article: Article, plain: Sequence[str]) -> int:
        """How many blocks at the page's top say again what page 1 says (headline, subtitle, lead) or 接上页."""
        repeated = {_bare(text) for text in (self.head.title, article.title, *self.head.subtitle, *article.subtitle)}
        repeated.update(self.plain[0][:_TOP])
        blocks = zip(article.blocks, plain, strict=True)
        top = sum(1 for _ in takewhile(lambda each: each[1] in repeated or _GO_ON.fullmatch(each[0].text), blocks))
        for block in article.blocks[:top]:
            self._drop(number, "repeated from the first page", [block])
        return top

    def end(self) -> None:
        """Put the pages one behind the other."""
        foot = self._foot()
        for number, blocks, _ in self.pages[:-1]:
            if foot:
                self._drop(number, "stands at the foot of every page, and is kept on the last", blocks[-foot:])
                del blocks[-foot:]
            while blocks and _GO_ON.fullmatch(blocks[-1].text):
                self._drop(number, "says that the text goes on", [blocks.pop()])
            if blocks and (link := _LINK_AT_END.search(blocks[-1].text)):
                self._drop(number, "says that the text goes on", [Block("paragraph", link[0])])
                blocks[-1] = replace(blocks[-1], text=blocks[-1].text[: link.start()])
        for _, blocks, indented in self.pages:
            if self.blocks and blocks and not indented and _is_cut(self.blocks[-1], blocks[0]):
                self.blocks[-1] = replace(self.blocks[-1], text=self.blocks[-1].text + blocks[0].text)
                self.blocks += blocks[1:]
            else:
                self.blocks += blocks

    def _foot(self) -> int:
        """How many blocks at the end are the same on every page."""
        most = min(map(len, self.plain)) - 1
        same = 0
        while same < most and len({plain[-1 - same] for plain in self.plain}) == 1:
            same += 1
        return same if len(self.plain) > 1 else 0

    def _drop(self, number: int, why: str, blocks: Sequence[Block]) -> None:
        self.dropped.append(Dropped("pages", f"page {number}: {why}", "\n".join(block.text for block in blocks)))


def _is_cut(last: Block, following: Block) -> bool:
    """Whether a paragraph goes on in the next one: it is long and ends in the middle of a sentence."""
    if last.kind != "paragraph" or following.kind != "paragraph" or not _CUT.search(last.text):
        return False
    if last.text[-1] in "，、,（(“《—":
        return True
    return len(last.text) >= _LONG and len(MARKS.findall(last.text)) >= 2 and bool(SENTENCE_END.search(following.text))


def _with_facts(head: Article, read: Sequence[OnePage], fields: dict[str, Found]) -> Article:
    """Page 1 with the facts that it lacks and a later page gives; where each was found goes into `fields`."""
    given: dict[str, Any] = {}
    for name, pages in _lacking(head, read):
        for number, article, evidence in pages:
            if value := getattr(article, name):
                given[name] = value
                seen = evidence.fields.get(name, Found("a further page", ""))
                fields[name] = Found(f"page {number}: {seen.rule}", seen.seen)
                if name == "published":
                    given["published_precision"] = article.published_precision
                if name == "origin":
                    given["origin_original"] = article.origin_original
                break
    return replace(head, **given)


def _lacking(head: Article, read: Sequence[OnePage]) -> Iterator[tuple[str, list[tuple[int, Article, Evidence]]]]:
    pages = [(number, page.article, page.reading.evidence) for number, page in enumerate(read, 2) if page.article]
    for name in ("author", "editor", "photographer"):
        if not getattr(head, name):
            yield name, pages[::-1]
    for name in ("published", "origin"):
        if not getattr(head, name):
            yield name, pages


def _title(head: Article, read: Sequence[OnePage]) -> str:
    """The headline without the page's number, where the pages' headlines differ in nothing else: 标题(1), 标题(2)."""
    own = _PAGE_MARK.search(head.title)
    if own is None:
        return head.title
    bare = head.title[: own.start()]
    others = {page.article.title for page in read if page.article}
    marked = [match for title in others if (match := _PAGE_MARK.search(title)) and title[: match.start()] == bare]
    return bare if bare and any(match[1] != own[1] for match in marked) else head.title


def _plain(block: Block) -> str:
    return _bare(block.text)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
