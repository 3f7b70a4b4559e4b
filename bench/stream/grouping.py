"""The stream grouped: by the index, and by three libraries whose proposals are checked by their own estimates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from stream import Item

from archive.likeness import Index

Groups = Iterable[Iterable[str]]
PERMUTATIONS = 128
THRESHOLD = 0.5  # of the resemblance: a lower one merges more templates, a higher one loses more copies


def ours(items: Sequence[Item]) -> Groups:
    """The stories of the index."""
    index = Index()
    for item in items:
        index.add(item.id, item.text)
    return index.stories()


def _shingles(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(max(len(text) - 3, 1))]


def _datasketch(items: Sequence[Item]) -> Groups:
    from datasketch import MinHash, MinHashLSH

    table = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    together, held = Together(), dict[str, MinHash]()
    for item in items:
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([shingle.encode() for shingle in set(_shingles(item.text))])
        for other in table.query(sketch):
            if sketch.jaccard(held[str(other)]) >= THRESHOLD:
                together.join(item.id, str(other))
        table.insert(item.id, sketch)
        held[item.id] = sketch
    return together.groups()


def _rensa(items: Sequence[Item]) -> Groups:
    from rensa import RMinHash, RMinHashLSH

    table = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    together, held = Together(), list[RMinHash]()
    for number, item in enumerate(items):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(_shingles(item.text))
        for other in table.query(sketch):
            if sketch.jaccard(held[other]) >= THRESHOLD:
                together.join(item.id, items[other].id)
        table.insert(number, sketch)
        held.append(sketch)
    return together.groups()


def _simhash(items: Sequence[Item]) -> Groups:
    from simhash import Simhash, SimhashIndex

    table = SimhashIndex([], k=6)
    together = Together()
    for item in items:
        sketch = Simhash(_shingles(item.text))
        for other in table.get_near_dups(sketch):
            together.join(item.id, str(other))
        table.add(item.id, sketch)
    return together.groups()


class Together:
    """Articles that were found to be alike, directly or by others."""

    def __init__(self) -> None:
        self._leader: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        """Put two together."""
        self._leader[self._first(one)] = self._first(other)

    def groups(self) -> list[list[str]]:
        """Everything that was put together."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in list(self._leader):
            found[self._first(one)].append(one)
        return list(found.values())

    def _first(self, one: str) -> str:
        self._leader.setdefault(one, one)
        while self._leader[one] != one:
            self._leader[one] = one = self._leader[self._leader[one]]
        return one


PEERS: dict[str, Callable[[Sequence[Item]], Groups]] = {
    "datasketch": _datasketch,
    "rensa": _rensa,
    "simhash": _simhash,
}
