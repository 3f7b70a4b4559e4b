"""One set of texts makes the same stories in memory, in SQLite and in PostgreSQL, whatever came and went before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from likeness_texts import bulletin, edited, notice, prose
from postgresql_server import new_database

from archive.likeness import Index
from archive.likeness.hashing import Hashes
from archive.likeness.postings import MemoryPostings
from archive.likeness.sketch import Sketch
from archive.store import Archive
from archive.store import levels as levels_of_keys
from archive.store import postings as database
from archive.store.recent import Recent
from archive.store.shelf import DatabaseShelf
from archive.store.tables import likeness_key

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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("at_hand", "enough"), [(0, 7), (0, 1_000), (200_000, 7), (200_000, 1_000)])
def test_keys_count_wherever_they_are(
    kind: str, at_hand: int, enough: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes and goes, a database says what memory does: looked up ahead, written or not, at any level."""
    monkeypatch.setattr(database, "_MOST_AT_HAND", at_hand)
    monkeypatch.setattr(database, "ENOUGH", enough)
    monkeypatch.setattr(levels_of_keys, "FIRST", 2 * enough)
    monkeypatch.setattr(levels_of_keys, "RATIO", 3)
    monkeypatch.setattr(levels_of_keys, "AT_ONCE", 25)
    dice = random.Random(at_hand + enough)
    common = [dice.randrange(2**64) for _ in range(3)]
    plain, held = MemoryPostings(), dict[int, tuple[int, Hashes]]()
    with shelf(kind, tmp_path) as place:
        stored = place.postings
        for number in range(150):
            own = {*dice.sample(common, 2), *(dice.randrange(2**64) for _ in range(3)), 1 + number % 20}
            rank, keys = dice.randrange(1, 2**63), np.array(sorted(own), np.uint64)
            if dice.random() < 0.2:
                stored.expect(keys)
            met, found = plain.place(number, rank, keys), stored.place(rank, rank, keys)
            held[number] = rank, keys
            rank_of = {each: rank for each, (rank, _) in held.items()}
            assert found.weights == {rank_of[text]: weight for text, weight in met.weights.items()}
            assert sorted(found.rare) == sorted(rank_of[text] for text in met.rare)
            assert found.touched == {rank_of[text] for text in met.touched}
            assert stored.last_shown({*keys.tolist()}) == plain.last_shown({*keys.tolist()})
            if dice.random() < 0.1:
                stored.flush()
                stored.hand_on()
            if dice.random() < 0.3:
                leaving = dice.choice(list(held))
                rank, keys = held.pop(leaving)
                left, gone = plain.leave(leaving, rank, keys), stored.leave(rank, rank, keys)
                assert gone.shown == {rank_of[text] for text in left.shown}
                assert gone.touched == {rank_of[text] for text in left.touched}
        stored.flush()
        rows = place._connection.execute(sa.select(likeness_key.c.key, likeness_key.c.text)).all()
        keys, texts = Recent(place._connection).rows()
        levels = place._connection.execute(sa.select(likeness_key.c.level).distinct()).all()
    assert (len(levels) > 1) == (enough == 7)
    assert sorted([*rows, *zip(keys.view(np.int64).tolist(), texts.tolist(), strict=True)]) == sorted(
        (int(key), rank) for rank, keys in held.values() for key in keys.view(np.int64)
    )


def test_forgetting_what_is_not_held_is_an_error() -> None:
    """As is asking for its story."""
    with pytest.raises(KeyError):
        Index().remove("a")


def test_what_was_looked_up_for_a_batch_is_not_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where common keys are at hand and the batch has as many keys as may be: no text asks for its keys alone."""
    dice = random.Random(1)
    sketches = [Sketch.of(prose(dice, 900)) for _ in range(30)]
    monkeypatch.setattr(database, "_MOST_AT_HAND", sum(len(sketch.keys) for sketch in sketches) - 30)
    questions: list[int] = []
    look_up = database.DatabasePostings._look_up

    def counted(postings: database.DatabasePostings, keys: list[int]) -> None:
        if keys:
            questions.append(len(keys))
        look_up(postings, keys)

    with Archive.open(tmp_path, write=True) as archive:
        postings = database.DatabasePostings(archive._connection)
        for _ in range(20):
            common = Sketch.of(bulletin(dice))
            postings.place(common.digest, common.digest, common.keys)
        monkeypatch.setattr(database.DatabasePostings, "_look_up", counted)
        postings.expect(np.concatenate([sketch.keys for sketch in sketches]))
        assert len(postings._at_hand) <= database._MOST_AT_HAND
        for sketch in sketches:
            postings.place(sketch.digest, sketch.digest, sketch.keys)
    assert len(questions) < 10
