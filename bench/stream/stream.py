"""A stream of articles in which it is known which are one story, of what kind each copy is, and where it comes from.

Everything follows from the seed. Half of the articles are copies or lookalikes; the rest are alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import changes
import sites
import words
from prose import Writer

from archive.likeness import Copy

SHANGHAI = timezone(timedelta(hours=8))
START = datetime(2025, 1, 6, 7, 0, tzinfo=SHANGHAI)
KINDS = ("reprint", "punctuation", "truncated", "edited", "excerpt", "traditional", "mirror", "chain")


@dataclass(slots=True)
class Item:
    """One article of the stream, with the truth about it."""

    text: str
    story: str
    kind: str  # alone, origin, or a kind of copy
    page: Copy  # what its page says
    moment: datetime  # when it was published in truth
    title: str
    family: str = ""  # a template, event or speech: other stories of the same look like this one

    @property
    def id(self) -> str:
        """The article's id."""
        return self.page.id


class Stream:
    """Writes the stream. `items` are in the order of their publication, origins before copies."""

    def __init__(self, seed: int, stories: int) -> None:
        self._dice = random.Random(seed)
        self._writer = Writer(self._dice)
        self._numbers = iter(range(10**9))
        self._now = START
        self.items: list[Item] = []
        templates = [
            (template, words.PLACE[i] + words.PLACE[-i - 1] + "市") for i in range(3) for template in words.BULLETINS
        ]
        scenes: list[tuple[int, Callable[[], Iterator[Item]]]] = [
            (38, self._alone),
            (34, self._copied),
            (12, lambda: self._bulletin(*self._dice.choice(templates))),
            (4, self._notice),
            (8, self._event),
            (4, self._quoted),
        ]
        weights = [weight for weight, _ in scenes]
        while len(self.items) < stories:
            self._writer.new_cast()
            self._now += timedelta(minutes=self._dice.randint(1, 30))
            self.items += self._dice.choices(scenes, weights)[0][1]()

    def shuffled(self) -> list[Item]:
        """The same in another order."""
        return random.Random(len(self.items)).sample(self.items, len(self.items))

    def _alone(self) -> Iterator[Item]:
        yield self._item("".join(self._sentences()), self._name("alone"), "alone")

    def _copied(self) -> Iterator[Item]:
        yield from self._with_copies(self._sentences(), self._name("story"), self._dice.choice((1, 1, 2, 2, 3, 5, 12)))

    def _bulletin(self, template: str, place: str) -> Iterator[Item]:
        text = self._writer.bulletin(template, place)
        copies = self._dice.choice((0, 0, 1, 2))
        story = self._name("bulletin")
        family = f"template {words.BULLETINS.index(template)}"
        yield from self._with_copies(_sentences(text), story, copies, family, kinds=_OF_BULLETINS)

    def _notice(self) -> Iterator[Item]:
        text = self._writer.notice(self._writer.cast["place"][0])
        copies = self._dice.choice((0, 0, 1))
        yield from self._with_copies(_sentences(text), self._name("notice"), copies, "notice", kinds=_OF_BULLETINS)

    def _event(self) -> Iterator[Item]:
        """Two reports of one event: the same people, figures and quotation, in other words."""
        quotation, family = self._writer.quotation(2), self._name("event")
        facts = [self._writer.sentence() for _ in range(2)]
        for half in (words.PATTERNS[::2], words.PATTERNS[1::2]):
            sentences = self._sentences(half)
            for piece in (*facts[: self._dice.randint(0, 2)], quotation):
                sentences.insert(self._dice.randrange(len(sentences)), piece)
            copies = self._dice.choice((0, 0, 1))
            yield from self._with_copies(sentences, self._name("report"), copies, family)

    def _quoted(self) -> Iterator[Item]:
        """Two articles that quote the same speech at length and have nothing else in common."""
        speech, family = self._writer.quotation(self._dice.randint(6, 11)), self._name("speech")
        for _ in range(2):
            self._writer.new_cast()
            sentences = self._writer.article(int(2.2 * len(speech)))
            sentences.insert(self._dice.randrange(len(sentences)), speech)
            yield from self._with_copies(sentences, self._name("quoting"), self._dice.choice((0, 1)), family)

    def _sentences(self, patterns: list[str] = words.PATTERNS) -> list[str]:
        return self._writer.article(int(self._dice.lognormvariate(6.75, 0.45)), patterns)

    def _with_copies(
        self, sentences: list[str], story: str, copies: int, family: str = "", kinds: tuple[str, ...] = KINDS
    ) -> Iterator[Item]:
        first = self._item("".join(sentences), story, "origin", family)
        yield first
        last = first
        for _ in range(copies):
            kind = self._dice.choice(kinds)
            last = self._copy(first, last, sentences, kind)
            yield last

    def _copy(self, first: Item, last: Item, sentences: list[str], kind: str) -> Item:
        writer, dice, title = self._writer, self._dice, first.title
        make: dict[str, Callable[[], str]] = {
            "reprint": lambda: changes.reprint(first.text, writer, title),
            "punctuation": lambda: changes.punctuation(first.text, dice),
            "truncated": lambda: changes.truncated(first.text, dice),
            "edited": lambda: changes.edited(sentences, writer),
            "corrected": lambda: changes.corrected(first.text, dice),
            "excerpt": lambda: changes.excerpt(sentences, writer),
            "traditional": lambda: changes.traditional(first.text, dice),
            "mirror": lambda: changes.mirrored(first.text, dice),
            "chain": lambda: changes.reprint(changes.punctuation(last.text, dice), writer, title),
        }
        moment = first.moment + _delay(dice)
        page = sites.of_copy(self._id(), first.page, last.page, kind, moment, dice)
        return replace(first, text=make[kind](), kind=kind, page=page, moment=moment)

    def _name(self, kind: str) -> str:
        return f"{kind} {next(self._numbers)}"

    def _item(self, text: str, story: str, kind: str, family: str = "") -> Item:
        page = sites.of_origin(self._id(), self._now, self._dice)
        title = self._writer.fill("{place}{manner}{action}{result}")
        return Item(text, story, kind, page, self._now, title, family)

    def _id(self) -> str:
        return f"{next(self._numbers):08x}"


_OF_BULLETINS = ("reprint", "punctuation", "traditional", "mirror", "corrected")


def _sentences(text: str) -> list[str]:
    return [sentence + "。" for sentence in text.split("。") if sentence]


def _delay(dice: random.Random) -> timedelta:
    return timedelta(minutes=dice.choice((3, 20, 60, 240, 900, 3000)) * dice.uniform(0.5, 1.5))
