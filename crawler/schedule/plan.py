"""What the looks to come cost at best, from any moment on: the plan that the next look is chosen by.

A look costs a price, in article-minutes; an article that waits for a look costs each minute of it. With V(i) the least
cost from a look at moment i on, Λ the articles that are expected up to a moment and M the same weighted by time,

    V(i) = min over j > i of  price + t_j (Λ_j − Λ_i) − (M_j − M_i) + V(j)

For a fixed j that is a straight line in Λ_i, so all V are found in one pass backwards over a lower hull of lines.
"""

from __future__ import annotations

from collections.abc import Sequence


def costs_to_come(rates: Sequence[float], minutes: float, price: float, apart: int) -> list[float]:
    """V at the beginning of each slot, and 0 at the end of the last.

    `rates` are articles a minute, slot by slot, each of so many minutes; two looks are at least `apart` slots apart.
    """
    n = len(rates)
    total = [0.0] * (n + 1)
    moved = [0.0] * (n + 1)
    for i, rate in enumerate(rates):
        begin, end = i * minutes, (i + 1) * minutes
        total[i + 1] = total[i] + rate * minutes
        moved[i + 1] = moved[i] + rate * (end * end - begin * begin) / 2
    value = [0.0] * (n + 1)
    slopes: list[float] = []
    heights: list[float] = []
    best = 0
    for i in range(n - 1, -1, -1):
        j = min(i + apart, n)
        if j < n or not slopes:  # the end of the plan may come sooner than the next look
            slope, height = -j * minutes, j * minutes * total[j] - moved[j] + value[j]
            while len(slopes) >= 2 and (height - heights[-2]) * (slopes[-1] - slopes[-2]) <= (
                heights[-1] - heights[-2]
            ) * (slope - slopes[-2]):
                slopes.pop()
                heights.pop()
            slopes.append(slope)
            heights.append(height)
        x = total[i]
        best = min(best, len(slopes) - 1)
        while best + 1 < len(slopes) and slopes[best + 1] * x + heights[best + 1] <= slopes[best] * x + heights[best]:
            best += 1
        value[i] = price + moved[i] + slopes[best] * x + heights[best]
    return value
