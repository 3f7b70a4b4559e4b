"""What a look is worth, in article-minutes: given, or such that a budget of looks is spent.

At a rate of λ articles a minute, looks that are τ minutes apart cost price/τ a minute, and articles wait λτ/2 for them,
which together is least at τ = √(2·price/λ). That makes √(λ/(2·price)) looks a minute; a week of them is seven days'
budget at

    price = (∫√λ dt over a week / (7 · budget))² / 2
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

from crawler.schedule.days import SATURDAY, day_of, start_of
from crawler.schedule.fold import so_far
from crawler.schedule.memory import WEEK, Memory
from crawler.schedule.rhythm import MINUTES, profiles, weekday_weight

SILENT = 2 * 86_400  # seconds without an article; and twice the longest such time of late
AHEAD = 1.5  # days of the budget that may be spent ahead
AIM = 0.95  # of the budget, so that its end is seldom met
NEAR = 0.5  # days of the budget: who has less left until a day drops out of the seven spends it ever more slowly
LEAST, MOST = 0.3, 1.5  # days of the budget that are for one day, whatever the last days spent


def silent(memory: Memory, at: int) -> bool:
    """Whether nothing came for so long that the source seems to have ended."""
    return memory.newest is not None and at - memory.newest > max(2 * memory.gap, SILENT)


def price_of(memory: Memory, budget: float) -> float:
    """The price at which about so many looks a day are spent in a week as it usually is.

    What the last days left over, or spent too much, is for today: that pays for what the formula does not know, such
    as the least and the longest time between looks. While a source is silent nothing is made up for: it is saved.
    """
    if memory.asked is None:
        return 1.0 / budget
    known = so_far(memory, day_of(memory.asked))
    price = _in_theory(known.working, known.off, known.days, known.weekdays, budget)
    today = AIM * WEEK - sum(each / budget if each else AIM for each in memory.looks[1:])
    most = 1.0 if silent(memory, memory.asked) else MOST
    left = WEEK - sum(memory.looks) / budget
    return price / (min(max(today, LEAST), most) * min(max(left / NEAR, 0.02), 1.0)) ** 2


def room(memory: Memory, budget: float) -> int:
    """When there is room for another look, in seconds since 1970: a midnight, or the past.

    In any seven days no more is spent than seven days' budget, in fewer one and a half days' more than theirs.
    """
    midnight = start_of(day_of(memory.asked or 0))
    for ahead in range(WEEK):
        looks = (0,) * ahead + memory.looks
        if all(sum(looks[:days]) + 1 <= max(1.0, budget * min(days + AHEAD, WEEK)) for days in range(1, WEEK + 1)):
            return midnight + ahead * 86_400
    return midnight + WEEK * 86_400


@lru_cache(maxsize=512)
def _in_theory(
    working: bytes,
    off: bytes,
    weights: tuple[float, float],
    weekdays: tuple[tuple[float, float], ...],
    budget: float,
) -> float:
    profile = profiles(working, off, weights)
    root = [sum(map(sqrt, each)) * MINUTES for each in profile]
    week = sum(sqrt(weekday_weight(weekdays, day)) * root[day >= SATURDAY] for day in range(WEEK))
    return (week / (WEEK * budget)) ** 2 / 2
