"""The pieces of one line → the same without what is nothing: `<wbr>` between two of them, joiners that join nothing.

Where a line may be broken is the browser's, and nothing of the text: what stands on both sides of a `<wbr>` is one
piece. Whether a joiner joins anything is told by what stands beside it, be it in the next element.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from crawler.extract.tidy import IDLE_JOINERS

Place = TypeVar("Place")


def mended(pieces: Sequence[tuple[str, Place]], seams: Iterable[int]) -> tuple[list[tuple[str, Place]], int]:
    r"""The pieces, and how many joiners were left out.

    `seams` are the numbers of the pieces between which, and the one before, nothing stands but a `<wbr>`. They become
    one where they stand in the same place; else the element that ends there is more than a seam.

    >>> mended([("青\u200d", "p"), ("禾", "b"), ("县", "b")], [2])
    ([('青', 'p'), ('禾县', 'b')], 1)
    """
    whole = "".join([part for part, _ in pieces])
    idle = {at for found in IDLE_JOINERS.finditer(whole) for at in range(*found.span())}
    sewn = set(seams)
    kept: list[tuple[list[str], Place]] = []
    begun = 0
    for number, (part, place) in enumerate(pieces):
        text = "".join([char for at, char in enumerate(part, begun) if at not in idle]) if idle else part
        begun += len(part)
        if number in sewn and kept and kept[-1][1] is place:
            kept[-1][0].append(text)
        elif text:
            kept.append(([text], place))
    return [("".join(parts), place) for parts, place in kept], len(idle)
