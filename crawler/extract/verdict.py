"""What a page is: an article, a list, a challenge, a page that was not found, or nothing that can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.model import Verdict
from crawler.extract.body import is_prose
from crawler.extract.draft import Draft
from crawler.extract.page import Page
from crawler.extract.phrases import verdicts

_LITTLE = 300  # characters of visible text under which a page may be a challenge or a soft 404
_LINK_LIST = 15


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict and the sentence that gives its reason."""

    verdict: Verdict
    reason: str


def judge(page: Page, draft: Draft | None, characters: int) -> Judged:
    """Judge the page; `characters` is the length of the article's text after cleaning."""
    visible = sum(len(line.text) for line in page.lines if not line.hidden)
    free = sum(len(line.text) - line.linked for line in page.lines if not line.hidden)
    prose = sum(len(line.text) for line in page.lines if not line.hidden and is_prose(line))
    for kind, judged in (("challenge", _challenge(page, free)), ("soft-404", _soft_404(page, prose))):
        if judged is not None:
            return Judged("challenge" if kind == "challenge" else "soft-404", judged)
    if visible < 20:
        return Judged("empty", f"the page shows {visible} characters of text")
    anchors = [line for line in page.lines if not line.hidden and line.hrefs and line.linked >= 8]
    if draft is None or characters < 30:
        if len(anchors) >= _LINK_LIST:
            return Judged("list", f"{len(anchors)} headlines that are links and no text of an article")
        if visible < 200:
            return Judged("empty", f"the page shows {visible} characters and no text of an article")
        return Judged("other", f"no text of an article among {visible} characters")
    facts = sum(found is not None for found in (draft.published, draft.origin)) + bool(draft.title.text)
    linked = sum(line.linked for line in anchors)
    if (
        draft.body.prose < 120
        and len(anchors) >= _LINK_LIST
        and linked > characters * 6
        and draft.origin is None
        and not _under_title(draft)
    ):
        return Judged("list", f"{len(anchors)} headlines that are links beside {characters} characters of text")
    return Judged(
        "article",
        f"{characters} characters of text in one element ({draft.body.rule}), {facts} of title, time and origin found",
    )


def _under_title(draft: Draft) -> bool:
    """Whether the text stands close under a headline of its own, which the title tag repeats, beside a time."""
    title = draft.title
    return (
        title.line >= 0
        and bool(draft.lines)
        and 0 <= draft.lines[0] - title.line <= 12
        and len(title.text) >= 8
        and draft.published is not None
    )


def _challenge(page: Page, free: int) -> str | None:
    if free >= _LITTLE:
        return None
    table = verdicts()["challenge"]
    text = "\n".join(line.text for line in page.lines) + page.title
    for word in table.text:
        if word in text:
            return f"a page of {free} characters that says “{word}”"
    if free < 40:
        scripts = "".join(re.findall(r"<script[^>]*>(.{0,20000})", page.markup, re.DOTALL | re.IGNORECASE)[:5])
        for word in table.text:
            if word in page.markup:
                return f"a page without text whose markup says “{word}”"
        hits = [word for word in table.script if word in scripts]
        if hits and len(page.lines) < 5:
            return f"a page without text whose script uses {hits[0]}"
    return None


def _soft_404(page: Page, prose: int) -> str | None:
    if prose >= _LITTLE:
        return None
    table = verdicts()["soft-404"]
    for text in (
        page.title,
        *(
            line.text
            for line in page.lines
            if not line.hidden and line.linked * 2 <= len(line.text) and len(line.text) <= 80
        ),
    ):
        for word in table.text:
            if word in text:
                return f"a page of {prose} characters of sentences that says “{word}”"
    return None
