"""环岚财讯网: a content farm that reprints without pictures and editors; robots.txt forbids its advertisements."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.demo.sites.site import Built, Site, as_first_published, expected, page, robots, source_file, views
from crawler.demo.stories import Story
from crawler.demo.templates import farm
from crawler.demo.templates.parts import Item, items

ID, NAME, LIST = "huanlan", farm.SITE, "/hlcx/"
FORBIDDEN = Item("/tuiguang/20261103/1103999999.html", "岚川特产直供 欢迎选购", "2026-11-03")


def address(story: Story) -> str:
    """The path of a story here: day, then month and day again with a number."""
    return f"/hlcx/{_reprinted(story):%Y%m%d/%m%d}{218_000 + story.number}.html"


def build(base: str, day: int, seed: int) -> Built:
    """Everything that the site answers with."""
    shown = as_first_published(ID, day)
    listed = (*items((story, address(story)) for story in shown), FORBIDDEN)
    front = page(farm.listing(listed, path=LIST, base=base))
    answers = {"/robots.txt": robots("Disallow: /tuiguang/\n"), "/": front, LIST: front}
    answers[FORBIDDEN.path] = page(
        "<!DOCTYPE html><meta charset='utf-8'><title>推广</title><p>这一页不许机器访问。</p>"
    )
    truth = {}
    for story in shown:
        path, when = address(story), _reprinted(story)
        answers[path] = page(farm.article(story, shown=when, views=views(story, day, 15)))
        truth[path] = expected(
            ID,
            base,
            path,
            story,
            role="excerpt" if story.excerpt_of else "reprint",
            published=when,
            author=story.author if story.byline else (),
            editor=(),
            optional=(story.byline,) if story.byline else (),
            blocks=tuple(block for block in story.blocks if block.kind != "caption"),
        )
    return Built(answers, truth, {FORBIDDEN.path: "robots"})


def source(base: str) -> str:
    """The source file."""
    lists = [{"url": f"{base}{LIST}", "section": ["产经"], "links": "ul.newslist a"}]
    return source_file(ID, NAME, base, lists, [r"/\d{8}/\d{8,12}\.html$"], trust=-1)


def _reprinted(story: Story) -> datetime:
    """The time that the page prints: some hours after the original."""
    return story.published + timedelta(hours=5, minutes=story.number % 60)


SITE = Site(ID, build, source)
