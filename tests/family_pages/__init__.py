"""The project's own pages with gold: frames of many systems, by-lines and times of all kinds, articles of our own.

`family_pages()` gives the same pages every time. Each kind of facts (facts.toml) is shown in three frames
(frames.toml, frames/*.html), chosen by its place in the list, so that every frame shows about a quarter of the kinds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)
HERE = Path(__file__).parent
FRAMES_OF_EACH = 3


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to print the facts, and what they are (facts.toml)."""

    name: str
    published: str
    group: str = "chinese"
    line: str = ""
    head: str = ""
    after: str = ""
    top: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    dated: bool | None = None
    origin: str | None = None
    original: bool | None = None
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    photographer: tuple[str, ...] = ()


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of page (frames.toml)."""

    name: str
    group: str
    url: str
    dated: bool
    paragraph: str
    lead: str = ""
    sub: str = ""


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One article (stories.toml)."""

    group: str
    title: str
    paragraphs: tuple[str, ...]
    lead: str = ""
    sub: str = ""


class Gold(NamedTuple):
    """What must be read from a page. `published` is a local time, ten characters where only the day is known."""

    title: str
    text: str
    published: str
    origin: str | None
    author: tuple[str, ...]
    editor: tuple[str, ...]
    photographer: tuple[str, ...]
    subtitle: tuple[str, ...] = ()
    language: str = "zh-Hans"
    original: bool | None = None


class FamilyPage(NamedTuple):
    """A page, called by its frame and its kind of facts, with its gold. `group` is `chinese` or `english`."""

    id: str
    group: str
    url: str
    body: bytes
    gold: Gold


def family_pages() -> tuple[FamilyPage, ...]:
    """All pages, Chinese and English."""
    facts = _table("facts", Facts)
    frames = _table("frame", Frame)
    stories = _table("story", Story)
    return tuple(
        page
        for group in ("chinese", "english")
        for page in _pages(
            [each for each in facts if each.group == group],
            [each for each in frames if each.group == group],
            [each for each in stories if each.group == group],
        )
    )


def _table(name: str, kind: type[T]) -> list[T]:
    files = {"facts": "facts.toml", "frame": "frames.toml", "story": "stories.toml"}
    rows = tomllib.loads((HERE / files[name]).read_text("utf-8"))[name]
    return [msgspec.convert(row, kind) for row in rows]


def _pages(kinds: Sequence[Facts], frames: Sequence[Frame], stories: Sequence[Story]) -> Iterator[FamilyPage]:
    for number, kind in enumerate(kinds):
        fitting = [frame for frame in frames if kind.dated in (None, frame.dated)]
        for turn in range(min(FRAMES_OF_EACH, len(fitting))):
            frame = fitting[(number * 5 + turn * max(len(fitting) // FRAMES_OF_EACH, 1)) % len(fitting)]
            story = stories[(number + turn) % len(stories)]
            yield FamilyPage(
                f"{frame.name}/{kind.name}",
                kind.group,
                frame.url,
                _built(frame, story, kind).encode(),
                _gold(frame, story, kind),
            )


def _built(frame: Frame, story: Story, kind: Facts) -> str:
    """The page's markup. What the reader sees as a title is escaped nowhere: the stories need it not."""
    values = {
        "HEAD": kind.head.replace("@TITLE@", escape(story.title)),
        "TITLE": story.title,
        "LEAD": frame.lead.format(story.lead) if frame.lead and story.lead else "",
        "SUB": frame.sub.format(story.sub) if frame.sub and story.sub else "",
        "LINE": kind.line,
        "SUMMARY": story.paragraphs[0][:40],
        "BODY": "\n".join(frame.paragraph.format(text) for text in (*kind.top, *story.paragraphs, *kind.foot)),
        "AFTER": kind.after,
    }
    page = (HERE / "frames" / f"{frame.name}.html").read_text("utf-8")
    for name, value in values.items():
        page = page.replace(f"@{name}@", value)
    return page


def _gold(frame: Frame, story: Story, kind: Facts) -> Gold:
    kept = (line for line in kind.top if line in kind.kept), (line for line in kind.foot if line in kind.kept)
    return Gold(
        story.title,
        "\n".join((*kept[0], *story.paragraphs, *kept[1])),
        kind.published,
        kind.origin,
        kind.author,
        kind.editor,
        kind.photographer,
        tuple(text for text in (frame.lead and story.lead, frame.sub and story.sub) if text),
        "en" if kind.group == "english" else "zh-Hans",
        kind.original,
    )
