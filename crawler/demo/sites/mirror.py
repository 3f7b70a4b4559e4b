"""A spam mirror of 岚川新闻网: the same paths, damaged characters, GB18030 bytes under a gb2312 declaration."""

from __future__ import annotations

import random
from collections.abc import Iterable

from crawler.demo.sites import lanchuan
from crawler.demo.sites.site import Built, Site, as_first_published, expected, page, robots, source_file, views
from crawler.demo.stories import Story
from crawler.demo.templates import mirror, trs
from crawler.demo.templates.parts import items

ID, HOME = "mirror", lanchuan.HOME


def build(base: str, day: int, seed: int) -> Built:
    """Everything that the mirror answers with; each page has a damage of its own, the same on every day."""
    shown = as_first_published(ID, day)

    def damaged(path: str, html: str) -> mirror.Mirrored:
        return mirror.page(html, random.Random(f"{seed} {path}"))  # noqa: S311 - damage, not a secret

    front = page(damaged(HOME, trs.home_page(site=lanchuan.NAME, home=HOME, charset="utf-8")).html, "gb18030")
    answers = {"/robots.txt": robots(), "/": front, HOME: front}
    for section in trs.SECTIONS:
        path = f"/cn/{section}/"
        found = items((story, lanchuan.address(story)) for story in shown if story.section == section)
        listing = trs.listing(
            found, path=path, base=base, site=lanchuan.NAME, home=HOME, section=section, pages=1, charset="utf-8"
        )
        answers[path] = page(damaged(path, listing).html, "gb18030")
    truth = {}
    for story in shown:
        path = lanchuan.address(story)
        original = trs.article(story, site=lanchuan.NAME, home=HOME, views=views(story, day, 7), charset="utf-8")
        mirrored = damaged(path, original)
        answers[path] = page(mirrored.html, "gb18030")
        truth[path] = expected(ID, base, path, story, role="mirror", lossy=_lossy(story, mirrored.lossy))
    return Built(answers, truth)


def source(base: str) -> str:
    """The source file."""
    name = f"{lanchuan.NAME}（镜像）"
    return source_file(ID, name, base, lanchuan.lists(base, pages=1), [lanchuan.PATTERN], trust=-2)


def _lossy(story: Story, damaged: Iterable[str]) -> tuple[str, ...]:
    """Which of a story's own texts the damage has cost something: a block, or a name within its label."""
    lines = set(damaged)
    blocks = [block.text for block in story.blocks]
    labels = lines - set(blocks)
    names = [name for name in (story.title, story.origin, *story.author, *story.editor) if name in "\n".join(labels)]
    return (*names, *(text for text in blocks if lines & set(text.replace("\t", "\n").split("\n"))))


SITE = Site(ID, build, source)
