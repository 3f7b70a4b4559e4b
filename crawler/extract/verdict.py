"""What a page is: an article, a list, a challenge, a page that was not found, or nothing that can be read.

The evidence is asked in this order: what the page says of itself (the server failed, it wants a human or a reader who
is signed in, there is nothing under this address, it leads elsewhere), whether it is a list, whether it has a text.
What it says counts where it is said to the reader: in the title, or in a short line beside next to no other sentences;
a page that has a headline, a printed time and sentences may speak of all of it and is an article. A picture story is
one where its captions are sentences; pictures or a player with nothing but their headline are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from archive.model import Verdict
from crawler.extract.body import is_prose
from crawler.extract.dates import stamps
from crawler.extract.draft import Draft, is_fact_line
from crawler.extract.page import Line, Page
from crawler.extract.phrases import verdicts
from crawler.extract.title import plain
from crawler.later import later

_LITTLE = 300  # characters of visible text under which a page may be a challenge, or is empty
_FEW = 150  # characters of sentences beside a message under which the message is what the page is
_SHORT = 30  # characters of text under which a page is an article only by its headline and time
_SHORTEST = 6
_VERSES = 3
_SCRIPT = later(r"<script[^<>]*>(.{0,20000})", re.DOTALL | re.IGNORECASE)
_MOST_SCRIPTS = 5
_LONGEST_MESSAGE = 100  # characters of a line by which a page says that it is no article
_LONGEST_TITLE = 200
_MOST_MESSAGES = 400  # lines that are looked at for one
_NOTHING = 20
_LIST_PROSE = 120  # characters of sentences in one element above which a page without summaries is no list
_DATED_LIST = 8
_LINK_LIST = 15
_SHORT_LIST = 5  # of a section with few articles
_SUMMARIES = 4
_HEADLINE = 6  # characters of a link that may be a headline
_PLAYER = later(r"<(?:video|embed|object)\b|\.(?:m3u8|mp4|flv|swf)\b", re.IGNORECASE)
_FRAMES = later(r"<frameset\b", re.IGNORECASE)
_FEED = later(r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|rdf:RDF)\b", re.DOTALL)
_SEGMENT = later(r"\s*[_|｜–—]\s*|\s+-\s+|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])")
_COVERED = 0.5  # the share of the title's first part that the message must be
_ADDRESSES = later(r"[您你]|抱歉|对不起|對不起|[Ss]orry|返回首页|秒后|请检查|\byou\b")


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict and the sentence that gives its reason."""

    verdict: Verdict
    reason: str


_MESSAGES: tuple[tuple[str, Verdict, str], ...] = (
    ("failure", "other", "the server failed or is being mended"),
    ("login", "challenge", "a page for those who are signed in"),
    ("challenge", "challenge", "a page that asks for a browser or a human"),
    ("soft-404", "soft-404", "a page that was not found"),
    ("redirect", "other", "a page that leads elsewhere"),
)


def judge(page: Page, draft: Draft | None, characters: int) -> Judged:
    """Judge the page; `characters` is the length of the article's text after cleaning."""
    shown = [line for line in page.lines if not line.hidden]
    visible = sum(len(line.text) for line in shown)
    if _FEED.match(page.markup):
        return Judged("list", "a feed")
    if visible < _LITTLE and _FRAMES.search(page.markup):
        return Judged("other", "a page of frames")
    said = _message(page, shown, draft) or _without_text(page, visible - sum(line.linked for line in shown))
    if said is not None:
        return said
    if visible < _NOTHING:
        return Judged("empty", f"the page shows {visible} character{'s' * (visible != 1)} of text")
    listed = _list(page, shown, draft, characters)
    if listed is not None:
        return Judged("list", listed)
    if draft is None or not _is_article(page, draft, characters):
        verdict: Verdict = "empty" if visible < _LITTLE else "other"
        return Judged(verdict, f"no text of an article among the {visible} characters that the page shows")
    facts = sum(found is not None for found in (draft.published, draft.origin)) + bool(draft.title.text)
    return Judged(
        "article",
        f"{characters} characters of text in one element ({draft.body.rule}), {facts} of title, time and origin found",
    )


def _is_article(page: Page, draft: Draft, characters: int) -> bool:
    """A text of some length, or a short one (a flash, a notice of one attachment) under its headline and time."""
    if not any(is_prose(page.lines[index]) or page.lines[index].hrefs for index in draft.lines) and (
        _is_bare(page, draft) or (characters < 2 * _SHORT and _PLAYER.search(page.markup))
    ):
        return False
    if characters >= _SHORT and draft.body.rule != "name":
        return True
    if characters >= _SHORTEST and _under_title(draft):
        return True
    if characters >= _NOTHING and _is_timed(draft) and any(is_prose(page.lines[index]) for index in draft.lines):
        return True  # a flash under a headline of two characters (讣告)
    return characters >= _NOTHING and len(draft.lines) >= _VERSES and _is_timed(draft)  # a poem under a short title


def _is_timed(draft: Draft) -> bool:
    return draft.published is not None and draft.published.found.rule != "address"


def _is_bare(page: Page, draft: Draft) -> bool:
    """Whether nothing but the headline and its facts stands in the body's element."""
    title = plain(draft.title.text)
    lines = (page.lines[index] for index in draft.lines)
    return all(
        is_fact_line(line) or plain(line.text) in ("", title) or not re.search(r"[^\W\d_]", line.text) for line in lines
    )


def _list(page: Page, shown: Sequence[Line], draft: Draft | None, characters: int) -> str | None:
    """Why the page is a list: many headlines that are links, or many dates, beside next to no text."""
    if _says(page.title, "index"):
        return "the list of a directory"
    anchors = [line for line in shown if line.linked >= 8]
    if len(anchors) >= _DATED_LIST and _says(page.title[:_LONGEST_TITLE], "list") and not _has_facts(draft):
        return f"{len(anchors)} headlines that are links under the title “{page.title[:_LONGEST_MESSAGE]}”"
    summaries = _summaries(page, draft) if draft is not None else 0
    if summaries:
        return f"{summaries} headlines that are links, each with its summary"
    if len(anchors) >= _SHORT_LIST and (
        draft is None or not (_under_title(draft) or _is_article(page, draft, characters))
    ):
        return f"{len(anchors)} headlines that are links and no text of an article"
    if len(anchors) < _DATED_LIST or (draft is not None and draft.body.prose >= _LIST_PROSE):
        return None
    dated = sum(len(line.text) < 80 and bool(stamps(line.text)) for line in shown)
    if len(anchors) < _LINK_LIST and dated < _DATED_LIST:
        return None
    if draft is None or not _is_article(page, draft, characters):
        return f"{len(anchors)} headlines that are links and no text of an article"
    linked = sum(line.linked for line in anchors)
    if dated >= _DATED_LIST and draft.origin is None:
        return f"{len(anchors)} headlines that are links and {dated} dates beside {characters} characters of text"
    if linked > characters * 6 and draft.origin is None and not _under_title(draft):
        return f"{len(anchors)} headlines that are links beside {characters} characters of text"
    return None


def _summaries(page: Page, draft: Draft) -> int:
    """How many of the body's sentences stand each under a headline that is a link, if most do; else 0.

    A digest under a headline and an origin of its own is an article that links what it sums up.
    """
    if _has_facts(draft):
        return 0
    element = page.elements[draft.body.element]
    lines = [line for line in page.lines[element.first : element.last] if not line.hidden]
    prose = [index for index, line in enumerate(lines) if is_prose(line)]
    under = sum(any(_is_headline(line) for line in lines[max(0, index - 2) : index]) for index in prose)
    return under if under >= _SUMMARIES and under >= len(prose) * 0.6 else 0


def _has_facts(draft: Draft | None) -> bool:
    """Whether a headline of the page's own, a time and an origin stand together."""
    return draft is not None and draft.origin is not None and _under_title(draft)


def _is_headline(line: Line) -> bool:
    length = len("".join(line.text.split()))
    return line.linked >= max(_HEADLINE, length * 0.7)


def _under_title(draft: Draft) -> bool:
    """Whether the text stands close under a headline of its own, which the title tag repeats, beside a time."""
    title = draft.title
    return (
        title.line >= 0
        and bool(draft.lines)
        and 0 <= draft.lines[0] - title.line <= 12
        and len(title.text) >= 2
        and draft.published is not None
    )


def _says_something(page: Page, draft: Draft) -> bool:
    """Whether a sentence stands under a headline and a printed time: a flash may speak of codes and things deleted.

    Not so where the headline itself says that there is nothing, and a time in the address alone proves nothing.
    """
    if not _under_title(draft) or any(_is_title_of(draft.title.text, kind) for kind, _, _ in _MESSAGES):
        return False
    return _is_timed(draft) and any(is_prose(page.lines[index]) for index in draft.lines)


@cache
def _pattern(kind: str) -> re.Pattern[str] | None:
    table = verdicts()[kind]
    parts = (*map(re.escape, table.text), *table.patterns)
    return re.compile("|".join(parts)) if parts else None


def _says(text: str, kind: str) -> str | None:
    """The words of the text that say what the table of verdicts.toml is for, or None."""
    pattern = _pattern(kind)
    match = pattern.search(text) if pattern else None
    return match[0] if match else None


def _is_title_of(title: str, kind: str) -> bool:
    """Whether a title says little else: `404页面`, but not `“404页面”里的寻人启事`."""
    first = _SEGMENT.split(title[:_LONGEST_TITLE].strip())[0]
    if first in verdicts()[kind].title:
        return True
    words = _says(first, kind) or (_says(title[:_LONGEST_TITLE], kind) if first != title else None)
    return words is not None and len(words) >= max(len(first), 1) * _COVERED


def _message(page: Page, shown: Sequence[Line], draft: Draft | None) -> Judged | None:
    """What the page says of itself in the place of an article."""
    if draft is not None and _says_something(page, draft):
        return None
    lines = list(islice(_messages(shown), _MOST_MESSAGES))
    first = min(draft.lines, default=0) if draft is not None else 0
    for kind, verdict, what in _MESSAGES:
        said = [line.text for line in lines if _says(line.text, kind)]
        if _is_title_of(page.title, kind):
            return Judged(verdict, f"{what}: its title is “{page.title[:_LONGEST_MESSAGE]}”")
        if not said:
            continue
        prose = sum(len(line.text) for line in shown if is_prose(line) and line.text not in said)
        if prose < _FEW:
            return Judged(verdict, f"{what}: it says “{_says(said[0], kind)}” beside {prose} characters of sentences")
        opening = [line.text for line in page.lines[: first + 1] if line.text in said and _ADDRESSES.search(line.text)]
        if opening and kind != "login":
            return Judged(verdict, f"{what}: it says “{_says(opening[0], kind)}” above all else")
    return None


def _messages(shown: Sequence[Line]) -> Iterator[Line]:
    """The short lines that are no links: where a page speaks to its reader."""
    return (line for line in shown if line.linked * 2 <= len(line.text) <= _LONGEST_MESSAGE)


def _without_text(page: Page, free: int) -> Judged | None:
    """A page of next to no text that its scripts or its head make something of."""
    if free >= 40:
        return None
    found = _says(page.markup[:200_000], "challenge")
    if found:
        return Judged("challenge", f"a page without text whose markup says “{found}”")
    if len(page.lines) >= 5:
        return None
    scripts = "".join(script[1] for script in islice(_SCRIPT.finditer(page.markup), _MOST_SCRIPTS))
    for word in verdicts()["challenge"].script:
        if word in scripts:
            return Judged("challenge", f"a page without text whose script uses {word}")
    for word in verdicts()["redirect"].script:
        if word in scripts or (word.startswith("http-equiv") and word in page.markup):
            return Judged("other", "a page without text that leads elsewhere")
    return None
