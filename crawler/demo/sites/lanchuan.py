"""岚川新闻网: a news site on TRS, UTF-8, sent with gzip; a soft 404 and a dead link stand on one of its lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.demo.sites.site import Built, Site, expected, page, paged, robots, shown_at, source_file, views
from crawler.demo.stories import Story
from crawler.demo.templates import trs
from crawler.demo.templates.parts import Item, items

ID, NAME, HOME = "lanchuan", "岚川新闻网", "/cn/"
PER_PAGE = 6
PATTERN = r"/\d{6}/t\d{8}_\d+\.html$"
SELECTORS: Mapping[str, Sequence[str]] = {
    "body": ["#text"],
    "title": ["div.title_box > h2"],
    "published": ["div.info > span:nth-of-type(2)"],
    "origin": ["div.info > span:nth-of-type(3)"],
    "author": ["div.info > span:nth-of-type(1)"],
    "section": ["div.crumb a"],
    "drop": [".content_banquan"],
}
SOFT_404 = "/cn/zx/202611/t20261102_1000998.html"
MISSING = "/cn/zx/202611/t20261102_1000999.html"
TRAPPED = (
    Item(SOFT_404, "岚川百科：赤岭的冬天", "2026-11-02", "./"),
    Item(MISSING, "岚川百科：澜河的源头", "2026-11-02", "./"),
)


def address(story: Story, root: str = "/cn") -> str:
    """The path of a story here, at the twin and at the mirror."""
    return f"{root}/{story.section}/{story.published:%Y%m}/t{story.published:%Y%m%d}_{1_000_000 + story.number}.html"


def lists(base: str, root: str = "/cn", pages: int = 5) -> list[Mapping[str, object]]:
    """The list pages of all sections, as a source file names them."""
    return [
        {
            "url": f"{base}{root}/{section}/",
            "section": [name],
            "links": "div.listnews li h4 a",
            "next_pages": "index_{n}.html",
            "max_pages": pages,
        }
        for section, name in trs.SECTIONS.items()
    ]


def build(base: str, day: int, seed: int) -> Built:
    """Everything that the site answers with; `seed` changes nothing here."""
    shown = shown_at(ID, day)
    front = page(trs.home_page(site=NAME, home=HOME, charset="utf-8"))
    lost = page(trs.not_found(site=NAME, home=HOME, charset="utf-8"))
    answers = {"/robots.txt": robots(), "/": front, HOME: front, SOFT_404: lost}
    for section in trs.SECTIONS:
        found = items((story, address(story)) for story in shown if story.section == section)
        pages = paged((*found, *TRAPPED) if section == "zx" else found, PER_PAGE)
        for number, here in enumerate(pages):
            path = f"/cn/{section}/" + (f"index_{number}.html" if number else "")
            answers[path] = page(
                trs.listing(
                    here, path=path, base=base, site=NAME, home=HOME, section=section, pages=len(pages), charset="utf-8"
                )
            )
    truth = {}
    for story in shown:
        path = address(story)
        stem = path.removesuffix(".html")
        for sheet in story.sheets or (None,):
            name = f"{stem}_{sheet.number - 1}.html" if sheet and sheet.number > 1 else path
            seen = views(story, day, 900)
            answers[name] = page(
                trs.article(
                    story, site=NAME, home=HOME, views=seen, charset="utf-8", sheet=sheet, stem=stem.rpartition("/")[2]
                )
            )
        truth[path] = expected(ID, base, path, story, pages=len(story.sheets) or 1)
    return Built(answers, truth, {SOFT_404: "soft-404", MISSING: "missing"})


def source(base: str) -> str:
    """The source file."""
    return source_file(ID, NAME, base, lists(base), [PATTERN], template=SELECTORS, outlets=["岚川日报"], trust=1)


SITE = Site(ID, build, source, compressed=True)
