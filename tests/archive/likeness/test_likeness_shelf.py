"""One set of texts makes the same stories in memory, in SQLite and in PostgreSQL, whatever came and went before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from likeness_texts import bulletin, edited, notice, prose
from postgresql_server import new_database

from archive.likeness import Index
from archive.store import Archive
from archive.store.shelf import DatabaseShelf

Texts = dict[str, str]


def stream(dice: random.Random, count: int) -> Texts:
    """Texts that share pieces, templates and whole stories, so that keys become common and rare again."""
    pieces = [prose(dice, 120) for _ in range(8)]
    popular = prose(dice, 400)
    makers = (
        lambda: "".join(dice.sample(pieces, dice.randint(1, 4))),
        lambda: bulletin(dice),
        lambda: notice(dice),
        lambda: edited(popular, dice),
        lambda: popular[: dice.randint(60, 400)],
    )
    return {f"{number:03}": dice.choice(makers)() for number in range(count)}


def stories(index: Index, texts: Texts) -> set[frozenset[str]]:
    """All stories of an index, each asked for by each of its articles."""
    return {index.story(id) for id in texts}


def with_a_past(index: Index, texts: Texts, other: Texts, dice: random.Random) -> None:
    """Take in the texts in any order, some with another text first, and others that leave again."""
    passing = [(f"passing {id}", text) for id, text in dice.sample(list(other.items()), len(other) // 2)]
    steps = [(id, other[id]) for id in dice.sample(list(texts), len(texts) // 3)] + passing
    steps += [(id, text) for id, text in texts.items() if dice.random() < 0.5]
    for id, text in dice.sample(steps, len(steps)):
        index.add(id, text)
        if dice.random() < 0.1:
            index.story(id)  # looked at in between or not, it is the same in the end
    for id, text in texts.items():
        index.add(id, text)
    for id, _ in dice.sample(passing, len(passing)):
        index.remove(id)


@contextmanager
def shelf(kind: str, folder: Path) -> Iterator[DatabaseShelf]:
    """A shelf in an empty database."""
    database = new_database() if kind == "postgresql" else None
    with Archive.open(folder, database, write=True) as archive:
        yield DatabaseShelf(archive._connection)


@pytest.mark.parametrize("seed", range(6))
def test_what_came_and_left_leaves_no_trace(seed: int) -> None:
    """In memory: texts that were changed or removed are as if they had never been there."""
    dice = random.Random(seed)
    texts, other = stream(dice, 90), stream(dice, 90)
    plain, moved = Index(), Index()
    for id, text in texts.items():
        plain.add(id, text)
    with_a_past(moved, texts, other, dice)
    assert stories(moved, texts) == stories(plain, texts)
    assert set(moved.stories()) == set(plain.stories())


@pytest.mark.parametrize(("kind", "seed"), [("sqlite", 1), ("sqlite", 2), ("postgresql", 3)])
def test_a_database_gives_the_same_stories(kind: str, seed: int, tmp_path: Path) -> None:
    """With the same changes on the way, and again when another process opens it."""
    dice = random.Random(seed)
    texts, other = stream(dice, 60), stream(dice, 60)
    plain = Index()
    for id, text in dice.sample(list(texts.items()), len(texts)):
        plain.add(id, text)
    with shelf(kind, tmp_path) as held:
        index = Index(held)
        with_a_past(index, texts, other, dice)
        assert stories(index, texts) == stories(plain, texts)
        index.review()
        held.flush()
        assert stories(Index(DatabaseShelf(held._connection)), texts) == stories(plain, texts)
        for text in dice.sample(list(other.values()), 10):
            asked, expected = index.query(text), plain.query(text)
            assert [(match.relation, match.share) for match in asked] == [
                (match.relation, match.share) for match in expected
            ]


def test_forgetting_what_is_not_held_is_an_error() -> None:
    """As is asking for its story."""
    with pytest.raises(KeyError):
        Index().remove("a")
