"""What a site publishes: articles with the versions they go through, and when they are taken away and put back.

The words are the demo web's (`crawler.demo.many`): places, trades and people that do not exist.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from crawler.demo.many import ACTORS, DEEDS, MONTHS, PLACES, RESULTS, TRADES, person, sentences


@dataclass(frozen=True, slots=True)
class Text:
    """An article's words."""

    title: str
    paragraphs: tuple[str, ...]
    editor: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of a site. `edited` are the moments at which it changed, `gone` when it was taken away."""

    seed: str
    number: int
    published: datetime
    edited: tuple[datetime, ...] = ()
    gone: datetime | None = None
    restored: datetime | None = None

    def version(self, at: datetime) -> int:
        """Which version stands at a moment: 0 is the first."""
        return sum(moment <= at for moment in self.edited)

    def is_there(self, at: datetime) -> bool:
        """Whether its address shows it."""
        taken = self.gone is not None and self.gone <= at and not (self.restored and self.restored <= at)
        return self.published <= at and not taken

    def text(self, version: int) -> Text:
        """The words of a version."""
        return _written(self.seed, self.number, version)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a site goes back on what it published: shares of its articles."""

    edited: float = 0.15
    gone: float = 0.04
    restored: float = 0.4  # of those that are gone


# Ages at which an edit comes, with their weights: most within hours, some much later (the shape that NewsDiffs found).
AGES = ((timedelta(minutes=20), timedelta(hours=3), 45), (timedelta(hours=3), timedelta(days=1), 30),
        (timedelta(days=1), timedelta(days=7), 18), (timedelta(days=7), timedelta(days=20), 7))  # fmt: skip


# Few are taken away within hours: whoever has published waits for a complaint.
AGES_AT_THE_END = ((timedelta(hours=1), timedelta(hours=3), 3), (timedelta(hours=3), timedelta(days=1), 27),
                   (timedelta(days=1), timedelta(days=7), 45), (timedelta(days=7), timedelta(days=20), 25))  # fmt: skip


def pieces(seed: str, moments: Sequence[datetime], habits: Habits, first: int = 1) -> tuple[Piece, ...]:
    """An article for each moment."""
    return tuple(_piece(seed, number, moment, habits) for number, moment in enumerate(moments, first))


def _piece(seed: str, number: int, published: datetime, habits: Habits) -> Piece:
    chance = random.Random(f"{seed} fate {number}")  # noqa: S311 - a story's fate
    edited: list[datetime] = []
    if chance.random() < habits.edited:
        edited.append(published + _age(chance))
        if chance.random() < 0.2:
            edited.append(edited[0] + timedelta(hours=chance.uniform(8, 60)))
    gone = restored = None
    if chance.random() < habits.gone:
        gone = published + _age(chance, AGES_AT_THE_END)
        if chance.random() < habits.restored:
            restored = gone + timedelta(hours=chance.uniform(6, 90))
    return Piece(
        seed, number, published, tuple(map(_whole, edited)), gone and _whole(gone), restored and _whole(restored)
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _age(chance: random.Random, ages: Sequence[tuple[timedelta, timedelta, int]] = AGES) -> timedelta:
    begin, end, _ = chance.choices(ages, [weight for _, _, weight in ages])[0]
    return begin + (end - begin) * chance.random()


@lru_cache(maxsize=20_000)
def _written(seed: str, number: int, version: int) -> Text:
    """The first version, and what the edits made of it: a figure put right, a paragraph added, another title."""
    chance = random.Random(f"{seed} words {number}")  # noqa: S311 - words
    place, trade = chance.choice(PLACES), chance.choice(TRADES)
    paragraphs = [_paragraph(chance, place, trade) for _ in range(chance.randint(4, 9))]
    title = f"{place}{trade}{chance.choice(ACTORS)}{chance.choice(DEEDS)}（第{number}期）"
    for edit in range(version):
        paragraphs, title = _edited(random.Random(f"{seed} edit {number} {edit}"), paragraphs, title, place, trade)  # noqa: S311
    return Text(title, tuple(paragraphs), person(chance))


def _edited(chance: random.Random, paragraphs: list[str], title: str, place: str, trade: str) -> tuple[list[str], str]:
    match chance.choice(("figure", "figure", "added", "title", "taken")):
        case "figure":
            at = chance.randrange(len(paragraphs))
            fresh = f"更正：{chance.choice(MONTHS)}的数字应为{chance.randint(61, 99)}.{chance.randint(0, 9)}%。"
            return [*paragraphs[:at], paragraphs[at] + fresh, *paragraphs[at + 1 :]], title
        case "title":
            return paragraphs, title.replace("（第", f"{chance.choice(RESULTS)}（第")
        case "taken" if len(paragraphs) > 4:
            return paragraphs[:-1], title
        case _:
            return [*paragraphs, _paragraph(chance, place, trade)], title


def _paragraph(chance: random.Random, place: str, trade: str) -> str:
    told = [
        *sentences(chance, place, trade),
        f"在{place}的车间里，{chance.randint(2, 30)}条生产线同时运转，"
        f"产品发往{chance.choice(PLACES)}和{chance.choice(PLACES)}等地。",
        f"据统计，{place}{chance.choice(TRADES)}{chance.choice(ACTORS)}已有{chance.randint(3, 60)}家，"
        f"年产值{chance.randint(2, 90)}.{chance.randint(0, 9)}亿元。",
    ]
    chance.shuffle(told)
    return "".join(told[: chance.randint(2, 4)])
