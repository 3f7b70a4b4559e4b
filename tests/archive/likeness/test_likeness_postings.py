"""The table of keys against a plain model of it."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import numpy as np

from archive.likeness.crowd import SHOWN
from archive.likeness.postings import MemoryPostings


def texts(dice: random.Random, count: int) -> list[tuple[int, list[int]]]:
    """Ranks with keys: some keys are many texts', most are one's."""
    ranks = dice.sample(range(1, 2**63), count)
    common = [dice.randrange(2**64) for _ in range(6)]
    return [
        (
            rank,
            sorted(
                {*dice.sample(common, dice.randint(0, 4)), *(dice.randrange(2**64) for _ in range(20)), 1 + rank % 50}
            ),
        )
        for rank in ranks
    ]


def test_a_newcomer_meets_whom_its_keys_show() -> None:
    """All holders of a key, or the eight of lowest rank; all holders again for one that is of lower rank itself."""
    dice = random.Random(3)
    postings, holders = MemoryPostings(), defaultdict[int, list[tuple[int, int]]](list)
    for number, (rank, keys) in enumerate(texts(dice, 400)):
        weights, rare = Counter[int](), list[list[int]]([])
        for key in keys:
            held = sorted(holders[key])
            shown = held if len(held) <= SHOWN or rank < held[SHOWN - 1][0] else held[:SHOWN]
            weights.update({text: 4 if key & 1 else 1 for _, text in shown})
            rare.append([text for _, text in shown] if len(held) <= SHOWN else [])
            holders[key].append((rank, number))
        given = np.array(keys, np.uint64)
        asked, met = postings.meet(rank, given), postings.place(number, rank, given)
        assert asked.weights == met.weights == weights
        assert sorted(asked.rare) == sorted(text for texts in rare for text in texts)
        # A key that the newcomer makes common is common for it.
        assert sorted(met.rare) == sorted(text for texts in rare if len(texts) < SHOWN for text in texts)


def test_what_keys_show_in_the_end_does_not_depend_on_the_order() -> None:
    """The highest rank that a common key shows is that of the eighth of all its holders."""
    dice = random.Random(4)
    all_texts = texts(dice, 200)
    keys = {key for _, held in all_texts for key in held}
    shown = []
    for _ in range(3):
        postings = MemoryPostings()
        for number, (rank, held) in enumerate(dice.sample(all_texts, len(all_texts))):
            postings.place(number, rank, np.array(held, np.uint64))
        shown.append(postings.last_shown(keys))
    assert shown[0] == shown[1] == shown[2]
    for key in keys:
        ranks = sorted(rank for rank, held in all_texts if key in held)
        assert shown[0].get(key) == (ranks[SHOWN - 1] if len(ranks) > SHOWN else None)


def test_those_whose_key_tells_less_are_named() -> None:
    """When a key becomes common all who hold it; then whoever is shown no longer."""
    postings, key = MemoryPostings(), np.array([7], np.uint64)
    for number in range(SHOWN):
        assert not postings.place(number, 1000 - number, key).touched
    assert postings.place(SHOWN, 5000, key).touched == set(range(SHOWN + 1))
    assert postings.place(SHOWN + 1, 6000, key).touched == set()
    assert postings.place(SHOWN + 2, 1, key).touched == {0}
