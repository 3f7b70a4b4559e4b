"""What a run saw, added up."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archive.model import Counts
from archive.tally import MOST_KEYS, Tally, added, bin_of, capped, pattern_of

COUNTED = st.dictionaries(st.text("abcde", min_size=1, max_size=3), st.integers(1, 50), max_size=100)
TALLIES = st.builds(
    Tally,
    counts=st.builds(Counts, requests=st.integers(0, 99), new=st.integers(0, 99)),
    failures=COUNTED,
    bytes=st.integers(0, 10**9),
    patterns=COUNTED,
    characters=st.integers(0, 10**6),
)


@given(TALLIES, TALLIES)
def test_adding_two_runs_loses_nothing(one: Tally, other: Tally) -> None:
    """Every number of both is in the sum, whichever comes first."""
    both = added(one, other)
    assert both.counts.requests == one.counts.requests + other.counts.requests
    assert both.bytes == one.bytes + other.bytes
    assert sum(both.failures.values()) == sum(one.failures.values()) + sum(other.failures.values())
    assert both.articles == one.articles + other.articles
    assert added(other, one).counts == both.counts
    assert added(one, Tally()) == replace(one, failures=capped(one.failures), patterns=capped(one.patterns))


@given(st.dictionaries(st.text(max_size=8), st.integers(1, 9), max_size=300))
def test_what_servers_send_is_bounded(counted: dict[str, int]) -> None:
    """No more than so many kinds; what is left out is counted together."""
    kept = capped(counted)
    assert len(kept) <= MOST_KEYS
    assert sum(kept.values()) == sum(counted.values())


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_longer_texts_are_in_no_smaller_class(one: int, other: int) -> None:
    """Classes of lengths keep the order."""
    assert (bin_of(min(one, other))) <= bin_of(max(one, other)) <= 50


def test_the_fill_of_fields_follows_from_patterns() -> None:
    """Each pattern says which fields its articles have."""
    tally = Tally(patterns={pattern_of({"published": True, "origin": True}): 3, "p-----": 1}, characters=400)
    assert tally.filled == {"published": 4, "origin": 3, "author": 0, "editor": 0, "section": 0, "images": 0}
    assert tally.mean_length == 100
    assert Tally().mean_length is None
