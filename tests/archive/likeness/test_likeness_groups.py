"""Which texts are one story, from their ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from archive.likeness.groups import groups, reachable
from archive.likeness.pair import Relation
from archive.likeness.shelf import Tie

LENGTHS = {"quotation": 100, "one": 500, "other": 600, "copy": 510, "piece": 50}


def grouped(*tied: tuple[str, str, Relation, int]) -> list[list[str]]:
    """The stories of everything that is tied, by names."""
    ties: dict[int, dict[int, Tie]] = {at: {} for at in range(len(LENGTHS))}
    names = list(LENGTHS)
    for one, other, relation, share in tied:
        a, b = names.index(one), names.index(other)
        ties[a][b] = ties[b][a] = Tie(relation, share)

    def of(text: int) -> Mapping[int, Tie]:
        return ties[text]

    found = groups(reachable(0, of), of, lambda text: (LENGTHS[names[text]], text))
    return sorted(sorted(names[text] for text in story.texts) for story in found)


def test_a_quotation_joins_one_story_and_not_both() -> None:
    """The one that holds more of it."""
    found = grouped(("quotation", "one", Relation.EXCERPT, 80), ("quotation", "other", Relation.EXCERPT, 95))
    assert found == [["one"], ["other", "quotation"]]


def test_of_two_that_hold_the_same_the_shorter_has_it() -> None:
    """Any rule will do that asks nobody when they came."""
    found = grouped(("quotation", "one", Relation.EXCERPT, 90), ("quotation", "other", Relation.EXCERPT, 90))
    assert found == [["one", "quotation"], ["other"]]


def test_reprints_connect_and_an_excerpt_of_an_excerpt_goes_along() -> None:
    """All of them are one story."""
    found = grouped(
        ("quotation", "one", Relation.EXCERPT, 90),
        ("one", "copy", Relation.REPRINT, 100),
        ("piece", "quotation", Relation.EXCERPT, 100),
    )
    assert found == [["copy", "one", "piece", "quotation"]]


def test_what_a_cut_copy_has_borrowed_connects_nothing() -> None:
    """Most of the copy is a speech that the other report quotes too, and its own report holds all of it."""
    for relation, share in ((Relation.EXCERPT, 66), (Relation.REPRINT, 84)):
        found = grouped(("quotation", "one", Relation.REPRINT, 99), ("quotation", "other", relation, share))
        assert found == [["one", "quotation"], ["other"]]


def test_a_line_more_at_the_head_of_an_excerpts_copy_parts_nothing() -> None:
    """The copy is too much lengthened to be tied to the report, and holds a little more of the excerpt."""
    found = grouped(("quotation", "one", Relation.EXCERPT, 90), ("quotation", "copy", Relation.REPRINT, 100))
    assert found == [["copy", "one", "quotation"]]


def test_an_edited_copy_and_its_own_copy_stay_with_the_report() -> None:
    """Each holds the other in whole, and both are tied to the report: nothing is borrowed."""
    found = grouped(
        ("quotation", "copy", Relation.REPRINT, 100),
        ("quotation", "one", Relation.REPRINT, 70),
        ("copy", "one", Relation.REPRINT, 70),
    )
    assert found == [["copy", "one", "quotation"]]


class Counted(dict[int, Tie]):
    """The ties of a text, which count how many of them are looked at."""

    looks = 0

    def items(self) -> Any:
        """Each of them is a look."""
        Counted.looks += len(self)
        return super().items()

    def __contains__(self, text: object) -> bool:
        Counted.looks += 1
        return super().__contains__(text)


@pytest.mark.parametrize("shares", [lambda at: 65, lambda at: 60 + at % 41, lambda at: 100])
def test_a_text_that_very_many_hold_is_looked_at_a_few_times_for_each(shares: Callable[[int], int]) -> None:
    """And not once for each two of them."""
    many = 400
    held = {at: Tie(Relation.EXCERPT, shares(at)) for at in range(1, many + 1)}
    ties = {0: Counted(held), **{at: Counted({0: tie}) for at, tie in held.items()}}
    Counted.looks = asked = 0

    def order(text: int) -> tuple[int, int]:
        nonlocal asked
        asked += 1
        return text, text

    found = groups(list(ties), ties.__getitem__, order)
    assert sum(len(group.texts) for group in found) == many + 1
    assert Counted.looks < 10 * many
    assert asked < 50 * many
