"""From a set of observations to a profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from crawler.learn import templates
from crawler.learn.furniture import furniture
from crawler.learn.learnt import FEWEST, Known, Learnt, Template
from crawler.learn.observe import Observation

MOST_PAGES = 120
"""Pages of a source that are looked at; of more, those whose ids have the smallest hashes."""

MOST_TEMPLATES = 24
MOST_LINES = 600
"""Lines of furniture of one template, those on most pages."""


def learn(observations: Iterable[Observation]) -> Learnt | None:
    """The profile of a source; None where there are too few pages to learn from.

    A function of the set of observations: their order plays no part, and one that comes twice counts once. Of several
    of one page that with the greatest id counts.
    """
    newest: dict[str, Observation] = {}
    for each in observations:
        if each.url not in newest or newest[each.url].id < each.id:
            newest[each.url] = each
    pages = sorted(newest.values(), key=lambda page: (sha256(page.id.encode()).digest(), page.id))[:MOST_PAGES]
    if len(pages) < FEWEST:
        return None
    found = templates.templates(pages)[:MOST_TEMPLATES]
    sample = sha256("\n".join(sorted(page.id for page in pages)).encode()).hexdigest()[:16]
    return Learnt(len(pages), sample, tuple(_template(str(number), each) for number, each in enumerate(found, 1)))


def _template(name: str, pages: Sequence[Observation]) -> Template:
    articles = templates.articles(pages)
    core = templates.core(pages)
    bodies = templates.bodies(articles) if len(articles) >= FEWEST else ()
    articles = [[templates.seated(page, bodies) for page in each] for each in articles]
    lines, spots = furniture(articles) if len(articles) >= FEWEST else ((), ())
    lines = tuple(sorted(sorted(lines, key=lambda known: (-known.articles, known.key))[:MOST_LINES], key=_by_key))
    return Template(
        name=name,
        pages=len(pages),
        articles=len(articles),
        core=core,
        likeness=min(share(core, page.skeleton) for page in pages),
        standing=min(share([known.key for known in lines], {line.key for line in page.lines}) for page in pages),
        bodies=bodies,
        lines=lines,
        spots=spots,
    )


def _by_key(known: Known) -> str:
    return known.key


def share(of: Sequence[object], among: Iterable[object]) -> float:
    """The share of some things that are among others, to a thousandth; 1 of none."""
    present = frozenset(among)
    return round(sum(one in present for one in of) / len(of), 3) if of else 1.0
