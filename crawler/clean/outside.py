"""What stands outside the article's element: recorded by runs of lines of one kind, so that a reader can check it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from crawler.clean.rules import breadcrumb, controls, counters, paging, phrases, scripts
from crawler.clean.rules.places import is_place_list
from crawler.evidence import Dropped
from crawler.extract.body import is_prose
from crawler.extract.page import Line, Page

_BY_TEXT = (
    ("phrases", phrases.reason),
    ("controls", controls.reason),
    ("counters", counters.reason),
    ("paging", paging.reason),
    ("breadcrumb", breadcrumb.reason),
    ("scripts", scripts.reason),
)
_LONGEST_KEPT = 60  # characters of a line whose reason is kept in mind: the same controls stand on every page of a site
_FEWEST_PLACES = 8  # lines, or names of two characters in one line: below it no list is looked for
_LONGEST = 2_000  # characters of one run that are kept as evidence; the capture holds the rest


def outside(page: Page, articles: Container[int]) -> tuple[Dropped, ...]:
    """The runs of lines that belong to none of the articles; `articles` holds the indexes of theirs."""
    return tuple(_runs(page, articles))


def _runs(page: Page, articles: Container[int]) -> Iterator[Dropped]:
    others = [line for index, line in enumerate(page.lines) if index not in articles]
    for (rule, why), members in groupby(others, key=_kind):
        run = list(members)
        if rule in ("links", "margin") and _may_be_places(run) and is_place_list(line.spaced for line in run):
            rule, why = "places", "place names of different provinces"
        yield Dropped(rule, why, "\n".join([line.text for line in run])[:_LONGEST])


def _may_be_places(run: Sequence[Line]) -> bool:
    return len(run) >= _FEWEST_PLACES or max([len(line.text) for line in run]) >= 2 * _FEWEST_PLACES


def _kind(line: Line) -> tuple[str, str]:
    if line.hidden:
        return "hidden", "hidden by its style"
    if line.hrefs and line.linked * 2 >= len(line.text):  # most of a page's lines: what they are is plain
        why = phrases.whole_reason(line.text)
        return ("phrases", why) if why else ("links", "links outside the article's element")
    told = _short(line.text) if len(line.text) <= _LONGEST_KEPT else _by_text(line.text)
    if told:
        return told
    if is_prose(line):
        return "outside", "sentences outside the article's element"
    return "margin", "words outside the article's element"


@lru_cache(maxsize=1_024)
def _short(text: str) -> tuple[str, str] | None:
    return _by_text(text)


def _by_text(text: str) -> tuple[str, str] | None:
    """The rule that knows a line by its words, and its reason."""
    for rule, reason in _BY_TEXT:
        why = reason(text)
        if why:
            return rule, why
    return None
