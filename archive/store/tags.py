"""An article's tags in a row of `searchable`: in full where the database is asked for them, else in few bytes.

SQLite keeps them only to take an article out of its index again: FTS5 must be told the very tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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

SOURCE, LANGUAGE = "source:", "language:"

TAGS = {letter: tag for tag, letter in LETTERS.items()}


def long(tags: Iterable[str]) -> str:
    """Each tag with a line break before and behind it."""
    return "".join(f"\n{tag}" for tag in sorted(tags)) + "\n"


def short(tags: Iterable[str]) -> str:
    """Letters for the tags that have one; each of the others behind them, with a line break before it.

    Of a language stands the narrowest: the wider ones follow from it.

    >>> short(["source:ts", "status:live", "has:date", "language:zh", "language:zh-hans"])
    'Ld\\n=ts\\n~zh-hans'
    """
    given = sorted(tags)
    letters = sorted(LETTERS[tag] for tag in given if tag in LETTERS)
    lines = []
    for tag in given:
        if tag.startswith(LANGUAGE):
            if not any(other.startswith(f"{tag}-") for other in given):
                lines.append(tag.replace(LANGUAGE, "~", 1))
        elif tag not in LETTERS:
            lines.append(tag.replace(SOURCE, "=", 1) if tag.startswith(SOURCE) else tag)
    return "\n".join(["".join(letters), *sorted(lines)])


def read_tags(written: str) -> frozenset[str]:
    """The tags again, whichever way they were written.

    >>> sorted(read_tags("Ld\\n=ts\\n~zh-hans"))
    ['has:date', 'language:zh', 'language:zh-hans', 'source:ts', 'status:live']
    """
    letters, *lines = written.split("\n")
    return frozenset((*(TAGS[letter] for letter in letters), *(tag for line in lines for tag in _of_line(line))))


def _of_line(line: str) -> Iterator[str]:
    if line.startswith("="):
        yield SOURCE + line[1:]
    elif line.startswith("~"):
        subtags = line[1:].split("-")
        for number in range(1, len(subtags) + 1):
            yield LANGUAGE + "-".join(subtags[:number])
    elif line:
        yield line
