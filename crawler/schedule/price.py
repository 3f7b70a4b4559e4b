"""What a look is worth, in article-minutes: given, or such that a budget of looks is spent.

At a rate of λ articles a minute, looks that are τ minutes apart cost price/τ a minute, and articles wait λτ/2 for them,
which together is least at τ = √(2·price/λ). That makes √(λ/(2·price)) looks a minute; a week of them is seven days'
budget at

    price = (∫√λ dt over a week / (7 · budget))² / 2
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from math import sqrt

from crawler.schedule.days import SATURDAY, day_of, start_of, works
from crawler.schedule.fold import so_far
from crawler.schedule.memory import WEEK, Memory
from crawler.schedule.rhythm import KEPT, MINUTES, day_weight, profiles, weekday_weight

SILENT = 2 * 86_400  # seconds without an article; and twice the longest such time of late
AHEAD = 1.5  # days of the budget that may be spent ahead
AIM = 0.95  # of the budget, so that its end is seldom met
NEAR = 0.5  # days of the budget: who has less left until a day drops out of the seven spends it ever more slowly
SLOWEST = 0.02
PEAK = 1.5  # days of the budget that are planned for one day
LEAST, MOST = 0.3, 1.5  # days of the budget that are for one day, whatever the last days spent


def silent(memory: Memory, at: int) -> bool:
    """Whether nothing came for so long that the source seems to have ended."""
    return memory.newest is not None and at - memory.newest > max(2 * memory.gap, SILENT)


def price_of(memory: Memory, budget: float, today: date) -> float:
    """The price at which about so many looks a day are spent in a week as it usually is, and not too many today.

    What the last days left over, or spent too much, is for today: that pays for what the formula does not know, such
    as the least and the longest time between looks. While a source is silent nothing is made up for: it is saved. Who
    is near the end of the budget spends the rest ever more slowly.
    """
    if memory.asked is None:
        return 1.0 / budget
    known = so_far(memory, day_of(memory.asked))
    roots = _roots(known.working, known.off, known.days)
    week = sum(sqrt(weekday_weight(known.weekdays, day)) * roots[day >= SATURDAY] for day in range(WEEK))
    now = sqrt(day_weight(known, today)) * roots[not works(today)]
    price = max(week / (WEEK * budget), now / (PEAK * budget)) ** 2 / 2
    share = AIM * WEEK - sum(each / budget if each else AIM for each in memory.looks[1:])
    most = 1.0 if silent(memory, memory.asked) else MOST
    slower = min(max(_left(memory.looks, budget) / (NEAR * budget), SLOWEST), 1.0)
    return price / (min(max(share, LEAST), most) * slower) ** 2


def room(memory: Memory, budget: float) -> int:
    """When there is room for another look, in seconds since 1970: a midnight, or the past.

    In any seven days no more is spent than seven days' budget, in fewer one and a half days' more than theirs.
    """
    midnight = start_of(day_of(memory.asked or 0))
    for ahead in range(WEEK):
        if _left((0,) * ahead + memory.looks, budget) >= 1:
            return midnight + ahead * 86_400
    return midnight + WEEK * 86_400


def _left(looks: tuple[int, ...], budget: float) -> float:
    """The looks that may still be spent on the first day of `looks`."""
    return min(max(1.0, budget * min(days + AHEAD, WEEK)) - sum(looks[:days]) for days in range(1, WEEK + 1))


@lru_cache(maxsize=KEPT)
def _roots(working: bytes, off: bytes, weights: tuple[float, float]) -> tuple[float, float]:
    """∫√λ dt over a working day and over a day off."""
    on_working, on_off = profiles(working, off, weights)
    return sum(map(sqrt, on_working)) * MINUTES, sum(map(sqrt, on_off)) * MINUTES
