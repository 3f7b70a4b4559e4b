"""How surprising a run's figure is beside its source's own past: an exact test for shares that vary from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma

_ALIKE = 0.05  # how much alike articles of one run are, before anything is known: 0 not at all, 1 all the same
_SURE = 2.0  # how much evidence that is worth, in pairs of articles
_HARDLY_LESS = 0.8


@dataclass(frozen=True, slots=True)
class Share:
    """Of `of` pages of a run, `some` have a certain trait."""

    some: int
    of: int


def surprise(past: Sequence[Share], now: Share) -> float:
    """The chance that a run of a source as it was has the trait on as many pages, or more.

    The past gives the usual share and how much it differs between runs (a column without authors comes in one go), the
    two together a beta-binomial distribution; a trait never seen is held for one that half a page had. A run that was
    as bad before makes it no surprise: 1.

    >>> past = [Share(0, 5)] * 60
    >>> surprise(past, Share(1, 5)) > 0.001, surprise(past, Share(5, 5)) < 0.00001
    (True, True)
    """
    if now.some == 0 or not past:
        return 1.0
    some, of = sum(each.some for each in past), sum(each.of for each in past)
    share = (some + 0.5) / (of + 1.0)
    if now.some <= share * now.of:
        return 1.0
    least = max(2, now.of // 2) if now.of > 1 else 1
    if any(each.of >= least and each.some * now.of >= _HARDLY_LESS * now.some * each.of for each in past):
        return 1.0
    spread = share * (1.0 - share)
    pairs = sum(each.of * (each.of - 1) for each in past) * spread
    excess = sum((each.some - each.of * share) ** 2 - each.of * spread for each in past if each.of > 1)
    alike = (max(0.0, excess) + _ALIKE * _SURE) / (pairs + _SURE)
    strength = 1.0 / min(0.9, max(0.005, alike)) - 1.0
    return tail(now.some, now.of, share * strength, (1.0 - share) * strength)


def tail(some: int, of: int, one: float, other: float) -> float:
    """The chance of `some` or more of `of` under the beta-binomial distribution with those two parameters.

    >>> round(tail(1, 1, 1.0, 3.0), 6), round(tail(0, 9, 0.3, 2.0), 6)
    (0.25, 1.0)
    """
    whole = _log_beta(one, other)
    return min(
        1.0,
        sum(
            exp(_log_choose(of, each) + _log_beta(each + one, of - each + other) - whole)
            for each in range(some, of + 1)
        ),
    )


def _log_beta(one: float, other: float) -> float:
    return lgamma(one) + lgamma(other) - lgamma(one + other)


def _log_choose(of: int, some: int) -> float:
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
