"""What two sequences have in common, in the order in which it stands: the longest common subsequence, exactly.

A row of the table is one integer with a bit for each element of the first sequence (Hyyrö 2004, "Bit-parallel
LCS-length computation revisited"). 60,000 elements against as many others take two seconds at most, whatever stands in
them: a diff by edit distance (Myers) is quicker on small changes and quadratic in Python steps on large ones. Every
256th row is kept; the others are made again on the way back, so that memory stays small.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

_KEPT = 256


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The pairs of places that hold the same, ascending in both.

    >>> common("abcd", "acxd")
    [(0, 0), (2, 1), (3, 3)]
    """
    start = _same_start(old, new)
    end = _same_start(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    head = [(at, at) for at in range(start)]
    tail = [(len(old) - at, len(new) - at) for at in range(end, 0, -1)]
    return head + [(one + start, other + start) for one, other in middle] + tail


def _same_start(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    most = min(len(old), len(new))
    return next((at for at in range(most) if old[at] != new[at]), most)


def _middle(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    places: dict[Hashable, int] = {}
    for at, each in enumerate(old):
        places[each] = places.get(each, 0) | 1 << at
    full = (1 << len(old)) - 1
    masks = [places.get(each, 0) for each in new]
    kept = [full]
    row = full
    for number, mask in enumerate(masks, 1):
        row = _next(row, mask, full)
        if number % _KEPT == 0:
            kept.append(row)
    found: list[tuple[int, int]] = []
    at_old, at_new = len(old), len(new)
    for block in range(len(kept) - 1, -1, -1):
        first = block * _KEPT
        rows = [kept[block]]
        for mask in masks[first:at_new]:
            rows.append(_next(rows[-1], mask, full))
        while at_old and at_new > first:
            bit = at_old - 1
            if rows[at_new - first] >> bit & 1:  # nothing is gained by this element of the old
                at_old -= 1
                continue
            at_new -= 1
            if rows[at_new - first] >> bit & 1:
                at_old -= 1
                found.append((at_old, at_new))
    return found[::-1]


def _next(row: int, mask: int, full: int) -> int:
    both = row & mask
    return ((row + both) | (row - both)) & full
