"""Folding makes width, case and script one, changes nothing twice, and knows where each character stood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fold import fold, folded, places, simplified, spaced
from archive.likeness.fold import table

MIXED = st.text(st.sampled_from("西藏經济①ﬁ℃…A\u0301é\u1100\u1161\u3000 \n。ｶﾞ한"))


def test_every_character_folds_to_what_folds_to_itself() -> None:
    """A form that had a form of its own would be found by one of two queries."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert [char for char in characters if fold(fold(char)) != fold(char)] == []


@given(st.text() | MIXED)
def test_folding_again_changes_nothing(text: str) -> None:
    """A folded text folds to itself."""
    assert fold(fold(text)) == fold(text)
    assert spaced(spaced(text)) == spaced(text)


@pytest.mark.parametrize("one", ["經濟發展", "经济发展", "經济發展"])
def test_both_scripts_have_one_form(one: str) -> None:
    """Whatever the mixture."""
    assert fold(one) == "经济发展"


def test_likeness_compares_by_the_same_forms() -> None:
    """One table of scripts serves search and stories."""
    units = table()
    for old, new in simplified().items():
        if unicodedata.normalize("NFKC", old) == old:
            assert chr(units[ord(old)]) == new


@given(st.text() | MIXED)
def test_the_places_are_those_of_the_folded_text(text: str) -> None:
    """Each character has its place, in order and within the text, and the places hold what folds to it."""
    made = folded(text)
    assert made.text == fold(text)
    assert len(made.text) == len(made.starts) == len(made.ends)
    assert list(made.starts) == sorted(made.starts)
    for number in range(len(made.text)):
        start, end = made.span(number, number + 1)
        assert 0 <= start < end <= len(text)
        assert made.text[number] in fold(text[start:end])


def test_places_are_found_in_the_text_as_it_is_printed() -> None:
    """An ellipsis is three characters in the folded text; a blank is any white space."""
    text = "……經濟\n增長 ＧＤＰ"
    found = places(text, ["经济 增长", "gdp", "..."], 2)
    assert [(text[start:end], which) for start, end, which in found] == [
        ("…", 2),
        ("…", 2),
        ("經濟\n增長", 0),
        ("ＧＤＰ", 1),
    ]


@given(
    MIXED | st.text(st.sampled_from("經经A^ ]-\\\n［")), st.text(st.sampled_from("经a^]-\\["), min_size=1, max_size=3)
)
def test_places_are_those_of_a_plain_look_at_the_folded_text(text: str, string: str) -> None:
    """Plain texts are looked at without folding them, to the same end."""
    found = places(text, [string], 100)
    assert len(found) == fold(text).count(string)
    assert all(string in fold(text[start:end]) for start, end, _ in found)
