"""A snippet is the piece of the text that tells most, with every match in it marked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fold import fold, spaced
from archive.query.snippet import AROUND, SIZE, matches, merged, snippet

LONG = "甲" * 200


@pytest.mark.parametrize(
    ("text", "strings", "expected"),
    [
        ("西藏工业园区", ["工业"], "西藏[工业]园区"),
        ("西藏工業园区", ["工业", "园"], "西藏[工業][园]区"),
        ("ＧＤＰ增长", ["gdp"], "[ＧＤＰ]增长"),
        ("第一行\n\n第二行", ["第二"], "第一行 [第二]行"),
        ("甲" * 50 + "乙" + "丙" * 90, ["乙"], "…" + "甲" * 30 + "[乙]" + "丙" * 79 + "…"),
        (f"工业{LONG}工业和园区{LONG}", ["工业", "园区"], f"…{'甲' * 30}[工业]和[园区]{'甲' * 75}…"),
        ("aaaa", ["aa", "aaa"], "[aaaa]"),
        ("没有", ["西藏"], "没有"),
        (f"  {LONG}", [], "甲" * 78 + "…"),
        ("", ["西藏"], ""),
        ("ﬁn", ["i"], "[ﬁ]n"),
    ],
)
def test_the_best_piece_is_shown(text: str, strings: list[str], expected: str) -> None:
    """The text as it was printed, on one line, with all that matched in brackets."""
    assert snippet(text, matches(text, strings)).marked() == expected


@given(st.text(st.sampled_from("西藏工业…①ﬁ \n經a\u0301")), st.lists(st.text("西藏工业.1fi经", min_size=1, max_size=3)))
def test_a_snippet_is_a_bounded_piece_of_the_text(text: str, strings: list[str]) -> None:
    """Nothing is invented, each match holds a string, and there is one wherever the folded text holds it."""
    found = matches(text, strings)
    made = snippet(text, found)
    assert "".join(made.pieces).strip("… ") in " ".join(text.split()) or "…" in text
    assert sum(map(len, made.pieces)) <= AROUND + SIZE + 10
    for start, end, which in found:
        assert strings[which] in fold(text[start:end])
    assert bool(found) == any(string in spaced(text) for string in strings)
    places = merged(found)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
