"""Atom and JSON Feed: valid by their standards, whatever a page wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import feedparser
import pytest
from archive_cases import make_article, make_capture
from export_cases import HOSTILE_TITLES, exported, fill
from lxml import etree

from archive.export.markup import body_html, web_address
from archive.model import Article, Block
from archive.store import Archive

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"  # RFC 3339
ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~%]+")  # no blank, quotation mark, <, >, or character beyond ASCII


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    """Plain and hostile articles."""
    fill(tmp_path)
    with Archive.open(tmp_path) as opened:
        yield opened


def texts(element: Any, name: str) -> list[str]:
    """The texts of the children of that name."""
    return [each.text or "" for each in element.findall(f"{ATOM}{name}")]


def check_atom(feed: Any) -> None:
    """The rules of RFC 4287 that a feed of ours could break, with their sections."""
    assert feed.tag == f"{ATOM}feed"
    for each in (feed, *feed.findall(f"{ATOM}entry")):  # 4.1.1, 4.1.2: one of each
        for name in ("id", "title", "updated"):
            assert len(texts(each, name)) == 1, name
        assert re.fullmatch(MOMENT, texts(each, "updated")[0])  # 3.3
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", texts(each, "id")[0])  # 4.2.6: an IRI
        assert len([link for link in each.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) <= 1
        for link in each.findall(f"{ATOM}link"):  # 4.2.7
            assert ADDRESS.fullmatch(link.get("href"))
        for person in each.findall(f"{ATOM}author"):  # 3.2: one name, not empty
            assert len(texts(person, "name")) == 1
            assert texts(person, "name")[0].strip()
    assert feed.findall(f"{ATOM}author")  # 4.1.1: where an entry has none
    entries = feed.findall(f"{ATOM}entry")
    ids = [texts(entry, "id")[0] for entry in entries]
    assert len(set(ids)) == len(ids)  # 4.1.1: none twice with one `updated`
    for entry in entries:
        (content,) = entry.findall(f"{ATOM}content")
        assert (content.get("type"), len(content), content.get("src")) == ("html", 0, None)  # 4.1.3.3
        assert re.fullmatch(MOMENT, texts(entry, "published")[0])
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))  # 4.2.2
    known = {"id", "title", "updated", "published", "link", "author", "category", "content", "generator", "entry"}
    assert {etree.QName(each).localname for each in feed.iter(f"{ATOM}*")} <= known | {"feed", "name"}


def test_a_feed_is_what_the_standard_says(archive: Archive) -> None:
    """Parsed by lxml without mending, and by a reader of feeds without a complaint."""
    content = exported(
        "atom", archive.choose(newest=100), self_url="http://a.example/feed?x=1&y=<西>", title="工\x00业"
    )
    feed = etree.fromstring(content, etree.XMLParser(recover=False, resolve_entities=False))
    check_atom(feed)
    parsed = feedparser.parse(content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    assert parsed.feed.title == "工业"
    assert len(parsed.entries) == 5 + len(HOSTILE_TITLES)
    assert parsed.entries[-1].title == make_article(1).title
    assert parsed.entries[-1].content[0].value == "<p>改过的正文。</p>\n<p><em>图为牧场。</em></p>"
    changed = make_capture(1, hours=5).fetched_at.replace(microsecond=0)
    assert parsed.entries[-1].updated == changed.isoformat()
    assert parsed.entries[-1].published == "2026-03-01T09:07:00+08:00"


def test_an_empty_feed_is_one(archive: Archive) -> None:
    """It was never updated."""
    content = exported("atom", archive.choose("火星", newest=100))
    check_atom(etree.fromstring(content))
    assert b"<updated>1970-01-01T00:00:00+00:00</updated>" in content
    assert json.loads(exported("jsonfeed", archive.choose("火星", newest=100)))["items"] == []


def test_ids_stay_and_feeds_of_other_articles_have_another(archive: Archive) -> None:
    """Whatever the limit; where the feed stands is its name, if it says so."""
    short, long = (feedparser.parse(exported("atom", archive.choose(newest=many))) for many in (2, 100))
    assert [each.id for each in short.entries] == [each.id for each in long.entries][:2]
    assert short.feed.id == long.feed.id
    other = feedparser.parse(exported("atom", archive.choose("牧场", newest=2), asked="牧场")).feed.id
    assert other != short.feed.id
    items = json.loads(exported("jsonfeed", archive.choose(newest=2)))["items"]
    assert [each["id"] for each in items] == [each.id for each in short.entries]


def test_a_json_feed_is_what_its_document_says(archive: Archive) -> None:
    """Version 1.1: what is required is there, of the kind that it has to be, and nothing that is not known."""
    feed = json.loads(exported("jsonfeed", archive.choose(newest=100), self_url="http://a.example/feed.json"))
    assert set(feed) == {"version", "title", "feed_url", "items"}
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len(feed["items"]) == 5 + len(HOSTILE_TITLES)
    for item in feed["items"]:
        assert {"id", "content_html"} <= set(item)
        known = {"id", "url", "title", "content_html", "date_published", "date_modified", "authors", "tags", "language"}
        assert set(item) <= known
        assert ADDRESS.fullmatch(item["url"])
        assert re.fullmatch(MOMENT, item["date_published"])
        assert re.fullmatch(MOMENT, item["date_modified"])
        assert all(set(author) == {"name"} and author["name"] for author in item.get("authors", []))
        assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))
        assert not set(item.get("title", "")) & set("\x00\x1b\u202e\n")


def test_nothing_of_a_page_is_markup(archive: Archive) -> None:
    """The body as HTML holds the tags that we write, and no attribute."""
    for taken in archive.choose().articles():
        html = etree.HTML(f"<div>{body_html(taken.article)}</div>")
        assert {each.tag for each in html.iter()} <= {
            *("html", "body", "div", "p", "h2", "ul", "li", "pre", "blockquote", "em")
        }
        assert not any(each.attrib for each in html.iter())
    assert (
        body_html(Article("http://a.example/", "题", (Block("paragraph", "]]>&<\x00\ud800"),)))
        == "<p>]]&gt;&amp;&lt;</p>"
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//a.example/", "http://", "http://[", "西藏"]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    """Left out."""
    assert web_address(url) is None
