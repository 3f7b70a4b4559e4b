"""How much one page may hold before repair leaves it alone: no page, however hostile, takes longer than two seconds.

The unit is a sign that must be looked at, seven microseconds' work at the worst. A page beyond the budget is left as it
is, whole, and said to be too long; half a repair would be neither the page that was seen nor the one that was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.repair.markup import Span

# Of 156 real pages none has more than 25,503 signs beyond ASCII, 2,330 brackets, 491 question marks, 872,987 signs in
# all: misread twice such a page would come to 200,000, as a mirror's to 100,000. A mirror's hidden block was seen with
# 174,000 signs of keywords.
UNITS = 220_000
LINE = 30  # a line costs as much as so many signs, however short it is
TOKEN = 10  # a bracket or a question mark, each of which may stand for lost bytes
FREE = 32  # plain ASCII signs for the price of one

_ASCII = bytes(range(0x80))
_TOKENS = b"(?"
_SIGNS = b"<," + bytes((*range(1, 9), 11, *range(14, 32)))


def for_lines(lines: Iterable[Span]) -> int:
    """What it costs to look for misread text in these lines."""
    return sum(end - start + LINE for start, end in lines)


def for_runs(runs: int) -> int:
    """What it costs to put no-break spaces back for so many runs of 聽."""
    return runs * TOKEN


def for_mirror(text: str) -> int:
    """What it costs to undo a mirror's damage: wide signs, tags, commas, controls, brackets, question marks, length."""
    data = text.encode("utf-8", "surrogatepass")
    ascii_signs = len(data) - len(data.translate(None, _ASCII))
    wide = len(text) - ascii_signs
    tokens, signs = (len(data) - len(data.translate(None, delete)) for delete in (_TOKENS, _SIGNS))
    return wide + signs + TOKEN * tokens + len(text) // FREE


def too_long(units: int, what: str) -> str:
    """The sentence for a page that is beyond the budget."""
    return f"the page is too long to look for {what}: {units} signs, at most {UNITS} are looked at; it is left as it is"


@dataclass(slots=True)
class Allowance:
    """How many more times on a page something dear may be done; it is counted down, and what was refused is counted."""

    left: int
    refused: int = 0

    def spend(self) -> bool:
        """Take one; False if there is none left."""
        if self.left <= 0:
            self.refused += 1
            return False
        self.left -= 1
        return True
