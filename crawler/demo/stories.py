"""articles/*/*.txt → Story: what was published, before any site shows it.

A file is a few `key: value` lines, an empty line, and blocks parted by empty lines: `## ` begins a heading, `! ` a
caption (the picture stands above it), lines that begin with `|` are a table, everything else is a paragraph. `---` ends
a page where the story's own site spreads it over several, `~~~` ends one in the middle of a paragraph. The
folder `day-two` holds what is new or revised on the second day; a file that says `vanished: yes` takes its story away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from archive.model import Block

SHANGHAI = timezone(timedelta(hours=8))
CELL, ROW = "\t", "\n"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a story that its own site spreads over several."""

    number: int
    blocks: tuple[Block, ...]
    first: int  # how many blocks stand on the pages before
    goes_on: bool = False  # whether its first block is the rest of the paragraph that the page before ends with


@dataclass(frozen=True, slots=True)
class Story:
    """One invented piece of news. `site` publishes it, `copies` are the sites that show it too."""

    number: int
    title: str
    published: datetime
    origin: str
    site: str
    blocks: tuple[Block, ...]
    copies: tuple[str, ...] = ()
    section: str = "jjxw"
    subtitle: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    byline: str = ""  # printed as the first line of the body where the story has one
    original: bool = False  # 原创 stands behind the origin
    sheets: tuple[Sheet, ...] = ()  # its pages; none where it stands on one
    excerpt_of: int | None = None  # the story of which it is a piece

    @property
    def shown_at(self) -> tuple[str, ...]:
        """All sites that show the story, its own first."""
        return (self.site, *self.copies)


def stories(day: int) -> tuple[Story, ...]:
    """All stories that stand on a day (1 or 2), newest first."""
    standing = dict(_folder("day-one"))
    if day > 1:
        for number, story in _folder("day-two"):
            standing.pop(number, None)
            if story is not None:
                standing[number] = story
    found = [story for story in standing.values() if story is not None]
    return tuple(sorted(found, key=lambda story: (story.published, story.number), reverse=True))


def parse(name: str, text: str) -> Story | None:
    """One file's story, or None where it says that the story has vanished.

    Raises ValueError, naming the file, for a header line that is not known or a field that is missing.
    """
    head, _, body = text.strip("\n").partition("\n\n")
    fields: dict[str, str] = {}
    for line in head.split("\n"):
        key, colon, value = line.partition(": ")
        if not colon or key not in _KEYS:
            raise ValueError(f"{name}: {line!r} is no header line; known are {', '.join(sorted(_KEYS))}")
        fields[key] = value.strip()
    if "vanished" in fields:
        return None
    missing = {"title", "published", "origin", "site"} - fields.keys()
    if missing:
        raise ValueError(f"{name}: there is no {', '.join(sorted(missing))}")
    pieces = [piece for piece in body.split("\n\n") if piece.strip()]
    return Story(
        number=_number(name),
        title=fields["title"],
        published=datetime.strptime(fields["published"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI),
        origin=fields["origin"],
        site=fields["site"],
        blocks=_whole(pieces),
        sheets=_sheets(pieces),
        copies=tuple(fields.get("copies", "").split()),
        section=fields.get("section", "jjxw"),
        subtitle=tuple(filter(None, [fields.get("subtitle", "")])),
        author=tuple(fields.get("author", "").split()),
        editor=tuple(fields.get("editor", "").split()),
        byline=fields.get("byline", ""),
        original=fields.get("original", "") == "yes",
        excerpt_of=int(fields["excerpt_of"]) if "excerpt_of" in fields else None,
    )


_KEYS = {
    "title", "published", "origin", "site", "copies", "section", "subtitle", "author", "editor", "byline", "original",
    "vanished", "excerpt_of",
}  # fmt: skip


@cache
def _folder(name: str) -> tuple[tuple[int, Story | None], ...]:
    folder: Traversable = files("crawler.demo") / "articles" / name
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".txt")), key=lambda entry: entry.name)
    return tuple((_number(entry.name), parse(entry.name, entry.read_text("utf-8"))) for entry in entries)


def _number(name: str) -> int:
    """1003-battery.txt → 1003, the same in every site's addresses on both days."""
    return int(name.partition("-")[0])


PAGE_END, PAGE_END_IN_PARAGRAPH = "---", "~~~"


def _whole(pieces: list[str]) -> tuple[Block, ...]:
    """All blocks, with the paragraphs that the end of a page cuts in two in one piece."""
    found: list[Block] = []
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if before == PAGE_END_IN_PARAGRAPH:
            found[-1] = replace(found[-1], text=found[-1].text + _block(piece).text)
        elif piece not in (PAGE_END, PAGE_END_IN_PARAGRAPH):
            found.append(_block(piece))
    return tuple(found)


def _sheets(pieces: list[str]) -> tuple[Sheet, ...]:
    """The pages, none where there is one."""
    found: list[Sheet] = []
    blocks: list[Block] = []
    goes_on, before = False, 0
    for piece in [*pieces, PAGE_END]:
        if piece not in (PAGE_END, PAGE_END_IN_PARAGRAPH):
            blocks.append(_block(piece))
            continue
        found.append(Sheet(len(found) + 1, tuple(blocks), before, goes_on))
        goes_on, before, blocks = piece == PAGE_END_IN_PARAGRAPH, before + len(blocks), []
    return tuple(found) if len(found) > 1 else ()


def _block(piece: str) -> Block:
    piece = piece.strip("\n")
    if piece.startswith("## "):
        return Block("heading", piece[3:].strip())
    if piece.startswith("! "):
        return Block("caption", piece[2:].strip())
    if piece.startswith("|"):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in piece.split("\n")]
        return Block("table", ROW.join(CELL.join(row) for row in rows))
    if "\n" in piece:
        raise ValueError(f"A paragraph stands on one line: {piece[:40]!r}")
    return Block("paragraph", piece)
