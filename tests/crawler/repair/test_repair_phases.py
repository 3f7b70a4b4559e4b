"""The rules of one phase commute: whatever their order, the same text comes out and the records replay."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.repair import Repaired, edits, undo
from crawler.repair.page import CLUTTER, FINISH, Phase

PIECES = st.sampled_from(
    [
        *"發展網絡經濟著名作看乾後里鎿鷈。，、！？,,,()（）“”《》<>\x05\x08 a1\n",
        ",，",
        ",,",
        "著,，",
        "的(de)(de)",
        "<p>",
        "</p>",
        'alt="經濟"',
    ]
)
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=60).map("".join)


def applied(text: str, phase: Phase) -> str:
    """The text behind all rules of a phase; each rule's records lead back."""
    for rule in phase:
        after, records = edits.apply(text, rule(text))
        assert undo(Repaired(after, tuple(records))) == text
        text = after
    return text


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_the_rules_of_a_phase_give_the_same_text_in_any_order(text: str) -> None:
    """Every permutation of every phase, on texts made of what the rules look for."""
    for phase in (*CLUTTER, *FINISH):
        assert len({applied(text, order) for order in permutations(phase)}) == 1


def test_there_is_a_phase_whose_order_could_matter() -> None:
    """The property above says something: at least one phase has two rules, and each of them changes this text."""
    text = "經濟發展,，名著,,。"
    several = [phase for phase in (*CLUTTER, *FINISH) if len(phase) > 1]
    assert several
    assert all(rule(text) for phase in several for rule in phase)
