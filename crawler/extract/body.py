"""Which element holds the article, and which of its lines are prose.

Every line is given a value: sentences are worth their length, links and scraps cost something, and so does what lies
in a footer or a list of comments. The body is the element whose lines have the greatest sum, the innermost of equals:
an element that is too small misses sentences, one that is too large pays for the links around them. The
selectors of a source's template go first, then those of a family and the place of the body on the source's other pages
where they hold most of the prose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from crawler.extract.attachment import is_document
from crawler.extract.notice import is_notice
from crawler.extract.others import others
from crawler.extract.page import Element, Line, Page
from crawler.extract.phrases import containers
from crawler.later import later

MARKS = later(r"[，。！？；：、…“”「」]|(?<=[\u4e00-\u9fff]),|[.!?,;:](?=\s|$)")
# those of a sentence, of which most texts have the first kind; a colon follows labels as well
_HAN_MARKS = later(r"[，。！？；、…“”「」]")
_LATIN_MARKS = later(r"(?<=[\u4e00-\u9fff]),|[.!?,;](?=\s|$)")
SENTENCE_END = later(r"[。！？…!?.；;：:][”’」』\"')）】]*$")
_WORDS = later(r"[^a-z0-9\u4e00-\u9fff]+")
_OTHERS = 200  # what a reply costs at most, a point a character
_LEAST_PAIRS = 10  # of characters in a title, from which the text is asked for them
_STRANGE, _AT_HOME = 0.1, 0.5  # the share of the title's pairs below which a text is another's, above which its own
_LEAST_TEXT = 80
_PARAGRAPHS = frozenset(("p", "span", "section"))
_MARGIN_TAGS = frozenset(("footer", "nav", "aside"))
_FURNITURE = -4.0  # what a line is worth that the source's other pages show outside the text; one inside says nothing


@dataclass(frozen=True, slots=True)
class Body:
    """The element that holds the article, and the rule that found it.

    `by_sum`: the sums of the lines' values alone would have told as well, without template, title and siblings.
    """

    element: int
    rule: str
    prose: int  # characters of sentences in it
    by_sum: bool = False


def find_body(page: Page) -> Body | None:
    """The element that holds the article, or None on a page without any text."""
    if not page.lines:
        return None
    values = line_values(page)
    sums = [0.0, *accumulate(values)]
    prose = [0, *accumulate(int(value) if value > 0 else 0 for value in values)]
    shape = _by_shape(page, sums)
    if shape is None:
        return _without_sentences(page)
    strange = _missing(page, page.elements[shape])
    by_sum = not strange and page.elements[shape].tag not in _PARAGRAPHS and "drop" not in page.matched
    if strange:
        shape = _of_this_title(page, values, shape, strange)
    shape = _with_siblings(page, shape, prose)
    held = _in(prose, page.elements[shape])
    for role, rule, share in (("body", "template", 0.0), ("family-body", "family", 0.6)):
        profile = _by_profile(page, prose, role)
        if profile is not None and _in(prose, page.elements[profile]) >= max(held * share, 1):
            return Body(profile, rule, _in(prose, page.elements[profile]), by_sum and profile == shape)
    usual = max(page.bodies, key=lambda index: _in(prose, page.elements[index]), default=shape)
    if usual != shape and _in(prose, page.elements[usual]) >= max(held * 0.9, 1):
        return Body(usual, "learnt", _in(prose, page.elements[usual]))
    return Body(shape, "shape", held, by_sum)


def _without_sentences(page: Page) -> Body | None:
    """The body of a page on which no visible line reads as a sentence.

    A notice of a few bare lines or of an attachment, or a text that a script will show: the element that a template or
    the word of its class names, with most text that is no link, hidden or not.
    """
    texts = [0, *accumulate(map(_text_of, page.lines))]
    best, found = 0, None
    for index, element in enumerate(page.elements):
        named = bool(element.roles & {"body", "family-body"}) or index in page.bodies or _named_as_body(element.words)
        if not named:
            continue
        held = _in(texts, element)
        if held > best:
            best, found = held, index
    return None if found is None else Body(found, "name", 0)


def _text_of(line: Line) -> int:
    if is_document(line.hrefs):
        return len(line.text)
    return max(len(line.text) - 2 * line.linked, 0)


def _named_as_body(words: str) -> bool:
    parts = set(_WORDS.split(words)) | set(words.split())
    table = _container_words()
    return bool(parts & table["body"]) and not parts & table["margin"] and not parts & table["others"]


def _in(sums: Sequence[int], element: Element) -> int:
    return sums[element.last] - sums[element.first]


def _by_shape(page: Page, sums: Sequence[float]) -> int | None:
    """The element with the greatest sum, the innermost of equals."""
    best, found = 0.0, None
    for index, element in enumerate(page.elements):
        value = sums[element.last] - sums[element.first]
        if value >= best and value > 0:
            best, found = value, index
    return found


def _of_this_title(page: Page, values: Sequence[float], shape: int, pairs: set[str]) -> int:
    """The best text elsewhere if it is full of the title's `pairs`, which hardly stand in the element found; else that.

    Below a short article a whole other one may be shown, longer than it (seen on an aggregator, 2024).
    """
    element = page.elements[shape]
    sums = [0.0, *accumulate(0.0 if element.first <= at < element.last else value for at, value in enumerate(values))]
    other = _by_shape(page, sums)
    if other is None or not _are_apart(element, page.elements[other]):
        return shape
    found = page.elements[other]
    text = [at for at in range(found.first, found.last) if is_prose(page.lines[at])]
    enough = sum(len(page.lines[at].text) for at in text) >= _LEAST_TEXT
    return other if enough and _share(page, pairs, text) >= _AT_HOME else shape


def _missing(page: Page, element: Element) -> set[str]:
    """The title's pairs of characters where it has enough of them and hardly one stands in the element; else none."""
    title = page.title[:100]
    pairs = {title[at : at + 2] for at in range(len(title) - 1) if _HAN_PAIR.match(title, at)}
    enough = len(pairs) >= _LEAST_PAIRS
    return pairs if enough and _share(page, pairs, range(element.first, element.last)) < _STRANGE else set()


_HAN_PAIR = later(r"[\u4e00-\u9fff]{2}")


def _share(page: Page, pairs: set[str], lines: Iterable[int]) -> float:
    """The share of the pairs that the lines hold."""
    text = "\n".join(page.lines[at].text for at in lines)
    return sum(pair in text for pair in pairs) / len(pairs)


def _are_apart(one: Element, other: Element) -> bool:
    """Whether two elements share no line."""
    return one.last <= other.first or other.last <= one.first


def _with_siblings(page: Page, element: int, prose: Sequence[int]) -> int:
    """A single paragraph wins over its parent where the parent holds lists of links as well: take the parent.

    It does if further children of the same tag and class hold half as much prose as the paragraph itself.
    """
    chosen = page.elements[element]
    if chosen.tag not in _PARAGRAPHS or chosen.parent < 0:
        return element
    beside = sum(
        _in(prose, other)
        for other in page.elements
        if other.parent == chosen.parent and other.tag == chosen.tag and other.words == chosen.words
    )
    return chosen.parent if beside >= _in(prose, chosen) * 1.5 else element


def line_values(page: Page) -> list[float]:
    """What each line says for its element's being the body: characters of sentences count, links cost."""
    read = [
        len(line.text) if line.linked * 2 < len(line.text) and not line.hidden and is_prose(line) else 0
        for line in page.lines
    ]
    weights = _Weights(page.elements, [0, *accumulate(read)])
    values = [_value(line, length, weights) for line, length in zip(page.lines, read, strict=True)]
    if "drop" in page.matched:
        values = [0.0 if _is_dropped(line) else value for line, value in zip(page.lines, values, strict=True)]
    for index, (where, _) in page.furniture.items():
        values[index] = min(values[index], _FURNITURE) if where == "outside" else 0.0
    for index in others(page.lines):
        values[index] = min(values[index], -float(min(len(page.lines[index].text), _OTHERS)))
    return values


class _Weights(dict[int, float]):
    """What the words of an element and of those around it make of its lines: 1 for text, less for the margin.

    Worked out when it is first asked for, and never for an element in which only links stand.
    """

    def __init__(self, elements: Sequence[Element], prose: Sequence[int]) -> None:
        super().__init__({-1: 1.0})  # of no element
        self._elements = elements
        self._prose = prose  # characters of sentences before each line

    def __missing__(self, index: int) -> float:
        chain = []
        while index not in self:
            chain.append(index)
            index = self._elements[index].parent
        weight = self[index]
        for each in reversed(chain):
            weight = self[each] = min(weight, self._own(self._elements[each]))
        return weight

    def _own(self, element: Element) -> float:
        words = element.words
        weight = -1.0 if element.tag in _MARGIN_TAGS else _word_weight(words) if words else 1.0
        if weight > 0:
            return weight
        # a word such as "side" on an element around much of the page's prose says nothing, "comments" does
        held = self._prose[element.last] - self._prose[element.first]
        return 1.0 if held > self._prose[-1] * (0.4 if weight > -2 else 0.97) else weight


def is_prose(line: Line) -> bool:
    """Whether a line reads as a sentence rather than as a label, a link or a scrap."""
    text = line.text
    length = len(text)
    return (
        length >= 12
        and line.linked * 2 < length
        and (_HAN_MARKS.search(text) or _LATIN_MARKS.search(text)) is not None
        and not is_notice(text)
    )


def _is_dropped(line: Line) -> bool:
    return any("drop" in place.roles for _, place in line.pieces)


def _value(line: Line, read: int, weights: _Weights) -> float:
    """What a line says; `read` are the characters of its sentences."""
    if line.hidden:
        return 0.0
    length, linked = len(line.text), line.linked
    if not read and linked * 2 >= length:
        return -(10.0 + min(length, 40))
    weight = weights[line.element]
    free = max(length - linked, 0)
    if read:
        return min(free, 600) * (1.0 if weight > 0 else weight * 0.5)
    if length >= 40 and not is_notice(line.text):
        return free * 0.5 * weight
    return -4.0 if weight > 0 else -10.0


@cache
def _container_words() -> dict[str, frozenset[str]]:
    table = containers()
    return {"body": frozenset(table.body), "margin": frozenset(table.margin), "others": frozenset(table.others)}


@lru_cache(maxsize=1_024)  # the pages of a site share theirs
def _word_weight(words: str) -> float:
    parts = set(_WORDS.split(words)) | set(words.split())
    table = _container_words()
    if parts & table["others"]:
        return -2.0
    return -1.0 if parts & table["margin"] and not parts & table["body"] else 1.0


def _by_profile(page: Page, prose: Sequence[int], role: str) -> int | None:
    """The element with most prose of those that the template's selectors for the body match, the first of equals."""
    if role not in page.matched:
        return None
    best, found = 0, None
    for index, element in enumerate(page.elements):
        if role not in element.roles:
            continue
        held = prose[element.last] - prose[element.first]
        if held > best:
            best, found = held, index
    return found
