"""What learning does to the made-up sites, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from learn_sites import Made

from crawler.learn.learn import learn
from crawler.learn.learnt import Learnt
from crawler.learn.observe import Observation
from crawler.pipeline import observed, read
from crawler.reading import Reading

UTF8 = "text/html; charset=utf-8"


@dataclass
class Measured:
    """Lines of the articles, by what they are and whether they were read."""

    text: int = 0
    furniture: int = 0
    lost_without: int = 0  # of the text, without what was learnt
    lost: int = 0
    lost_by_learning: list[str] = field(default_factory=list)
    left_without: int = 0  # of the furniture
    left: int = 0
    dropped: int = 0  # by the rule
    dropped_text: int = 0


def notes(pages: Sequence[Made]) -> list[Observation]:
    """The observations of pages."""
    found = (observed(page.markup.encode(), page.url, UTF8, identity=page.url) for page in pages)
    return [note for note in found if note is not None]


def learnt_from(pages: Sequence[Made]) -> Learnt | None:
    """The profile of pages."""
    return learn(notes(pages))


def reading_of(page: Made, learnt: Learnt | None = None) -> Reading:
    """The page, read with or without what was learnt."""
    return read(page.markup.encode(), page.url, UTF8, learnt=learnt)


def measure(pages: Sequence[Made], learnt: Learnt | None) -> Measured:
    """Read every page without and with what was learnt."""
    total = Measured()
    for page in pages:
        text, furniture = {_bare(line) for line in page.text}, {_bare(line) for line in page.furniture}
        without, reading = _lines(reading_of(page)), reading_of(page, learnt)
        lines = _lines(reading)
        dropped = [_bare(each.text) for each in reading.evidence.dropped if each.rule == "furniture"]
        total.text += len(text)
        total.furniture += len(furniture)
        total.lost_without += len(text - without)
        total.lost += len(text - lines)
        total.lost_by_learning += sorted((text & without) - lines)
        total.left_without += len(furniture & without)
        total.left += len(furniture & lines)
        total.dropped += len(dropped)
        total.dropped_text += len(text & set(dropped))
    return total


def _lines(reading: Reading) -> set[str]:
    return {
        _bare(line)
        for article in reading.articles
        for block in article.blocks
        for line in block.text.replace("\t", "\n").split("\n")
    }


def _bare(text: str) -> str:
    return "".join(text.split())
