"""The peers that extraction is measured beside, each as a function from a decoded page to an answer.

Every one is called as its own documentation shows for a Chinese news page, with the metadata it offers. A peer that is
not installed (the `bench` group) is left out with a word; one that raises on a page has given an empty answer there.
"""

from __future__ import annotations

import importlib.util
import logging
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Answer = dict[str, Any]  # text, and what else the peer offers of title, published, source, author, editor
Read = Callable[[str, str], Answer]


class Peer(NamedTuple):
    """A peer by its distribution's name; `needs` are the modules it imports, `prepare` gives its reading function."""

    name: str
    needs: tuple[str, ...]
    prepare: Callable[[], Read]


def trafilatura() -> Read:
    from trafilatura import bare_extraction

    def read(text: str, url: str) -> Answer:
        found: Any = bare_extraction(text, url=url, with_metadata=True, include_comments=False)
        if found is None:
            return {}
        return {
            "text": found.text,
            "title": found.title,
            "published": found.date,
            "source": found.sitename,
            "author": _people(found.author),
        }

    return read


def magic_html() -> Read:
    from lxml.html import fromstring
    from magic_html import GeneralExtractor

    extractor = GeneralExtractor()

    def read(text: str, url: str) -> Answer:
        found = extractor.extract(text, base_url=url)
        return {"text": _lines(fromstring(found["html"])), "title": found["title"]}

    return read


def readability() -> Read:
    from lxml.html import fromstring
    from readability import Document

    def read(text: str, url: str) -> Answer:
        page = Document(text, url=url)
        return {"text": _lines(fromstring(page.summary())), "title": page.short_title()}

    return read


def newspaper() -> Read:
    from newspaper import Article

    def read(text: str, url: str) -> Answer:
        article = Article(url, language="zh", fetch_images=False)
        article.download(input_html=text)
        article.parse()
        moment = article.publish_date
        return {
            "text": article.text,
            "title": article.title,
            "published": moment.isoformat() if hasattr(moment, "isoformat") else moment,
            "author": list(article.authors),
        }

    return read


def gne() -> Read:
    from gne import GeneralNewsExtractor

    def read(text: str, url: str) -> Answer:
        found = GeneralNewsExtractor().extract(text, host=url)
        return {
            "text": found["content"],
            "title": found["title"],
            "published": found["publish_time"],
            "author": _people(found["author"]),
        }

    return read


def resiliparse() -> Read:
    from resiliparse.extract.html2text import extract_plain_text

    def read(text: str, url: str) -> Answer:
        return {"text": extract_plain_text(text, main_content=True, alt_texts=False)}

    return read


PEERS = (
    Peer("trafilatura", ("trafilatura",), trafilatura),
    Peer("magic-html", ("magic_html",), magic_html),
    Peer("readability-lxml", ("readability",), readability),
    Peer("newspaper4k", ("newspaper", "jieba"), newspaper),
    Peer("gne", ("gne",), gne),
    Peer("resiliparse", ("resiliparse",), resiliparse),
)


def prepared(names: str) -> Mapping[str, Read]:
    """The reading functions by name: of `all`, `none`, or names parted by commas. One that is missing is announced."""
    warnings.simplefilter("ignore")  # the peers warn about their own optional parts
    logging.disable(logging.CRITICAL)
    wanted = [peer for peer in PEERS if names == "all" or peer.name in names.split(",")]
    found = {}
    for peer in wanted:
        missing = [module for module in peer.needs if importlib.util.find_spec(module) is None]
        if missing:
            print(f"{peer.name} is left out: {', '.join(missing)} is not installed")
            continue
        found[peer.name] = peer.prepare()
    return found


def _lines(element: Any) -> str:
    """The text of a tree of HTML, a line for each block: the same for every peer that answers with markup."""
    for block in element.iter(
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "blockquote"
    ):
        block.tail = "\n" + (block.tail or "")
    return "\n".join(line.strip() for line in element.text_content().split("\n") if line.strip())


def _people(author: str | None) -> list[str]:
    return [name for part in (author or "").split(";") for name in part.split()]
