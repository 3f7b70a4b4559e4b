"""What a page is: an article, a list, a challenge, a page that was not found, or nothing that can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from archive.model import Verdict
from crawler.extract.body import is_prose
from crawler.extract.dates import stamps
from crawler.extract.draft import Draft
from crawler.extract.page import Line, Page
from crawler.extract.phrases import verdicts

_LITTLE = 300  # characters of visible text under which a page may be a challenge or a soft 404
_SHORT = 30  # characters of text under which a page is an article only by its headline and time
_SHORTEST = 6
_SCRIPT = re.compile(r"<script[^<>]*>(.{0,20000})", re.DOTALL | re.IGNORECASE)
_MOST_SCRIPTS = 5
_LONGEST_MESSAGE = 80  # characters of a line by which a page says that it is no article
_NOTHING = 20
_LIST_PROSE = 120  # characters of sentences in one element above which a page is no list
_DATED_LIST = 8
_LINK_LIST = 15


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict and the sentence that gives its reason."""

    verdict: Verdict
    reason: str


def judge(page: Page, draft: Draft | None, characters: int) -> Judged:
    """Judge the page; `characters` is the length of the article's text after cleaning."""
    shown = [line for line in page.lines if not line.hidden]
    visible = sum(len(line.text) for line in shown)
    if draft is None or not _under_title(draft) or not _says_something(page, draft):
        challenge = _challenge(page, visible - sum(line.linked for line in shown))
        if challenge is not None:
            return Judged("challenge", challenge)
        missing = _soft_404(page, sum(len(line.text) for line in shown if is_prose(line)))
        if missing is not None:
            return Judged("soft-404", missing)
    if visible < _NOTHING:
        return Judged("empty", f"the page shows {visible} characters of text")
    listed = _list(shown, draft, characters)
    if listed is not None:
        return Judged("list", listed)
    if draft is None or not _is_article(draft, characters):
        verdict: Verdict = "empty" if visible < _LITTLE else "other"
        return Judged(verdict, f"no text of an article among the {visible} characters that the page shows")
    facts = sum(found is not None for found in (draft.published, draft.origin)) + bool(draft.title.text)
    return Judged(
        "article",
        f"{characters} characters of text in one element ({draft.body.rule}), {facts} of title, time and origin found",
    )


def _is_article(draft: Draft, characters: int) -> bool:
    """A text of some length, or a short one (a flash, a notice of one attachment) under its headline and time."""
    if characters >= _SHORT and draft.body.rule != "name":
        return True
    return characters >= _SHORTEST and _under_title(draft)


def _list(shown: Sequence[Line], draft: Draft | None, characters: int) -> str | None:
    """Why the page is a list: many headlines that are links, or many dates, beside next to no text."""
    anchors = [line for line in shown if line.hrefs and line.linked >= 8]
    if len(anchors) < _DATED_LIST or (draft is not None and draft.body.prose >= _LIST_PROSE):
        return None
    dated = sum(len(line.text) < 80 and bool(stamps(line.text)) for line in shown)
    if len(anchors) < _LINK_LIST and dated < _DATED_LIST:
        return None
    if draft is None or not _is_article(draft, characters):
        return f"{len(anchors)} headlines that are links and no text of an article"
    linked = sum(line.linked for line in anchors)
    if dated >= _DATED_LIST and draft.origin is None:
        return f"{len(anchors)} headlines that are links and {dated} dates beside {characters} characters of text"
    if linked > characters * 6 and draft.origin is None and not _under_title(draft):
        return f"{len(anchors)} headlines that are links beside {characters} characters of text"
    return None


def _under_title(draft: Draft) -> bool:
    """Whether the text stands close under a headline of its own, which the title tag repeats, beside a time."""
    title = draft.title
    return (
        title.line >= 0
        and bool(draft.lines)
        and 0 <= draft.lines[0] - title.line <= 12
        and len(title.text) >= 4
        and draft.published is not None
    )


def _says_something(page: Page, draft: Draft) -> bool:
    """Whether a sentence stands under a headline and a printed time: a flash may speak of codes and things deleted.

    Not so where the headline itself says that there is nothing, and a time in the address alone proves nothing.
    """
    if any(word in draft.title.text for word in verdicts()["soft-404"].text):
        return False
    printed = draft.published is not None and draft.published.found.rule != "address"
    return printed and any(is_prose(page.lines[index]) for index in draft.lines)


def _challenge(page: Page, free: int) -> str | None:
    if free >= _LITTLE:
        return None
    table = verdicts()["challenge"]
    text = "\n".join((page.title, *(line.text for line in page.lines if len(line.text) <= _LONGEST_MESSAGE)))
    for word in table.text:
        if word in text:
            return f"a page of {free} characters that says “{word}”"
    if free < 40:
        scripts = "".join(script[1] for script in islice(_SCRIPT.finditer(page.markup), _MOST_SCRIPTS))
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
            if not line.hidden and line.linked * 2 <= len(line.text) and len(line.text) <= _LONGEST_MESSAGE
        ),
    ):
        for word in table.text:
            if word in text:
                return f"a page of {prose} characters of sentences that says “{word}”"
    return None
