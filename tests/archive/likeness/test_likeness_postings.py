"""The table of keys against a plain model of it."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np

from archive.likeness.crowd import SHOWN
from archive.likeness.postings import EVERYONE, MemoryPostings


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
        expected = []
        for key in keys:
            held = sorted(holders[key])
            shown = held if len(held) <= SHOWN or rank < held[SHOWN - 1][0] else held[:SHOWN]
            expected += [(text, key) for _, text in shown]
            holders[key].append((rank, number))
        given = np.array(keys, np.uint64)
        asked, met = postings.meet(rank, given), postings.place(number, rank, given)
        for found in (asked, met):
            assert sorted(zip(found.texts.tolist(), found.keys.tolist(), strict=True)) == sorted(expected)


def test_what_keys_show_in_the_end_does_not_depend_on_the_order() -> None:
    """The highest rank that is shown is that of the eighth of all holders, or nobody's."""
    dice = random.Random(4)
    all_texts = texts(dice, 200)
    keys = np.array(sorted({key for _, held in all_texts for key in held}), np.uint64)
    shown = []
    for _ in range(3):
        postings = MemoryPostings()
        for number, (rank, held) in enumerate(dice.sample(all_texts, len(all_texts))):
            postings.place(number, rank, np.array(held, np.uint64))
        shown.append(postings.last_shown(keys).tolist())
    assert shown[0] == shown[1] == shown[2]
    for key, last in zip(keys.tolist(), shown[0], strict=True):
        ranks = sorted(rank for rank, held in all_texts if key in held)
        assert last == (ranks[SHOWN - 1] if len(ranks) > SHOWN else EVERYONE)


def test_those_whose_key_tells_less_are_named() -> None:
    """When a key becomes common all who hold it; then whoever is shown no longer."""
    postings, key = MemoryPostings(), np.array([7], np.uint64)
    for number in range(SHOWN):
        assert not postings.place(number, 1000 - number, key).touched
    assert postings.place(SHOWN, 5000, key).touched == set(range(SHOWN + 1))
    assert postings.place(SHOWN + 1, 6000, key).touched == set()
    assert postings.place(SHOWN + 2, 1, key).touched == {0}
