"""Which pages share a template: those whose skeletons are alike, directly or by way of others."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence

from msgspec.structs import replace

from crawler.learn.observe import Observation

ALIKE = 0.5
"""Jaccard of two skeletons of one template. Measured on 62 pages of one site: 0.6 and more within, 0.2 between two."""

SAME_ARTICLE = 0.5
"""The share of a page's own words that another page repeats if both show one article."""

_COUNTED = 60  # characters of a line that count
_SEVERAL, _PARAGRAPHS = 0.25, 2
_VOTES, _VOTED = 3, 0.1  # pages, and their share, that agree on a place of the text


def templates(observations: Sequence[Observation]) -> list[list[Observation]]:
    """The pages by template, those of most pages first. The order of the pages plays no part."""
    found = grouped(observations, lambda one, other: _jaccard(one.skeleton, other.skeleton) >= ALIKE)
    return sorted(found, key=lambda pages: (-len(pages), pages[0].id))


def core(pages: Sequence[Observation]) -> tuple[int, ...]:
    """The parts of the skeleton that more than half of the pages have."""
    counts = Counter(part for page in pages for part in page.skeleton)
    return tuple(sorted(part for part, count in counts.items() if count * 2 > len(pages)))


def articles(pages: Sequence[Observation]) -> list[list[Observation]]:
    """The pages by article: an article under two addresses, in two sections, or edited, is one.

    Two pages show one article if half of what is rare on the one stands on the other as well. What stands on every page
    weighs nothing, so that a page of much furniture and little text is not taken for its neighbour.
    """
    own = [{line.key: min(line.length, _COUNTED) for line in page.lines if not line.linked} for page in pages]
    counts = Counter(key for keys in own for key in keys)
    weights = {key: math.log(len(pages) / count) for key, count in counts.items()}
    sums = [sum(length * weights[key] for key, length in keys.items()) for keys in own]
    shared: defaultdict[tuple[int, int], float] = defaultdict(float)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for at, keys in enumerate(own):
        for key in keys:
            holders[key].append(at)
    for key, holding in holders.items():
        if weights[key] <= 0:
            continue
        for position, one in enumerate(holding):
            for other in holding[position + 1 :]:
                shared[one, other] += min(own[one][key], own[other][key]) * weights[key]
    same = {pair for pair, value in shared.items() if value >= SAME_ARTICLE * min(sums[at] for at in pair)}
    nothing_own = [at for at, value in enumerate(sums) if value <= 0]
    same |= {(nothing_own[0], at) for at in nothing_own[1:]}
    return _joined(pages, same)


def bodies(articles: Sequence[Sequence[Observation]]) -> tuple[str, ...]:
    """The places of the text, that of most pages first: where pages have a body whose words are the article's own.

    Where a notice is longer than the article, it may have been taken for the body: its words are on every page.
    """
    counts = Counter(key for pages in articles for key in {line.key for page in pages for line in page.lines})
    repeated = _repeated([page for pages in articles for page in pages])
    votes = Counter(_outer(page, repeated) for pages in articles for page in pages if _is_own(page, counts))
    least = max(_VOTES, _VOTED * votes.total())
    return tuple(
        place for place, count in sorted(votes.items(), key=lambda item: (-item[1], item[0])) if count >= least
    )


def _repeated(pages: Sequence[Observation]) -> frozenset[str]:
    """The places of paragraphs: a page has three of them or more, on a quarter of the pages that have any."""
    there: Counter[str] = Counter()
    several: Counter[str] = Counter()
    for page in pages:
        counts = Counter(step.place for step in page.steps)
        there.update(counts.keys())
        several.update(place for place, count in counts.items() if count > _PARAGRAPHS)
    return frozenset(place for place, count in several.items() if count >= _SEVERAL * there[place])


def _outer(page: Observation, repeated: Container[str]) -> str:
    """The place of the page's body; of a body that is a paragraph, the place of what is around it."""
    at = next((at for at, step in enumerate(page.steps) if step.place == page.body), -1)
    while at >= 0 and page.steps[at].place in repeated:
        at = page.steps[at].outer
    return page.steps[at].place if at >= 0 else page.body


def _is_own(page: Observation, counts: Counter[str]) -> bool:
    text = [line for line in page.lines if line.inside and not line.linked]
    own = sum(line.length for line in text if counts[line.key] == 1)
    return own * 2 > sum(line.length for line in text)


def seated(page: Observation, bodies: Sequence[str]) -> Observation:
    """The page with its text where the template has it, if its body was taken to be elsewhere."""
    there = {step.place for step in page.steps}
    place = next((place for place in bodies if place in there), page.body)
    if place == page.body or page.body in bodies:
        return page
    return replace(
        page, body=place, lines=tuple(replace(line, inside=place in page.around(line)) for line in page.lines)
    )


def grouped(
    observations: Sequence[Observation], alike: Callable[[Observation, Observation], bool]
) -> list[list[Observation]]:
    """The connected components of a likeness, each in the order of its ids."""
    pages = sorted(observations, key=lambda page: page.id)
    pairs = ((one, other) for one in range(len(pages)) for other in range(one + 1, len(pages)))
    return _joined(pages, {(one, other) for one, other in pairs if alike(pages[one], pages[other])})


def _joined(pages: Sequence[Observation], pairs: Iterable[tuple[int, int]]) -> list[list[Observation]]:
    leads = list(range(len(pages)))

    def lead(at: int) -> int:
        while leads[at] != at:
            leads[at] = leads[leads[at]]
            at = leads[at]
        return at

    for one, other in pairs:
        first, second = sorted((lead(one), lead(other)))
        leads[second] = first
    found: defaultdict[int, list[Observation]] = defaultdict(list)
    for at, page in enumerate(pages):
        found[lead(at)].append(page)
    return [found[at] for at in sorted(found)]


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0
