"""Articles that were never published: a cast of places, firms and people, and sentences about them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import words

_SLOT = re.compile(r"{(\w+)}")


@dataclass(slots=True)
class Writer:
    """Writes sentences with one set of dice; who an article is about stays the same throughout it."""

    dice: random.Random
    cast: dict[str, list[str]] = field(default_factory=dict)

    def name(self, characters: list[str], size: int) -> str:
        """A name of so many characters."""
        return "".join(self.dice.choices(characters, k=size))

    def new_cast(self) -> None:
        """Other people and places for the next article."""
        places = [self.name(words.PLACE, 2) + self.dice.choice(words.REGION) for _ in range(3)]
        firms = [
            self.dice.choice(places)[:2] + self.name(words.BRAND, 2) + self.dice.choice(words.TRADE) + "公司"
            for _ in range(3)
        ]
        people = [self.dice.choice(words.FAMILY) + self.name(words.GIVEN, self.dice.choice((1, 2))) for _ in range(4)]
        self.cast = {"place": places, "firm": firms, "person": people}

    def fill(self, pattern: str, **given: str) -> str:
        """The pattern with every slot filled, from what is given, the cast, or the dice."""

        def slot(match: re.Match[str]) -> str:
            name = match[1]
            return given[name] if name in given else self._word(name)

        return _SLOT.sub(slot, pattern)

    def sentence(self, patterns: list[str] = words.PATTERNS) -> str:
        """One sentence."""
        return self.fill(self.dice.choice(patterns)) + "。"

    def article(self, length: int, patterns: list[str] = words.PATTERNS) -> list[str]:
        """Sentences of so many characters together, in paragraphs: a sentence that ends one ends in a line break."""
        sentences: list[str] = []
        while sum(map(len, sentences)) < length:
            sentences.append(self.sentence(patterns) + ("\n" if self.dice.random() < 0.3 else ""))
        return sentences

    def quotation(self, sayings: int) -> str:
        """What somebody says at length."""
        return "“" + "，".join(self._word("saying") + self._word("result") for _ in range(sayings)) + "。”"

    def bulletin(self, template: str, place: str) -> str:
        """The template with today's figures."""
        figures = {letter: self._figure() for letter in "abcdefghijklmnop"}
        return self.fill(template, place=place, t1=self._word("trend"), t2=self._word("trend"), **figures)

    def notice(self, place: str) -> str:
        """An appointment: one wording, other names, no figures at all."""
        people = {
            f"p{n}": self.dice.choice(words.FAMILY) + self.name(words.GIVEN, self.dice.choice((1, 2)))
            for n in range(1, 6)
        }
        offices = {f"o{n}": self.dice.choice(words.OFFICE) for n in range(1, 4)}
        return self.fill(words.NOTICE, place=place, **people, **offices)

    def _figure(self) -> str:
        return self.dice.choice(
            (f"{self.dice.randint(1, 99)}.{self.dice.randint(0, 9)}", str(self.dice.randint(2, 980)))
        )

    def _word(self, name: str) -> str:
        if name in self.cast:
            return self.dice.choice(self.cast[name])
        return _SLOTS[name](self)


_SLOTS: dict[str, Callable[[Writer], str]] = {
    "n": lambda w: str(w.dice.randint(2, 96)),
    "f": lambda w: w._figure(),
    "p": lambda w: f"{w.dice.randint(1, 98)}.{w.dice.randint(0, 9)}",
    "month": lambda w: str(w.dice.randint(1, 12)),
    "day": lambda w: str(w.dice.randint(1, 28)),
    "saying": lambda w: "".join(w.dice.choice(part) for part in words.SAYING),
    "place": lambda w: w.name(words.PLACE, 2) + w.dice.choice(words.REGION),
    "person": lambda w: w.dice.choice(words.FAMILY) + w.name(words.GIVEN, 2),
    "outlet": lambda w: w.dice.choice(words.OUTLETS),
    **{
        name.lower(): lambda w, name=name: w.dice.choice(getattr(words, name))  # type: ignore[misc]
        for name in (
            "TRADE",
            "PRODUCT",
            "OFFICE",
            "POST",
            "ACTION",
            "RESULT",
            "SEASON",
            "MANNER",
            "SCENE",
            "MEASURE",
            "TREND",
            "TREND2",
            "STAGE",
            "STAFF",
            "TROUBLE",
            "QUALITY",
        )
    },
}
