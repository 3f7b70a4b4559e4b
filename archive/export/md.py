"""Markdown: a folder with a file an article, its facts in front as YAML.

What a page wrote is text and stays text: whatever Markdown (CommonMark, GitHub's) or HTML would take for a sign has a
backslash in front, YAML's strings are quoted, and a name of a file holds letters, marks and digits of the title alone,
the day, and the article's id. Pictures are links; nothing is fetched when the file is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category, normalize

from archive.export import Options, Written
from archive.export.markup import STEERING, one_line, web_address, xml_text
from archive.model import Block, article_json
from archive.shanghai import SHANGHAI

if TYPE_CHECKING:
    from archive.store.chosen import Chosen, Taken


FACTS = (
    "title",
    "subtitle",
    "published",
    "published_precision",
    "origin",
    "origin_original",
    "author",
    "editor",
    "photographer",
    "section",
    "keywords",
    "language",
    "url",
    "id",
    "canonical_url",
    "source_id",
    "first_seen",
    "last_seen",
    "revision",
    "status",
    "story_id",
    "role",
)
"""Fields of docs/article.md; what is absent is left out."""

LONGEST = 40  # characters of a title in a file's name: 160 bytes at most of the 255 that a name may have

SIGNS = re.compile(r"([\\`*_\[\]<>|~$]|&(?=#|\w+;))")
"""What begins something wherever it stands."""

LINE_SIGNS = re.compile(r"^(\s*)([#+=-]|\d{1,9}(?=[.)](?:\s|$)))", re.M)
"""What begins a heading, a list, a rule at the beginning of a line; of a number the point is the sign."""

NO_YAML = re.compile(
    "[^\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML 1.2 wants escaped (5.1), its line ends, and marks of direction."""


BREAKS = re.compile(rf"(?:(?!\t){STEERING.pattern.removesuffix('+')})+")
"""Controls but the tab, which parts a table's cells."""


def write(chosen: Chosen, folder: Path, options: Options) -> Written:
    """Write a file for each article, in a folder for each month."""
    count = 0
    for taken in chosen.articles(evidence=False):
        path = folder / name_of(taken)
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(_lines(taken)), "utf-8", newline="\n")
        count += 1
    return Written(count, faults=chosen.faults)


def name_of(taken: Taken) -> str:
    """The file of an article: 2026-03/2026-03-01 TITLE ID.md. With another title or day it has another name."""
    when = taken.article.published or taken.standing.first_seen.astimezone(SHANGHAI)
    day = when.date().isoformat()  # as the page prints it
    return f"{day[:7]}/{' '.join(filter(None, (day, letters(taken.article.title), taken.standing.id)))}.md"


def letters(title: str) -> str:
    """Letters with their marks, and digits, of a title; 40 at most, and of the last letter all marks or none.

    >>> letters("「བོད་ལྗོངས།」: 2026/03"), letters("/\u0f7cབ")
    ('བོད ལྗོངས 2026 03', 'བ')
    """
    shown = "".join(char if category(char)[0] in "LMN" else " " for char in normalize("NFC", title))
    words = " ".join(filter(None, map(_without_lone_marks, shown.split())))
    cut = len(words) > LONGEST and _is_mark(words[LONGEST])
    name = words[:LONGEST]
    while cut and name:
        cut, name = _is_mark(name[-1]), name[:-1]
    return name.strip()


def _without_lone_marks(word: str) -> str:
    """The word from its first letter on: a mark before it would join the blank."""
    return word[next((at for at, char in enumerate(word) if not _is_mark(char)), len(word)) :]


def _is_mark(char: str) -> bool:
    return category(char)[0] == "M"


def _lines(taken: Taken) -> Iterator[str]:
    article = taken.article
    yield "---"
    yield from _front(article_json(article, taken.standing))
    yield f"---\n\n# {escaped(one_line(article.title))}\n"
    yield from (f"{escaped(one_line(line))}\n" for line in article.subtitle)
    yield from (f"{_block(block)}\n" for block in article.blocks)
    for image in article.images:
        if address := web_address(image.url):
            yield f"- [{escaped(one_line(image.caption)) or address}](<{address}>)"


def _front(fields: Mapping[str, Any]) -> Iterator[str]:
    for name in FACTS:
        value = fields[name]
        if value is not None and value != []:
            yield f"{name}: {quoted(value)}"


def quoted(value: Any) -> str:
    """A value as YAML: JSON, which YAML 1.2 contains, with all that an editor could stumble over as \\u escapes.

    >>> quoted(["a: b", "一\\u202e二"]), quoted(True)
    ('["a: b", "一\\\\u202e二"]', 'true')
    """
    return NO_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def escaped(text: str) -> str:
    """The text as Markdown that shows it and nothing else.

    >>> escaped("# 1*2 <b>"), escaped("3. 三"), escaped("AT&T &amp; a-b")
    ('\\\\# 1\\\\*2 \\\\<b\\\\>', '3\\\\. 三', 'AT&T \\\\&amp; a-b')
    """
    signed = SIGNS.sub(r"\\\1", text)
    return LINE_SIGNS.sub(lambda found: f"{found[1].strip()}{_signed(found[2])}", signed)


def _signed(sign: str) -> str:
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def _break(found: re.Match[str]) -> str:
    return "\n" if "\n" in found[0] else " " if any(char.isspace() for char in found[0]) else ""


def _block(block: Block) -> str:
    text = BREAKS.sub(_break, xml_text(block.text))
    if block.kind == "table":
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
        return f"{fence}\n{text}\n{fence}"
    lines = [escaped(line.strip()) for line in text.split("\n")]
    if block.kind == "list":
        return "\n".join(f"- {line}" for line in lines)
    if block.kind == "quote":
        return "\n".join(f"> {line}" for line in lines)
    shown = " ".join(filter(None, lines))
    return {"heading": f"## {shown}", "caption": f"*{shown}*"}.get(block.kind, shown) if shown else ""
