"""Two texts of one article: facts field by field, paragraph against paragraph."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archive.diff.common import common
from archive.diff.words import Piece, word_diff
from archive.model import Article, Block

FIELDS = (
    *("title", "subtitle", "published", "published_precision", "origin", "origin_original", "author", "editor"),
    *("photographer", "section", "keywords", "language", "pages"),
)
IN_WORDS = frozenset({"title", "subtitle"})

ALIKE = 0.4
"""From this share of common pairs of characters on, a paragraph is taken for another one's new text."""

SHORT = 8  # pairs of characters

NEAR = 12  # a paragraph is compared with so many of its neighbours on either side
MOST_LETTERS = 2_000  # of a paragraph, for that comparison

BlockOp = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A fact that is not what it was. `pieces` are its words, of a title or subtitle."""

    name: str
    old: Any
    new: Any
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block of the body, in the order of the new text; what was removed stands where it stood.

    `old_at` and `new_at` count the blocks from 0; None where it does not stand. `moved`: it stood elsewhere.
    """

    op: BlockOp
    kind: str
    pieces: tuple[Piece, ...]
    old_at: int | None = None
    new_at: int | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two texts of an article."""

    fields: tuple[FieldChange, ...]
    blocks: tuple[BlockChange, ...]
    images_removed: tuple[str, ...] = ()  # addresses
    images_added: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs that is compared here."""
        blocks = any(each.op != "same" or each.moved for each in self.blocks)
        return not (self.fields or blocks or self.images_removed or self.images_added)


def difference(old: Article, new: Article) -> Difference:
    """What differs; order and time do not depend on who is asked first."""
    before, after = {image.url: None for image in old.images}, {image.url: None for image in new.images}
    return Difference(
        tuple(_fields(old, new)),
        tuple(_blocks(old.blocks, new.blocks)),
        tuple(url for url in before if url not in after),
        tuple(url for url in after if url not in before),
    )


def _fields(old: Article, new: Article) -> Iterator[FieldChange]:
    for name in FIELDS:
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            texts = ["\n".join(value) if isinstance(value, tuple) else str(value or "") for value in (one, other)]
            yield FieldChange(name, one, other, word_diff(*texts) if name in IN_WORDS else ())


def _blocks(old: Sequence[Block], new: Sequence[Block]) -> Iterator[BlockChange]:
    same = common(old, new)
    pairs = dict(same)
    pairs |= _elsewhere(old, new, pairs)
    for start_old, end_old, start_new, end_new in _gaps(same, len(old), len(new)):
        lost = [at for at in range(start_old, end_old) if at not in pairs]
        taken = set(pairs.values())
        come = [at for at in range(start_new, end_new) if at not in taken]
        pairs |= _alike(old, new, lost, come)
    taken = set(pairs.values())  # what was moved and changed stands in another gap
    lost, come = [at for at in range(len(old)) if at not in pairs], [at for at in range(len(new)) if at not in taken]
    pairs |= _alike(old, new, lost, come)
    steady = _steady(pairs)
    of_new = {other: one for one, other in pairs.items()}
    shown = 0  # blocks of the old text that were passed
    for at, block in enumerate(new):
        one = of_new.get(at)
        if one is not None and one in steady:
            yield from (_removed(old, gone) for gone in range(shown, one) if gone not in pairs)
            shown = one + 1
        if one is None:
            yield BlockChange("added", block.kind, (Piece("added", block.text),), None, at)
        elif old[one] == block:
            yield BlockChange("same", block.kind, (Piece("same", block.text),), one, at, one not in steady)
        else:
            yield BlockChange("changed", block.kind, word_diff(old[one].text, block.text), one, at, one not in steady)
    yield from (_removed(old, gone) for gone in range(shown, len(old)) if gone not in pairs)


def _removed(old: Sequence[Block], at: int) -> BlockChange:
    return BlockChange("removed", old[at].kind, (Piece("removed", old[at].text),), at, None)


def _gaps(same: Sequence[tuple[int, int]], olds: int, news: int) -> Iterator[tuple[int, int, int, int]]:
    at_old = at_new = 0
    for one, other in [*same, (olds, news)]:
        if one > at_old and other > at_new:
            yield at_old, one, at_new, other
        at_old, at_new = one + 1, other + 1


def _elsewhere(old: Sequence[Block], new: Sequence[Block], pairs: dict[int, int]) -> dict[int, int]:
    """Blocks that stand in both texts and not in the same order: they were moved."""
    taken = set(pairs.values())
    waiting: dict[Block, list[int]] = {}
    for at in range(len(new) - 1, -1, -1):
        if at not in taken:
            waiting.setdefault(new[at], []).append(at)
    moved: dict[int, int] = {}
    for at, block in enumerate(old):
        if at not in pairs and waiting.get(block):
            moved[at] = waiting[block].pop()
    return moved


def _alike(old: Sequence[Block], new: Sequence[Block], lost: Sequence[int], come: Sequence[int]) -> dict[int, int]:
    """Which of the lost blocks became which of those that came: the likest first, near ones only."""
    letters = {("old", at): _letters(old[at].text) for at in lost} | {
        ("new", at): _letters(new[at].text) for at in come
    }
    stretch = len(come) / max(1, len(lost))
    likely = []
    for number, one in enumerate(lost):
        middle = int(number * stretch)
        for other in come[max(0, middle - NEAR) : middle + NEAR + 1]:
            score = _likeness(letters["old", one], letters["new", other])
            if score >= ALIKE:
                likely.append((-score, one, other))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in sorted(likely):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


def _letters(text: str) -> frozenset[str]:
    text = text[:MOST_LETTERS]
    return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the shorter one stands in the longer one: a sentence that was added makes no other paragraph.

    Of very short ones both have to be alike: chance alone would do else.
    """
    shorter = min(len(one), len(other))
    return len(one & other) / max(1, shorter if shorter >= SHORT else max(len(one), len(other)))


def _steady(pairs: dict[int, int]) -> frozenset[int]:
    """The places in the old text whose blocks keep their order: the longest ascending row of pairs."""
    ends: list[int] = []  # the smallest last place of a row of that length
    rows: list[tuple[int, int | None]] = []  # place in the old text, the row's element before it
    last: list[int] = []
    for one in sorted(pairs):
        length = bisect_left(ends, pairs[one])
        rows.append((one, last[length - 1] if length else None))
        if length == len(ends):
            ends.append(pairs[one])
            last.append(len(rows) - 1)
        else:
            ends[length], last[length] = pairs[one], len(rows) - 1
    found = set()
    at = last[-1] if last else None
    while at is not None:
        one, at = rows[at]
        found.add(one)
    return frozenset(found)
