"""嵐川新聞網: the same news in Traditional script and Big5, as official twins serve it under /BIG5/."""

from __future__ import annotations

from dataclasses import replace

from opencc_pyo3 import OpenCC

from archive.model import Block
from crawler.demo.sites import lanchuan
from crawler.demo.sites.site import Answer, Built, Site, expected, page, robots, shown_at, source_file, views
from crawler.demo.stories import Story
from crawler.demo.templates import trs
from crawler.demo.templates.parts import items

ID, NAME, HOME, ROOT = "twin", "嵐川新聞網", "/BIG5/cn/", "/BIG5/cn"
_TO_TRADITIONAL = OpenCC("s2tw")


def traditional(text: str) -> str:
    """Simplified → Traditional as an official twin is converted: by words, not by the mirrors' one-to-one map."""
    return str(_TO_TRADITIONAL.convert(text))


def build(base: str, day: int, seed: int) -> Built:
    """Everything that the twin answers with; it follows its original in all, revisions too."""
    shown = [_converted(story) for story in shown_at(ID, day)]
    front = _big5(trs.home_page(site=NAME, home=HOME, charset="big5"))
    answers = {"/robots.txt": robots(), "/": front, HOME: front}
    for section in trs.SECTIONS:
        path = f"{ROOT}/{section}/"
        found = items((story, lanchuan.address(story, ROOT)) for story in shown if story.section == section)
        answers[path] = _big5(
            trs.listing(found, path=path, base=base, site=NAME, home=HOME, section=section, pages=1, charset="big5")
        )
    truth = {}
    for story in shown:
        path = lanchuan.address(story, ROOT)
        answers[path] = _big5(trs.article(story, site=NAME, home=HOME, views=views(story, day, 60), charset="big5"))
        truth[path] = expected(ID, base, path, story, role="twin", language="zh-Hant")
    return Built(answers, truth)


def source(base: str) -> str:
    """The source file."""
    lists = lanchuan.lists(base, ROOT, pages=1)
    return source_file(
        ID,
        NAME,
        base,
        lists,
        [lanchuan.PATTERN],
        language="zh-Hant",
        template=lanchuan.SELECTORS,
        outlets=["嵐川日報"],
    )


def _big5(html: str) -> Answer:
    """The template's own words are Simplified: the whole page is converted, which leaves Traditional text alone."""
    return page(traditional(html), "big5", "text/html; charset=big5")


def _converted(story: Story) -> Story:
    return replace(
        story,
        title=traditional(story.title),
        origin=traditional(story.origin),
        blocks=tuple(Block(block.kind, traditional(block.text)) for block in story.blocks),
        subtitle=tuple(map(traditional, story.subtitle)),
        author=tuple(map(traditional, story.author)),
        editor=tuple(map(traditional, story.editor)),
        byline=traditional(story.byline),
    )


SITE = Site(ID, build, source)
