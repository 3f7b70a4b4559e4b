"""An article's tags in a row of `searchable`: in full where the database is asked for them, else in few bytes.

SQLite keeps them only to take an article out of its index again: FTS5 must be told the very tokens.
"""

from __future__ import annotations

from collections.abc import Iterable

LETTERS = {
    "has:author": "a",
    "has:date": "d",
    "has:editor": "e",
    "has:images": "i",
    "has:lossy": "l",
    "has:origin": "o",
    "has:repairs": "r",
    "has:revisions": "v",
    "has:section": "s",
    "status:changed": "C",
    "status:gone": "G",
    "status:live": "L",
    "status:restored": "R",
}
"""Archives hold them: a letter keeps its meaning for ever."""

TAGS = {letter: tag for tag, letter in LETTERS.items()}


def long(tags: Iterable[str]) -> str:
    """Each tag with a line break before and behind it."""
    return "".join(f"\n{tag}" for tag in sorted(tags)) + "\n"


def short(tags: Iterable[str]) -> str:
    """Letters for the tags that have one; the others behind them, each with a line break before it.

    >>> short(["source:ts", "status:live", "has:date"])
    'Ld\\nsource:ts'
    """
    letters = sorted(LETTERS[tag] for tag in tags if tag in LETTERS)
    others = sorted(tag for tag in tags if tag not in LETTERS)
    return "\n".join(["".join(letters), *others])


def read_tags(written: str) -> frozenset[str]:
    """The tags again, whichever way they were written.

    >>> sorted(read_tags("Ld\\nsource:ts")) == sorted(read_tags("\\nhas:date\\nsource:ts\\nstatus:live\\n"))
    True
    """
    letters, *others = written.split("\n")
    return frozenset((*(TAGS[letter] for letter in letters), *filter(None, others)))
