"""岚川省工业和信息化厅: a government office with meta tags, and one page behind a JavaScript challenge."""

from __future__ import annotations

from crawler.demo.sites.site import Built, Site, expected, page, robots, shown_at, source_file
from crawler.demo.stories import Story
from crawler.demo.templates import government
from crawler.demo.templates.parts import Item, items

ID, NAME, LIST = "gongxin", government.OFFICE, "/gxt/c107573/infolist.shtml"
CHALLENGED = Item("/gxt/c107573/202610/2090999.shtml", "关于公布省级绿色工厂名单的通知", "2026-10-27")


def address(story: Story) -> str:
    """The path of a story here."""
    return f"/gxt/c107573/{story.published:%Y%m}/{2_090_000 + story.number}.shtml"


def build(base: str, day: int, seed: int) -> Built:
    """Everything that the site answers with. It counts no views, so that most pages can answer 304 on day two."""
    shown = shown_at(ID, day)
    listed = (*items((story, address(story)) for story in shown), CHALLENGED)
    front = page(government.listing(listed, path=LIST, base=base))
    answers = {"/robots.txt": robots(), "/": front, LIST: front, CHALLENGED.path: page(government.CHALLENGE)}
    truth = {}
    for story in shown:
        path = address(story)
        answers[path] = page(government.article(story), content_type="text/html;charset=UTF-8")
        minute = story.published.replace(second=0)
        truth[path] = expected(ID, base, path, story, published=minute, published_precision="minute")
    return Built(answers, truth, {CHALLENGED.path: "challenge"})


def source(base: str) -> str:
    """The source file."""
    lists = [{"url": f"{base}{LIST}", "section": ["工业运行"], "links": "ul.infolist a"}]
    return source_file(ID, NAME, base, lists, [r"/\d{6}/\d+\.shtml$"])


SITE = Site(ID, build, source)
