"""Which lines of a template are furniture, and why.

A line that stands on the pages of several articles is a candidate and no more: newspapers repeat sub-heads, signatures,
the rows of a table, the introduction of a series. What is taken for furniture needs a second sign:

- it stands outside the text on all other pages (body and furniture were once confused);
- it is for the most part a link;
- nothing of any one article's own ever stands in its place, and it stands among links, speaks to the reader
  (config/phrases/furniture.toml), or lies in a box with a name;
- half of the articles have it, mostly as the beginning or end of the text, and it speaks to the reader, or stands at
  the end among links;
- it is the last sentence of nearly all articles of the template, among links.

A box that holds such a line and many links is furniture with all that it holds, for its lines change from day to day.

Spared whatever its number: facts and by-lines, captions, attachments, cells of tables of data, whom to ask about a
notice, its formulas and the names that sign it; in the middle of a text anything that stands where the text stands.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import msgspec

from crawler.learn.learnt import Known, Spot, Where
from crawler.learn.observe import Observation, Seen

FEWEST = 3
"""Articles on whose pages a line must stand to be looked at."""

_OUTSIDE = 0.5  # of the template's articles show a line that counts against a body
_OWN = 0.1  # at most of the articles have words of their own in a place where nothing of an article's stands
_MOSTLY = 0.8
_BESIDE = 1 / 3  # of the lines of a run are links or speak to the reader, where it is a block of furniture
_SOME = 0.1  # of the template's articles
_BOXED, _SENTENCE, _BOXED_ARTICLES = 0.3, 0.5, 5
_LAST, _LAST_ARTICLES = 0.8, 8
_TEXT_TAGS = frozenset(("p", "span", "font", "center", "h1", "h2", "h3", "h4", "h5", "h6"))
_ALWAYS = 0.9
_SIGNATURE = re.compile(
    r"(?:厅|局|处|科|委|委员会|办公室|政府|部|署|院|会|协会|学会|公司|集团|中心|大学|银行|法院|检察院|社|编辑部|评论员)$"
)


_FORMULA = re.compile(  # how notices end, all of them alike (党政机关公文处理工作条例, and what stands on their pages)
    r"特此|公示|公告|通告|通知|通报|批复|此复|函复|请示|妥否|执行|施行|贯彻|遵照|落实|反映|意见|有效|解释|生效|废止|感谢|谢谢"
)


@dataclass(slots=True)
class _Tally:
    """How a line stands on the articles' pages."""

    sample: Seen
    articles: int = 0
    inside: int = 0
    linked: int = 0
    beside: int = 0  # in a run of recurring lines of which many are links
    at_end: int = 0
    at_start: int = 0
    spared: int = 0
    boxed: int = 0
    forms: set[str] = field(default_factory=set)

    @property
    def varies(self) -> bool:
        """Whether its figures change."""
        return len(self.forms) > 1


class _Standing(msgspec.Struct, frozen=True, gc=False):
    """Where a line stands on one page. A struct, as there are hundreds on a page."""

    line: Seen
    boxed: bool = False  # inside a box with a name of its own within the body's element
    beside: bool = False
    at_start: bool = False
    at_end: bool = False


def furniture(articles: Sequence[Sequence[Observation]]) -> tuple[tuple[Known, ...], tuple[Spot, ...]]:
    """The lines and the places that are furniture, of a template's pages by article."""
    support = Counter(key for pages in articles for key in {line.key for page in pages for line in page.lines})
    tallies = _tallies(articles, support)
    places = _places(articles, support)
    said = Counter(form for pages in articles for form in {line.exact for page in pages for line in page.lines})
    known = [
        Known(key, tally.sample.text, tally.articles, *reason)
        for key, tally in sorted(tallies.items())
        if tally.articles >= FEWEST
        and (reason := _reason(tally, places[tally.sample.place], said[tally.sample.exact], len(articles)))
    ]
    return tuple(known), _boxes(articles, {each.key for each in known})


def _tallies(articles: Sequence[Sequence[Observation]], support: Counter[str]) -> dict[str, _Tally]:
    """Each line once an article, as it stands on the first page that shows it."""
    tallies: dict[str, _Tally] = {}
    for pages in articles:
        seen: dict[str, _Standing] = {}
        for page in sorted(pages, key=lambda page: page.id):
            for standing in _standings(page, support):
                seen.setdefault(standing.line.key, standing)
        for key, standing in seen.items():
            line = standing.line
            tally = tallies.get(key)
            if tally is None:
                tally = tallies[key] = _Tally(line)
            elif line.text <= tally.sample.text and (line.text, line.exact) < (tally.sample.text, tally.sample.exact):
                tally.sample = line
            tally.articles += 1
            tally.forms.add(line.exact)
            if line.linked:
                tally.linked += 1
            if line.spared:
                tally.spared += 1
            if line.inside:  # hardly one in ten; of the others the rest is never so
                tally.inside += 1
                tally.beside += standing.beside
                tally.at_start += standing.at_start
                tally.at_end += standing.at_end
                tally.boxed += standing.boxed
    return tallies


def _standings(page: Observation, support: Counter[str]) -> list[_Standing]:
    """The lines of a page; those of its text with the run of recurring lines and links that each belongs to."""
    found = [_Standing(line) for line in page.lines if not line.inside]
    text = [line for line in page.lines if line.inside]
    run: list[Seen] = []
    starts = True
    for at, line in enumerate(text):
        recurs = support[line.key] >= FEWEST or line.linked or line.spared
        if recurs:
            run.append(line)
        ends = at == len(text) - 1
        if run and (ends or not recurs):
            found += _in_run(page, run, starts, ends and recurs)
            run = []
        if not recurs:
            starts = False
            found.append(_Standing(line, bool(box_of(page, line))))
    return found


def box_of(page: Observation, line: Seen) -> str:
    """The outermost box around the line within the body's element: an element with class or id that is no paragraph or
    heading. "" if there is none."""
    found = ""
    for place in takewhile(lambda place: place != page.body, page.around(line)):
        tag, _, words = place.rpartition(">")[2].partition(".")
        if words and tag not in _TEXT_TAGS:
            found = place
    return found


def _in_run(page: Observation, run: Sequence[Seen], at_start: bool, at_end: bool) -> list[_Standing]:
    counted = [line for line in run if not line.spared]
    telling = sum(line.linked or line.speaks for line in counted)
    beside = len(counted) > 1 and telling >= len(counted) * _BESIDE
    return [_Standing(line, bool(box_of(page, line)), beside, at_start, at_end) for line in run]


@dataclass(frozen=True, slots=True)
class _Place:
    """How a place is used: the articles with a line in it, and the share of them with words of their own there."""

    articles: int
    own: float


def _places(articles: Sequence[Sequence[Observation]], support: Counter[str]) -> dict[str, _Place]:
    """The places; links are nobody's own words."""
    there: Counter[str] = Counter()
    with_own: Counter[str] = Counter()
    for pages in articles:
        lines = [line for page in pages for line in page.lines]
        there.update({line.place for line in lines})
        with_own.update({line.place for line in lines if support[line.key] == 1 and not line.linked})
    return {place: _Place(count, with_own[place] / count) for place, count in there.items()}


def _reason(tally: _Tally, place: _Place, said: int, articles: int) -> tuple[Where, str] | None:
    """Where the line stands and why it is furniture; None if it is not. `said`: the articles that say it anywhere."""
    line, count = tally.sample, tally.articles
    of_place = (
        count / place.articles if place.own > _LAST else 0.0
    )  # two templates may share a skeleton, not a text's place
    share = max(count / articles, of_place)
    stands = f"stands on the pages of {count} of {articles} articles of this template"
    if tally.spared or (not line.prose and not tally.linked and _SIGNATURE.search(line.text)):
        return None
    if tally.inside * 5 <= count:
        return ("outside", f"{stands}, outside the text") if share >= _OUTSIDE else None
    if tally.linked >= count * _MOSTLY:
        return "apart", f"{stands}, as a link"
    if share < _SOME or (tally.varies and place.own > _OWN):
        return None
    apart = place.own <= _OWN
    if not apart and _FORMULA.search(line.text):
        return None
    beside = tally.beside >= count * _MOSTLY
    boxed = tally.boxed * 2 > count
    ends = tally.at_end >= count * _MOSTLY
    starts = tally.at_start >= count * _MOSTLY
    if line.speaks and (apart or (share >= _SENTENCE and (ends or starts))):
        return ("apart" if apart else "end"), f"{stands}, and speaks to the reader"
    block = apart and (boxed or ends or (starts and not line.heading))
    if beside and (block or (ends and not line.prose and share >= _SENTENCE)):
        return ("apart" if apart else "end"), f"{stands}, among links"
    often = share >= (_SENTENCE if line.prose else _BOXED) and count >= _BOXED_ARTICLES
    if apart and boxed and often and not line.heading:
        return "apart", f"{stands}, in a box of its own"
    last = max(said / articles, of_place) >= _LAST
    if ends and beside and line.prose and not tally.varies and last and said >= _LAST_ARTICLES:
        return "end", f"{stands}, at the end"
    return None


def _boxes(articles: Sequence[Sequence[Observation]], known: Container[str]) -> tuple[Spot, ...]:
    """The boxes whose lines come and go: known by a standing line of theirs and by their links."""
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    for pages in articles:
        text = [(line, box_of(pages[0], line)) for line in pages[0].lines if line.inside]
        every = sum(line.length for line, _ in text if line.prose and line.key not in known)
        for box in {box for _, box in text if box}:
            lines = [line for line, around in text if around == box]
            own = sum(line.length for line in lines if line.prose and line.key not in known)
            links = sum(line.linked for line in lines)
            stands = any(line.key in known and not line.linked for line in lines)
            spared = any(line.spared for line in lines)
            seen[box].append(stands and links >= len(lines) * _BESIDE and own * 2 <= every and not spared)
    return tuple(
        Spot(box, len(signs), f"in a box of links that the pages of {len(signs)} of {len(articles)} articles show")
        for box, signs in sorted(seen.items())
        if len(signs) >= _BOXED_ARTICLES and sum(signs) >= len(signs) * _ALWAYS
    )
