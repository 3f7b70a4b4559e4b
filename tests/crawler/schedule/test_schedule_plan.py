"""The plan of looks: the costs to come are the least there are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule.plan import costs_to_come

MINUTES = 10.0


def by_trying(rates: list[float], price: float, apart: int) -> list[float]:
    """The same by trying every next look from every slot."""
    n = len(rates)
    value = [0.0] * (n + 1)

    def waits(i: int, j: int) -> float:
        return sum(rate * MINUTES * ((j - k) * MINUTES - MINUTES / 2) for k, rate in enumerate(rates[i:j], i))

    for i in range(n - 1, -1, -1):
        nexts = range(min(i + apart, n), n + 1)
        value[i] = min(price + waits(i, j) + value[j] for j in nexts)
    return value


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(0.0001, 5.0)), min_size=1, max_size=30),
    st.floats(0.5, 500.0),
    st.integers(1, 4),
)
def test_one_pass_finds_what_trying_all_finds(rates: list[float], price: float, apart: int) -> None:
    """The hull of lines gives the least cost from every slot on, for any rates and price."""
    assert costs_to_come(rates, MINUTES, price, apart) == pytest.approx(by_trying(rates, price, apart), rel=1e-6)


@pytest.mark.parametrize("rate", [0.01, 0.1, 1.0])
def test_at_an_even_rate_looks_lie_where_the_square_root_says(rate: float) -> None:
    """A day at rate λ costs about √(2·price·λ) a minute, which is what spacing √(2·price/λ) costs."""
    price, minutes = 60.0, 2.0
    day = costs_to_come([rate] * 720, minutes, price, 1)[0]
    assert day / 1440 == pytest.approx(math.sqrt(2 * price * rate), rel=0.05)
