"""A JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): the newest articles, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from archive.export import Options, Written
from archive.export.markup import body_html, one_line, rfc3339, urn, web_address

if TYPE_CHECKING:
    from archive.store.chosen import Chosen, Taken

VERSION = "https://jsonfeed.org/version/1.1"


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write the feed, which is as long as the limit."""
    items = [_item(taken) for taken in chosen.articles(evidence=False)]
    feed: dict[str, Any] = {"version": VERSION, "title": one_line(options.title) or "jianbao"}
    if address := web_address(options.self_url):
        feed["feed_url"] = address
    stream.write(msgspec.json.format(msgspec.json.encode(feed | {"items": items}), indent=1) + b"\n")
    return Written(len(items), faults=chosen.faults)


def _item(taken: Taken) -> dict[str, Any]:
    article = taken.article
    item = {
        "id": urn("article", taken.standing.id),
        "url": web_address(article.url),
        "title": one_line(article.title),
        "content_html": body_html(article),
        "date_published": rfc3339(taken.published),
        "date_modified": rfc3339(taken.changed),
        "authors": [{"name": name} for name in map(one_line, article.author or (article.origin or "",)) if name],
        "tags": [tag for tag in map(one_line, (*article.section, *article.keywords)) if tag],
        "language": one_line(article.language or ""),
    }
    return {name: value for name, value in item.items() if value or name == "content_html"}
