"""赤岭经济网: a prefecture's paper on PHPCMS, GBK bytes under a gb2312 declaration; it is busy once."""

from __future__ import annotations

from crawler.demo.sites.site import Built, Site, expected, page, paged, robots, shown_at, source_file, views
from crawler.demo.stories import Story, stories
from crawler.demo.templates import phpcms
from crawler.demo.templates.parts import items

ID, NAME, PER_PAGE = "chiling", phpcms.SITE, 5


def address(story: Story) -> str:
    """The path of a story here: no date stands in it."""
    return f"/content-520-{97_000 + story.number}-1.html"


def build(base: str, day: int, seed: int) -> Built:
    """Everything that the site answers with."""
    shown = shown_at(ID, day)
    pages = paged(items((story, address(story)) for story in shown), PER_PAGE)
    answers = {"/robots.txt": robots()}
    for number, here in enumerate(pages, 1):
        path = f"/list-520-{number}.html"
        answers[path] = page(phpcms.listing(here, path=path, base=base, number=number, pages=len(pages)), "gb18030")
    answers["/"] = answers["/list-520-1.html"]
    truth = {}
    for story in shown:
        path = address(story)
        stem = path.removesuffix("-1.html")
        for sheet in story.sheets or (None,):
            html = phpcms.article(story, views=views(story, day, 120), sheet=sheet, stem=stem)
            answers[f"{stem}-{sheet.number if sheet else 1}.html"] = page(html, "gb18030")
        # the line under the title names no author: only a by-line in the body does
        author = story.author if story.byline else ()
        truth[path] = expected(ID, base, path, story, author=author, pages=len(story.sheets) or 1)
    return Built(answers, truth)


def source(base: str) -> str:
    """The source file."""
    lists = [
        {
            "url": f"{base}/list-520-1.html",
            "section": ["要闻"],
            "links": "ul.list a",
            "next_pages": "list-520-{n}.html",
            "first_number": 2,
            "max_pages": 5,
        }
    ]
    return source_file(ID, NAME, base, lists, [r"/content-\d+-\d+-\d+\.html$"], outlets=["赤岭经济报", "新赤岭客户端"])


_BUSY = next(story for story in stories(1) if story.site == ID)

SITE = Site(ID, build, source, busy_once=frozenset({address(_BUSY)}))
