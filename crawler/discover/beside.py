"""The dates that a list page prints beside its links. Pure.

They are read where a day decides what is walked (a back-fill) or where a site is looked at for the first time; an
ordinary crawl does without, because they would cost as much as the links.
"""

from __future__ import annotations

from itertools import islice

from msgspec import structs
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.discover.address import Base, absolute
from crawler.discover.link import Link
from crawler.discover.page import called, page_base
from crawler.extract.stamps import Stamp, stamps

HIGHEST = 4  # elements above a link that may be its row
LONGEST_ROW = 600  # characters; what is longer is no row of a list
MOST_NODES_OF_A_ROW = 80
MOST_LOOKED_AT = 20_000


def dated(text: str, base_url: str, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """The links with the time that stands in their row, as far as they have none: one date, and no other link's."""
    wanted = {link.url for link in links if link.published is None}
    tree = LexborHTMLParser(text)
    base = Base.of(page_base(tree, base_url))
    found: dict[str, Stamp] = {}
    for element in tree.css("a[href], [onclick]")[:MOST_LOOKED_AT]:
        for href in called(element.attributes):
            url = absolute(href, base)
            if url in wanted and url not in found and (stamp := _in_row(element, wanted, base)):
                found[url] = stamp
    return tuple(
        structs.replace(link, published=found[link.url].moment) if link.url in found else link for link in links
    )


def _in_row(element: LexborNode, wanted: set[str], base: Base) -> Stamp | None:
    """The date of the smallest element around a link that has one, unless it holds another article's link."""
    row: LexborNode | None = element
    for _ in range(HIGHEST):
        row = row.parent if row is not None else None
        if row is None or row.tag in ("body", "html"):
            return None
        text = _text(row)
        if text is None or len(_articles(row, wanted, base)) > 1:
            return None
        if read := stamps(text):
            return read[-1]
    return None


def _text(row: LexborNode) -> str | None:
    """The words of a row; None for what is too much to be one."""
    pieces: list[str] = []
    length = 0
    for count, node in enumerate(islice(row.traverse(include_text=True), MOST_NODES_OF_A_ROW + 1)):
        if count == MOST_NODES_OF_A_ROW:
            return None
        if node.is_text_node:
            pieces.append(node.text_content or "")
            length += len(pieces[-1])
            if length > LONGEST_ROW:
                return None
    return " ".join(pieces)


def _articles(row: LexborNode, wanted: set[str], base: Base) -> set[str]:
    return {
        url
        for inner in row.css("a[href]")
        for href in called(inner.attributes)
        if (url := absolute(href, base)) in wanted
    }
